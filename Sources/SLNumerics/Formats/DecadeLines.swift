import SLVector

/// The lines of the book's decades, in tables by the exponent of a number: what codes are computed by, a register at once.
///
/// **Decoding.** The values of a decade lie on a line, and which decade a place p is in shows in the exponent of a `Float`: decade i of the
/// signed book begins at the 2ⁱ-th size, that of the unsigned book at 2ⁱ⁺¹ − 1. So p = size + ½ (signed) or size + 1½ lies in [2ᵉ, 2ᵉ⁺¹), and
/// is exact. Step and origin of the line are two numbers each: the first ones are so short that their part of the sum is exact, the
/// others add what is missing, and only that addition rounds.
///
/// **Encoding.** Which decade a quotient belongs to is found by its exponent (two exponents share an entry, so that no entry holds more
/// than one decade's end) and one comparison, its place by the decade's line, rounded.
struct DecadeLines {
    private var tables = [[Float]](repeating: [Float](repeating: 0, count: CodeBook.Table.count), count: CodeBook.Table.allCases.count)

    subscript(table: CodeBook.Table) -> [Float] {
        get { tables[table.rawValue] }
        set { tables[table.rawValue] = newValue }
    }

    /// - Parameter bounds: the largest number with each size, from 0.
    init(isSigned: Bool, bounds: [Float]) {
        addDecoding(isSigned)
        addEncoding(isSigned, bounds)
    }

    private mutating func addDecoding(_ isSigned: Bool) {
        let shift = isSigned ? 0.5 : 1.5
        for decade in Dynamic8BitCode.decades(isSigned: isSigned) {
            let exponent = Double(Double(decade.first) + shift).exponent
            let place = (127 + Int(exponent)) & 15
            let (step, origin) = (decade.width, decade.origin(shift))
            // Places are halves up to 2ᵉ⁺¹: products and sums on this grid below 2²⁴ steps of it are exact.
            let top = max(abs(origin), step * Double(sign: .plus, exponent: exponent + 1, significand: 1))
            let grid = Double(sign: .plus, exponent: top.exponent - 22, significand: 1)
            self[.steps][place] = Float((step / (2 * grid)).rounded() * 2 * grid)
            self[.origins][place] = Float((origin / grid).rounded() * grid)
            self[.stepRests][place] = Float(step - Double(self[.steps][place]))
            self[.originRests][place] = Float(origin - Double(self[.origins][place]))
        }
        // 0 and one stand alone at both ends.
        let one = Dynamic8BitCode.decades(isSigned: isSigned).reduce(1) { $0 + $1.count }
        self[.origins][(127 + Int((Double(one) + shift).exponent)) & 15] = 1
    }

    private mutating func addEncoding(_ isSigned: Bool, _ bounds: [Float]) {
        let decades = Dynamic8BitCode.decades(isSigned: isSigned)
        // In the signed book what is below the first bound depends on the sign; half way between two sizes is in doubt always.
        if isSigned { (self[.offsets][0], self[.lasts][0]) = (0.5, 0.5) }
        for (index, decade) in decades.enumerated() {
            self[.slopes][index + 1] = Float(1 / decade.width)
            self[.offsets][index + 1] = Float(-decade.origin(0) / decade.width)
            self[.lasts][index + 1] = Float(decade.last)
        }
        let one = decades.reduce(1) { $0 + $1.count }
        (self[.offsets][decades.count + 1], self[.lasts][decades.count + 1]) = (Float(one), Float(one))
        let borders = [bounds[0]] + decades.map { bounds[$0.last] }
        self[.ends] = [Float](repeating: .infinity, count: CodeBook.Table.count)
        // From 2⁻²⁵, far below the smallest bound, to 1.
        for pair in UInt32(51)...63 {
            let (low, high) = (Float(bitPattern: pair << 24), Float(bitPattern: (pair + 1) << 24))
            let inside = borders.filter { $0 >= low && $0 < high }
            assert(inside.count <= 1)
            // Counts and bounds as bits: the tables' words are looked at as whole numbers.
            self[.entries][Int(pair & 15)] = Float(bitPattern: UInt32(borders.count { $0 < low }))
            if let border = inside.first { self[.ends][Int(pair & 15)] = Float(bitPattern: border.bitPattern - 4) }
        }
    }
}
