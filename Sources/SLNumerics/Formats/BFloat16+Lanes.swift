/// A register of brain floats; each is held in the lower half of its 32 bits.
extension BFloat16 {
    @inline(__always)
    static func expanded(_ halves: LaneBits) -> Lanes { laneFloats(halves &<< 16) }

    /// As `init(nearest:)` has it.
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
}
