/// Codes of the dynamic book by arithmetic: a register of numbers at once, or a word that a code is in doubt.
///
/// Which decade a quotient belongs to is found by its exponent (two exponents share an entry, so that no entry holds more than one
/// decade's end) and one comparison, its place by the decade's line, rounded. Instead of the quotient x / absmax its neighbour
/// x · (1 / absmax) is taken. Both are off by a few units in the last place, so a number that close to the border of two codes is in
/// doubt: about one of 4000 with numbers all over the book. Whoever asks looks those up by ``Dynamic8BitCode/code(of:)``.
struct DecadeEncoder: Sendable {
    /// By two exponents: four units below the end of a decade that lies between them, and the decade (from 1) of what is below it.
    private let ends: LaneTable
    private let entries: LaneTable
    /// By decade: size = min(slope · number + offset, last), rounded. Entry 0 is the cell of zero, the one after the last decade that of one.
    private let slopes: LaneTable
    private let offsets: LaneTable
    private let lasts: LaneTable

    /// - Parameter bounds: the largest number with each size, from 0.
    init(isSigned: Bool, bounds: [Float]) {
        let decades = Dynamic8BitCode.decades(isSigned: isSigned)
        var (slopes, offsets, lasts) = (SIMD16<Float>(), SIMD16<Float>(), SIMD16<Float>())
        // In the signed book what is below the first bound depends on the sign; half way between two sizes is in doubt always.
        if isSigned { (offsets[0], lasts[0]) = (0.5, 0.5) }
        for (index, decade) in decades.enumerated() {
            slopes[index + 1] = Float(1 / decade.width)
            offsets[index + 1] = Float(-decade.origin(0) / decade.width)
            lasts[index + 1] = Float(decade.last)
        }
        let one = decades.reduce(1) { $0 + $1.count }
        (offsets[decades.count + 1], lasts[decades.count + 1]) = (Float(one), Float(one))
        let borders = [bounds[0]] + decades.map { bounds[$0.last] }
        var (ends, entries) = (SIMD16<UInt32>(repeating: Float.infinity.bitPattern), SIMD16<UInt32>())
        // From 2⁻²⁵, far below the smallest bound, to 1.
        for pair in UInt32(51)...63 {
            let (low, high) = (Float(bitPattern: pair << 24), Float(bitPattern: (pair + 1) << 24))
            let inside = borders.filter { $0 >= low && $0 < high }
            assert(inside.count <= 1)
            entries[Int(pair & 15)] = UInt32(borders.count { $0 < low })
            if let border = inside.first { ends[Int(pair & 15)] = border.bitPattern - 4 }
        }
        self.ends = LaneTable(ends)
        self.entries = LaneTable(entries)
        self.slopes = LaneTable(slopes)
        self.offsets = LaneTable(offsets)
        self.lasts = LaneTable(lasts)
    }

    /// Codes, each in the lowest byte of its lane, and the lanes that are in doubt: what isn't a number is.
    ///
    /// - Parameters:
    ///   - inverse: 1 / absmax, a normal number.
    ///   - isSigned: as at the beginning; said here so that a loop is written for one book.
    @inline(__always)
    func codes(_ x: Lanes, inverse: Lanes, isSigned: Bool) -> (codes: LaneBits, inDoubt: LaneMask) {
        let quotient = (isSigned ? laneMagnitude(x) : x) * inverse
        let number = lanewiseMax(quotient, Lanes(repeating: 0x1p-24))
        let pair = laneBits(number) &>> 24
        let past = laneBits(number) &- laneBits(ends[pair])
        let below = laneBits(entries[pair])
        let entry = below.replacing(with: below &+ 1, where: laneIntegers(past) .> LaneIntegers(repeating: 4))
        let place = lanewiseMin(multiplyAdd(number, slopes[entry], offsets[entry]), lasts[entry])
        // Adding 1.5 · 2²³ leaves the nearest whole number in the lowest bits; the signed book counts from its code of 0.
        // There is no −1: what is largest and negative takes the code below it, 0.
        // 0 itself has no sign and is in no doubt.
        let isZero = x .== Lanes()
        let (size, base): (Lanes, Float) =
            isSigned
            ? (
                lanewiseMax(laneFloats(laneBits(place) | laneBits(x) & 0x8000_0000), Lanes(repeating: -127)).replacing(with: Lanes(), where: isZero),
                12_582_912 + 127
            ) : (place, 12_582_912)
        let rounded = size + base
        let distance = laneMagnitude(size - (rounded - base))
        let isNear = distance .<= Lanes(repeating: 0.5 - 0x1p-13)
        let isAtEnd = past .<= LaneBits(repeating: 8)
        var inDoubt = .!isNear .| isAtEnd
        if isSigned { inDoubt = inDoubt .& .!isZero }
        return (laneBits(rounded), inDoubt)
    }
}
