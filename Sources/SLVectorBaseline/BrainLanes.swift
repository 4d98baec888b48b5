#if SLVECTOR_BF16
    import CProcessor
#endif

/// A register of brain floats; each is held in the lower half of its 32 bits.
enum BrainFloat {
    @inline(__always)
    static func expanded(_ halves: LaneBits) -> Lanes { laneFloats(halves &<< 16) }

    /// To the nearest, ties to the even one. Values above the range become infinity; NaN stays a quiet NaN.
    @inline(__always)
    static func roundedToNearest(_ value: Lanes) -> LaneBits {
        let pattern = laneBits(value)
        let rounded = (pattern &+ 0x7fff &+ (pattern &>> 16 & 1)) &>> 16
        return rounded.replacing(with: pattern &>> 16 | 0x40, where: value .!= value)
    }

    /// Adds 16 random bits below the last place that stays, then cuts: away from zero with the probability of the distance.
    @inline(__always)
    static func roundedUp(_ value: Lanes, adding random: LaneBits) -> LaneBits {
        let pattern = laneBits(value)
        // Without the sign, as signed integers: AVX2 compares no others. Comparisons take vectors; those with a scalar are loops.
        let size = laneIntegers(pattern & 0x7fff_ffff)
        let sum = size &+ laneIntegers(random)
        // Finite values end below 0x7f80: the largest finite brain float is 0x7f7f.
        let largest = LaneIntegers(repeating: 0x7f7f_ffff)
        let finite = sum.replacing(with: largest, where: sum .> largest)
        let special = size.replacing(with: size | 0x40_0000, where: value .!= value)
        let rounded = finite.replacing(with: special, where: size .> largest)
        return (unsafeBitCast(rounded, to: LaneBits.self) | pattern & 0x8000_0000) &>> 16
    }

    /// The nearest of every lane, where it is kept.
    @inline(__always)
    static func storeNearest(_ value: Lanes, _ target: UnsafeMutablePointer<UInt16>) {
        #if SLVECTOR_BF16
            UnsafeMutableRawPointer(target).storeBytes(of: unsafeBitCast(processor_round_to_bf16(value), to: LaneHalves.self), as: LaneHalves.self)
        #else
            storeHalves(roundedToNearest(value), target)
        #endif
    }

    /// The nearest to one number.
    @inline(__always)
    static func nearest(_ value: Float) -> UInt16 {
        let pattern = value.bitPattern
        // Without the quiet bit a NaN whose payload sits in the lower half would turn into infinity.
        return value != value
            ? UInt16(truncatingIfNeeded: pattern &>> 16) | 0x40 : UInt16(truncatingIfNeeded: (pattern &+ 0x7fff &+ (pattern &>> 16 & 1)) &>> 16)
    }
}
