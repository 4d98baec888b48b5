/// A stream of random numbers that belongs to one purpose.
///
/// Streams are named (`init/model.embed_tokens.weight`, `batches/train`, …) and independent: drawing more from one
/// never shifts another, so two methods with the same seed see the same tokens and the same first weights wherever
/// they have a tensor in common.
///
/// Generator: xoshiro256** 1.0 (Blackman and Vigna, prng.di.unimi.it), seeded through SplitMix64 from the seed and the
/// FNV-1a hash of the name. The value is the whole state, so it can be saved and continued.
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable, Codable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    public init(seed: UInt64, name: String) {
        var mixer = SplitMix64(state: seed &* 0x9e37_79b9_7f4a_7c15 ^ FNV1a.hash(name))
        s0 = mixer.next()
        s1 = mixer.next()
        s2 = mixer.next()
        s3 = mixer.next()
    }

    public mutating func next() -> UInt64 {
        let result = Self.rotate(s1 &* 5, 7) &* 9
        let t = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = Self.rotate(s3, 45)
        return result
    }

    /// Uniform on [0, 1), 53 bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform on [-bound, bound).
    public mutating func uniform(bound: Double) -> Double { (2 * uniform() - 1) * bound }

    /// Uniform on 0 ..< count, without bias (Lemire's multiplication with rejection).
    ///
    /// - Precondition: `count > 0`.
    public mutating func below(_ count: Int) -> Int {
        precondition(count > 0, "an empty range has no element to draw")
        let bound = UInt64(count)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    /// Two independent standard normal values (Marsaglia's polar method).
    public mutating func normalPair() -> (Double, Double) {
        while true {
            let u = 2 * uniform() - 1
            let v = 2 * uniform() - 1
            let s = u * u + v * v
            guard s < 1, s > 0 else { continue }
            let factor = (-2 * s.naturalLogarithm / s).squareRoot()
            return (u * factor, v * factor)
        }
    }

    private static func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
}

struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
