/// Sixteen random bits for each index of a tensor, in any order: a hash of (key, index).
///
/// The key and the upper half of the index are mixed once a row by the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", 2014). An element's lower half then takes two rounds of xorshift and multiplication
/// with the constants that Chris Wellons' search for low-bias 32-bit hashes found ("Prospecting for Hash Functions", 2018:
/// 16, 0x7feb352d, 15, 0x846ca68b, 16), half of the mixed key going in before each. The last xorshift by 16 does not touch the upper
/// half, which is the result.
struct RoundingBits {
    private let first: UInt32
    private let second: UInt32

    init(key: UInt64, indexHigh: UInt64) {
        let mixed = Self.mix(Self.mix(key &+ 0x9e37_79b9_7f4a_7c15) &+ indexHigh &* 0x9e37_79b9_7f4a_7c15)
        let low = UInt32(truncatingIfNeeded: mixed)
        first = low ^ low &>> 16
        second = UInt32(truncatingIfNeeded: mixed &>> 32)
    }

    /// The bits of a register of indices, each in 0..<65536.
    @inline(__always)
    subscript(index: LaneBits) -> LaneBits {
        // The first xorshift of index ^ key is that of both apart: what an index gives is the same for all tensors of a pass.
        var x = (index ^ index &>> 16 ^ first) &* 0x7feb_352d
        x = x ^ second
        x = (x ^ x &>> 15) &* 0x846c_a68b
        return x &>> 16
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ z &>> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z &>> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z &>> 31
    }
}
