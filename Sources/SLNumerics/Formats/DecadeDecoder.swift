/// Values of the dynamic book by arithmetic: a register of codes at once, to the bit what the book's table holds.
///
/// The values of a decade lie on a line, and which decade a place p is in shows in the exponent of a `Float`: decade i of the signed
/// book begins at the 2ⁱ-th size, that of the unsigned book at 2ⁱ⁺¹ − 1. So p = size + ½ (signed) or size + 1½ lies in [2ᵉ, 2ᵉ⁺¹), and is
/// exact. Step and origin of the line are two numbers each: the first ones are so short that their part of the sum is exact, the others
/// add what is missing, and only that addition rounds.
struct DecadeDecoder: Sendable {
    private let steps: LaneTable
    private let origins: LaneTable
    private let stepRests: LaneTable
    private let originRests: LaneTable

    init(isSigned: Bool) {
        let shift = isSigned ? 0.5 : 1.5
        var (steps, origins) = (SIMD16<Float>(), SIMD16<Float>())
        var (stepRests, originRests) = (SIMD16<Float>(), SIMD16<Float>())
        for decade in Dynamic8BitCode.decades(isSigned: isSigned) {
            let exponent = Double(Double(decade.first) + shift).exponent
            let place = (127 + Int(exponent)) & 15
            let (step, origin) = (decade.width, decade.origin(shift))
            // Places are halves up to 2ᵉ⁺¹: products and sums on this grid below 2²⁴ steps of it are exact.
            let top = max(abs(origin), step * Double(sign: .plus, exponent: exponent + 1, significand: 1))
            let grid = Double(sign: .plus, exponent: top.exponent - 22, significand: 1)
            steps[place] = Float((step / (2 * grid)).rounded() * 2 * grid)
            origins[place] = Float((origin / grid).rounded() * grid)
            stepRests[place] = Float(step - Double(steps[place]))
            originRests[place] = Float(origin - Double(origins[place]))
        }
        // 0 and one stand alone at both ends.
        let one = Dynamic8BitCode.decades(isSigned: isSigned).reduce(1) { $0 + $1.count }
        origins[(127 + Int((Double(one) + shift).exponent)) & 15] = 1
        self.steps = LaneTable(steps)
        self.origins = LaneTable(origins)
        self.stepRests = LaneTable(stepRests)
        self.originRests = LaneTable(originRests)
    }

    /// The values of codes, one a lane.
    ///
    /// - Parameter isSigned: as at the beginning; said here so that a loop is written for one book.
    @inline(__always)
    func values(_ codes: LaneBits, isSigned: Bool) -> Lanes {
        // 2²³ + code, by its bits.
        let above = laneFloats(codes | 0x4b00_0000)
        guard isSigned else { return value(above - 8_388_606.5) }
        let offset = laneBits(above - 8_388_735)
        return laneFloats(laneBits(value(laneFloats(offset & 0x7fff_ffff) + 0.5)) | offset & 0x8000_0000)
    }

    @inline(__always)
    private func value(_ place: Lanes) -> Lanes {
        let decade = laneBits(place) &>> 23
        return multiplyAdd(steps[decade], place, origins[decade]) + multiplyAdd(stepRests[decade], place, originRests[decade])
    }
}
