/// The decades of the book: where each begins, and the codes in it.
///
/// Sizes are counted from 0: 0 is the zero, then come the decades' values, the last is one. In the unsigned book a size is the code.
extension Dynamic8BitCode {
    struct Decade {
        /// 10^(i−6), its upper end.
        let end: Double
        /// Values in it, a power of two, and the place of the first among all sizes.
        let count: Int
        let first: Int

        /// Between neighbours.
        var width: Double { end * 0.9 / Double(count) }
        var last: Int { first + count - 1 }
        /// What a value would be whose place, counted from the middle, is 0: value(p) = origin + width · p with p = place + `shift`.
        func origin(_ shift: Double) -> Double { end * 0.1 + width * 0.5 - width * (Double(first) + shift) }
    }

    static func decades(isSigned: Bool) -> [Decade] {
        var first = 1
        return [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1].enumerated().map { index, end in
            let count = 1 << (isSigned ? index : index + 1)
            defer { first += count }
            return Decade(end: end, count: count, first: first)
        }
    }
}
