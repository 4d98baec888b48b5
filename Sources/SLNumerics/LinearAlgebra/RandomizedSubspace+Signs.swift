import SLRandom

extension Matrix where Element: Scalar {
    /// 1 or −1 with equal chance, row by row: 64 signs from one number of the stream.
    func fillSigns(from stream: inout RandomStream) {
        for row in 0..<rows {
            for first in Swift.stride(from: 0, to: columns, by: 64) {
                fillWithSigns(base + row * stride + first, stream.next(), min(64, columns - first))
            }
        }
    }
}

/// x[i] ← 1 where bit i is set, else −1.
@specialized(where Element == Float)
private func fillWithSigns<Element: Scalar>(_ x: UnsafeMutablePointer<Element>, _ bits: UInt64, _ n: Int) {
    var bits = bits
    for i in 0..<n {
        x[i] = bits & 1 == 0 ? -1 : 1
        bits >>= 1
    }
}
