/// Which elements are the largest or the smallest in magnitude, without sorting them.
///
/// Magnitudes are compared as fp32, whose bits without the sign rise with them: a histogram of the upper half of the bits finds the class in
/// which the last chosen one lies, a second one of the lower half finds the last chosen magnitude itself.
public enum MagnitudeSelection {
    /// So few elements are sorted: tables would take longer.
    private static let smallest = 4096

    /// - Returns: positions of the `wanted` elements of largest magnitude, ascending; of equal ones the first.
    /// - Complexity: three passes.
    public static func largest<S: Scalar>(_ wanted: Int, of x: UnsafePointer<S>, count: Int) -> [Int] {
        positions(x, count, wanted, turned: 0)
    }

    /// - Returns: positions of the `wanted` elements of smallest magnitude, ascending; of equal ones the first.
    public static func smallest<S: Scalar>(_ wanted: Int, of x: UnsafePointer<S>, count: Int) -> [Int] {
        positions(x, count, wanted, turned: 0x7fff_ffff)
    }

    public static func largest(_ wanted: Int, of x: [Float]) -> [Int] { x.withUnsafeBufferPointer { found(wanted, $0) { largest($0, of: $1, count: $2) } } }
    public static func smallest(_ wanted: Int, of x: [Float]) -> [Int] { x.withUnsafeBufferPointer { found(wanted, $0) { smallest($0, of: $1, count: $2) } } }

    private static func found(
        _ wanted: Int, _ x: UnsafeBufferPointer<Float>, _ select: (_ wanted: Int, _ x: UnsafePointer<Float>, _ count: Int) -> [Int]
    ) -> [Int] {
        guard let base = x.baseAddress else { return [] }
        return select(wanted, base, x.count)
    }

    @specialized(where S == Float)
    private static func positions<S: Scalar>(_ x: UnsafePointer<S>, _ n: Int, _ wanted: Int, turned: UInt32) -> [Int] {
        guard wanted > 0 else { return [] }
        guard wanted < n else { return Array(0..<n) }
        guard n > smallest else {
            let order = (0..<n).sorted { (key(x[$0], turned), $1) > (key(x[$1], turned), $0) }
            return order.prefix(wanted).sorted()
        }
        var upper = [Int32](repeating: 0, count: 1 << 16)
        for i in 0..<n { upper[Int(key(x[i], turned) >> 15)] &+= 1 }
        var (taken, top) = (0, upper.count - 1)
        while taken + Int(upper[top]) < wanted {
            taken += Int(upper[top])
            top -= 1
        }
        var lower = [Int32](repeating: 0, count: 1 << 15)
        for i in 0..<n {
            let key = key(x[i], turned)
            if Int(key >> 15) == top { lower[Int(key & 0x7fff)] &+= 1 }
        }
        var rest = lower.count - 1
        while taken + Int(lower[rest]) < wanted {
            taken += Int(lower[rest])
            rest -= 1
        }
        let last = UInt32(top << 15 | rest)
        var ties = wanted - taken
        var chosen: [Int] = []
        chosen.reserveCapacity(wanted)
        for i in 0..<n {
            let key = key(x[i], turned)
            if key > last {
                chosen.append(i)
            } else if key == last, ties > 0 {
                chosen.append(i)
                ties -= 1
            }
        }
        return chosen
    }

    /// Rises with the magnitude, or falls where it is turned.
    @inline(__always)
    private static func key<S: Scalar>(_ x: S, _ turned: UInt32) -> UInt32 { Float(x).bitPattern & 0x7fff_ffff ^ turned }
}

extension Matrix where Element: Scalar {
    /// Row-major positions of the `wanted` elements of largest magnitude, ascending; of equal ones the first.
    ///
    /// - Precondition: contiguous.
    public func largestMagnitudes(_ wanted: Int) -> [Int] {
        precondition(isContiguous)
        return MagnitudeSelection.largest(wanted, of: base, count: count)
    }

    /// Those of smallest magnitude.
    public func smallestMagnitudes(_ wanted: Int) -> [Int] {
        precondition(isContiguous)
        return MagnitudeSelection.smallest(wanted, of: base, count: count)
    }
}
