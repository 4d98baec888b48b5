/// A code book of 256 values in [-1, 1] for one byte an element: dynamic (tree) quantisation, fine near zero, with steps of
/// 0.014 (signed) or 0.007 (unsigned) near one.
///
/// Dettmers, Lewis, Shleifer and Zettlemoyer, "8-bit Optimizers via Block-wise Quantization", arXiv:2110.02861, with the
/// details of bitsandbytes. Decade i = 0...6 reaches from 10^(i−7) to 10^(i−6) and holds the centres of 2ⁱ equal
/// intervals with both signs, or of 2ⁱ⁺¹ without; 0 and 1 complete the 256. There is no −1.
public struct Dynamic8BitCode: Sendable {
    /// For values of both signs: a first moment. Smallest positive value 5.5e-7.
    public static let signed = Dynamic8BitCode(isSigned: true)
    /// For values ≥ 0: a second moment. Smallest positive value 3.25e-7.
    public static let unsigned = Dynamic8BitCode(isSigned: false)

    /// How the code of a quotient x / absmax is found.
    public enum Search: Sendable, Hashable {
        /// The nearest value: the paper's rule, and that of bitsandbytes' GPU kernels.
        case nearest
        /// The value nearest to the centre of the quotient's cell in a grid of 2⁻¹⁵: what bitsandbytes' CPU library does
        /// (0.50.2, observed). A zero comes back as 2.1e-5 · absmax. For replaying runs that were made with it.
        case grid
    }

    /// Signed or unsigned, by one of the searches.
    public static func book(signed: Bool, search: Search) -> Dynamic8BitCode {
        switch search {
        case .nearest: signed ? .signed : .unsigned
        case .grid: signed ? signedGrid : unsignedGrid
        }
    }

    private static let signedGrid = Dynamic8BitCode(isSigned: true, search: .grid)
    private static let unsignedGrid = Dynamic8BitCode(isSigned: false, search: .grid)

    /// 256, ascending.
    public let values: [Float]
    /// The code of 0.
    public let zeroCode: UInt8
    /// Codes by cell of the grid; empty for the nearest value.
    let grid: [UInt8]
    let isSigned: Bool
    let tables: BookTables

    private init(isSigned: Bool, search: Search = .nearest) {
        self.isSigned = isSigned
        values = Self.values(isSigned: isSigned)
        let bounds = Self.bounds(of: values)
        zeroCode = Self.code(of: 0, bounds)
        grid = search == .grid ? (0..<65536).map { Self.code(of: (Float($0) + 0.5) / 32768 - 1, bounds) } : []
        tables = BookTables(values: values, bounds: bounds, starts: Self.starts(bounds), zeroCode: zeroCode, isSigned: isSigned)
    }

    private static func values(isSigned: Bool) -> [Float] {
        var values: [Double] = [0, 1]
        for (decade, scale) in [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1].enumerated() {
            let count = 1 << (isSigned ? decade : decade + 1)
            let width = 0.9 / Double(count)
            for interval in 0..<count {
                let value = scale * (0.1 + width * (Double(interval) + 0.5))
                values.append(value)
                if isSigned { values.append(-value) }
            }
        }
        return values.sorted().map { Float($0) }
    }

    /// The largest number with each code; no number above it has a smaller one.
    ///
    /// A number goes to the nearest value; half way (in `Float` arithmetic) to the even code. Negative numbers are never 0.
    private static func bounds(of values: [Float]) -> [Float] {
        var bounds = [Float](repeating: .infinity, count: values.count)
        for code in 0..<(values.count - 1) {
            let middle = (values[code] + values[code + 1]) * 0.5
            bounds[code] = code.isMultiple(of: 2) ? middle : middle.nextDown
            if values[code] < 0, values[code + 1] == 0 { bounds[code] = -.leastNonzeroMagnitude }
        }
        return bounds
    }

    /// The code of the smallest number among those that share their upper 16 bits. The others have it or the next one.
    ///
    /// Two adjacent bounds never share their upper 16 bits: sign, exponent and 7 bits of the fraction.
    private static func starts(_ bounds: [Float]) -> [UInt8] {
        (0..<65536).map { upper in
            // A negative number is the smaller the larger its lower bits.
            let smallest = Float(bitPattern: UInt32(upper) << 16 | (upper < 32768 ? 0 : 0xffff))
            return code(of: smallest.isNaN ? 0 : smallest, bounds)
        }
    }

    private static func code(of number: Float, _ bounds: [Float]) -> UInt8 {
        var low = 0
        var high = bounds.count - 1
        while low < high {
            let middle = (low + high) / 2
            if number > bounds[middle] { low = middle + 1 } else { high = middle }
        }
        return UInt8(low)
    }
}
