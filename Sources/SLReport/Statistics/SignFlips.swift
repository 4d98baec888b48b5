/// The ways to turn the signs of seeds: all of them where they can be gone through, else draws of a fixed stream.
///
/// Turning every sign changes no absolute sum, so the first seed keeps its own and half of the patterns stand for all.
struct SignFlips {
    /// Up to so many seeds all 2ⁿ patterns are gone through.
    static let mostExact = 16
    /// Draws above that. The smallest p is then 1/(draws + 1), and near 0.05 its standard error is 0.0007.
    static let draws = 100_000
    /// The stream of the draws: the same for every table, so that a report is the same bytes each time.
    static let drawSeed: UInt64 = 20_240_613

    let seeds: Int

    var isExact: Bool { seeds <= Self.mostExact }

    /// Calls with the signs of each pattern but the one in which none is turned.
    func forEachOther(_ body: ([Double]) -> Void) {
        var signs = [Double](repeating: 1, count: seeds)
        if isExact {
            for pattern in 1..<max(1, 1 << max(0, seeds - 1)) {
                for place in 1..<seeds { signs[place] = pattern >> (place - 1) & 1 == 0 ? 1 : -1 }
                body(signs)
            }
        } else {
            var state = Self.drawSeed
            for _ in 0..<Self.draws {
                var bits: UInt64 = 0
                for place in signs.indices {
                    if place % 64 == 0 { bits = Self.next(&state) }
                    signs[place] = bits & 1 == 0 ? 1 : -1
                    bits >>= 1
                }
                body(signs)
            }
        }
    }

    /// SplitMix64. Source: Steele, Lea, Flood 2014, Fast splittable pseudorandom number generators.
    private static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
