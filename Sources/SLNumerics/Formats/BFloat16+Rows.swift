extension BFloat16 {
    /// target[i] = source[i], exactly.
    public static func expand(_ source: UnsafePointer<BFloat16>, into target: UnsafeMutablePointer<Float>, _ n: Int) {
        let body = n & ~(laneCount &- 1)
        var i = 0
        while i < body {
            store(expanded(loadHalves(source + i)), target + i)
            i &+= laneCount
        }
        while i < n {
            target[i] = source[i].value
            i &+= 1
        }
    }

    /// target[i] = the brain float nearest to source[i], as `init(nearest:)` has it.
    public static func compress(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<BFloat16>, _ n: Int) {
        let body = n & ~(laneCount &- 1)
        var i = 0
        while i < body {
            storeHalves(roundedToNearest(load(source + i)), target + i)
            i &+= laneCount
        }
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
        var i = 0
        while i < n {
            // Lanes count in 32 bits: a row that crosses a multiple of 2³² is cut there.
            let index = UInt64(bitPattern: Int64(offset &+ i))
            let low = UInt32(truncatingIfNeeded: index)
            let end = i &+ min(n &- i, 1 &<< 32 &- Int(low))
            compressSegment(source + i, into: target + i, end &- i, RoundingBits(key: key, indexHigh: index &>> 32), from: low)
            i = end
        }
    }

    private static func compressSegment(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<BFloat16>, _ n: Int, _ random: RoundingBits, from first: UInt32
    ) {
        let body = n & ~(laneCount &- 1)
        var index = laneIndices &+ first
        var i = 0
        while i < body {
            storeHalves(roundedUp(load(source + i), adding: random[index]), target + i)
            index = index &+ UInt32(laneCount)
            i &+= laneCount
        }
        if i < n {
            let tail = roundedUp(loadTail(source + i, n &- i), adding: random[index])
            for lane in 0..<(n &- i) { target[i &+ lane] = BFloat16(bits: UInt16(truncatingIfNeeded: tail[lane])) }
        }
    }
}
