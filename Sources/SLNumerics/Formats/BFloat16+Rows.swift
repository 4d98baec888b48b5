import SLVector

extension BFloat16 {
    /// target[i] = source[i], exactly.
    public static func expand(_ source: UnsafePointer<BFloat16>, into target: UnsafeMutablePointer<Float>, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.expand(patterns(source), into: target, body)
        var i = body
        while i < n {
            target[i] = source[i].value
            i &+= 1
        }
    }

    /// target[i] = the brain float nearest to source[i], as `init(nearest:)` has it.
    public static func compress(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<BFloat16>, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.compress(source, into: patterns(target), body)
        var i = body
        while i < n {
            target[i] = BFloat16(nearest: source[i])
            i &+= 1
        }
    }

    /// Each element becomes one of its two neighbours, the upper one with the probability of the distance from the lower: unbiased.
    ///
    /// The random bits of element i depend on `key` and `offset + i` only, so the result does not depend on how a tensor is cut over
    /// threads. A brain float stays what it is, as do infinities; NaN becomes a quiet NaN. Beyond the largest finite brain float
    /// the result is that float, never infinity.
    ///
    /// - Parameters:
    ///   - key: a number for the tensor and the step; any two keys give unrelated bits.
    ///   - offset: the index of the first element in its tensor, not negative.
    public static func compressStochastically(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<BFloat16>, _ n: Int, key: UInt64, offset: Int
    ) {
        VectorUnits.kernels.compressStochastically(source, into: patterns(target), n, key: key, offset: offset)
    }

    /// The bits, as the vector rooms take them.
    @inline(__always)
    static func patterns(_ x: UnsafePointer<BFloat16>) -> UnsafePointer<UInt16> { UnsafeRawPointer(x).assumingMemoryBound(to: UInt16.self) }

    @inline(__always)
    static func patterns(_ x: UnsafeMutablePointer<BFloat16>) -> UnsafeMutablePointer<UInt16> {
        UnsafeMutableRawPointer(x).assumingMemoryBound(to: UInt16.self)
    }
}
