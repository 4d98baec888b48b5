import Foundation

/// Normal numbers of a fixed stream: SplitMix64 and Box and Muller's transform, so that a simulation is the same each time.
struct SimulatedNoise {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    private mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return (Double((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53
    }

    mutating func next() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform()) }

    mutating func next(_ count: Int, mean: Double = 0, deviation: Double = 1) -> [Double] {
        (0..<count).map { _ in mean + deviation * next() }
    }

    /// The share of repetitions in which something happens, and four of its standard errors.
    static func share(of repetitions: Int, seed: UInt64, _ happens: (inout SimulatedNoise) -> Bool) -> (share: Double, error: Double) {
        var noise = SimulatedNoise(seed)
        let count = (0..<repetitions).count { _ in happens(&noise) }
        let share = Double(count) / Double(repetitions)
        return (share, 4 * (max(share * (1 - share), 0.01) / Double(repetitions)).squareRoot())
    }
}

extension [Double] {
    /// As losses of the seeds 1, 2, …
    var bySeed: [UInt64: Double] { Dictionary(uniqueKeysWithValues: enumerated().map { (UInt64($0.offset + 1), $0.element) }) }
}
