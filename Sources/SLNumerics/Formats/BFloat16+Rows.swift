extension BFloat16 {
    /// target[i] = source[i], exactly.
    public static func expand(_ source: UnsafePointer<BFloat16>, into target: UnsafeMutablePointer<Float>, _ n: Int) {
        let body = n & ~7
        var i = 0
        while i < body {
            storeEight(expanded(loadHalves(source + i)), target + i)
            i &+= 8
        }
        while i < n {
            target[i] = source[i].value
            i &+= 1
        }
    }

    /// target[i] = the brain float nearest to source[i], as `init(nearest:)` has it.
    public static func compress(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<BFloat16>, _ n: Int) {
        let body = n & ~7
        var i = 0
        while i < body {
            storeHalves(roundedToNearest(pattern(loadEight(source + i))), target + i)
            i &+= 8
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
            // EightLanes count in 32 bits: a row that crosses a multiple of 2³² is cut there.
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
        let body = n & ~7
        var index = RoundingBits.Lanes32(0, 1, 2, 3, 4, 5, 6, 7) &+ first
        var i = 0
        while i < body {
            storeHalves(roundedUp(pattern(loadEight(source + i)), adding: random[index]), target + i)
            index = index &+ 8
            i &+= 8
        }
        if i < n {
            var rest = EightLanes()
            for lane in 0..<(n &- i) { rest[lane] = source[i &+ lane] }
            let tail = roundedUp(pattern(rest), adding: random[index])
            for lane in 0..<(n &- i) { target[i &+ lane] = BFloat16(bits: UInt16(truncatingIfNeeded: tail[lane])) }
        }
    }
}

// Eight lanes. A brain float is held in the lower half of its 32 bits. Comparisons take vectors: those with a scalar are loops.

private var infinity: SIMD8<Int32> {
    @inline(__always) get { SIMD8<Int32>(repeating: 0x7f80_0000) }
}

@inline(__always)
private func pattern(_ value: EightLanes) -> SIMD8<UInt32> { unsafeBitCast(value, to: SIMD8<UInt32>.self) }

@inline(__always)
private func loadHalves(_ pointer: UnsafePointer<BFloat16>) -> SIMD8<UInt16> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<UInt16>.self)
}

@inline(__always)
private func expanded(_ halves: SIMD8<UInt16>) -> EightLanes {
    unsafeBitCast(SIMD8<UInt32>(truncatingIfNeeded: halves) &<< 16, to: EightLanes.self)
}

@inline(__always)
private func storeHalves(_ value: SIMD8<UInt32>, _ pointer: UnsafeMutablePointer<BFloat16>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: SIMD8<UInt16>(truncatingIfNeeded: value), as: SIMD8<UInt16>.self)
}

@inline(__always)
private func roundedToNearest(_ pattern: SIMD8<UInt32>) -> SIMD8<UInt32> {
    let rounded = (pattern &+ 0x7fff &+ (pattern &>> 16 & 1)) &>> 16
    return rounded.replacing(with: pattern &>> 16 | 0x40, where: magnitude(pattern) .> infinity)
}

/// Adds 16 random bits below the last place that stays, then cuts: away from zero with the probability of the distance.
@inline(__always)
private func roundedUp(_ pattern: SIMD8<UInt32>, adding random: SIMD8<UInt32>) -> SIMD8<UInt32> {
    let size = magnitude(pattern)
    let sum = size &+ unsafeBitCast(random, to: SIMD8<Int32>.self)
    // Finite values end below 0x7f80: the largest finite brain float is 0x7f7f.
    let largest = SIMD8<Int32>(repeating: 0x7f7f_ffff)
    let finite = sum.replacing(with: largest, where: sum .> largest)
    let special = size.replacing(with: size | 0x40_0000, where: size .> infinity)
    let rounded = finite.replacing(with: special, where: size .> largest)
    return (unsafeBitCast(rounded, to: SIMD8<UInt32>.self) | pattern & 0x8000_0000) &>> 16
}

/// Without the sign. Signed, for AVX2 compares signed integers only.
@inline(__always)
private func magnitude(_ pattern: SIMD8<UInt32>) -> SIMD8<Int32> {
    unsafeBitCast(pattern & 0x7fff_ffff, to: SIMD8<Int32>.self)
}
