import Foundation

/// What the singular values σ₁ ≥ σ₂ ≥ … of a matrix say of its size and of its rank.
public struct Spectrum: Sendable, Hashable, Codable {
    /// One of the singular values with its place, 1 for the largest.
    public struct Value: Sendable, Hashable {
        public var place: Int
        public var value: Double

        public init(place: Int, value: Double) {
            self.place = place
            self.value = value
        }
    }

    /// How many singular values the matrix has: its smaller side.
    public var count: Int
    /// ‖·‖_F = √Σσ²
    public var frobeniusNorm: Double
    /// ‖·‖₂ = σ₁
    public var spectralNorm: Double
    /// ‖·‖_* = Σσ
    public var nuclearNorm: Double
    /// ‖·‖_F² / ‖·‖₂²: at least 1, at most the rank, and changed little by small singular values. `nil` of a matrix that is zero.
    ///
    /// Source: Rudelson and Vershynin 2007, Sampling from large matrices, J. ACM 54(4), §1.
    public var stableRank: Double?
    /// exp(−Σ p ln p) with p = σ/Σσ: the number of equal singular values of the same entropy. `nil` of a matrix that is zero.
    ///
    /// Source: Roy and Vetterli 2007, The effective rank: a measure of effective dimensionality, EUSIPCO, Definition 1.
    public var effectiveRank: Double?
    /// Those of ``places(of:)``.
    public var values: [Value]

    /// - Parameter singularValues: all of them, in any order, none below 0.
    public init(singularValues: [Double]) {
        let all = singularValues.sorted(by: >)
        let sum = all.reduce(0, +)
        let squares = all.reduce(0) { $0 + $1 * $1 }
        count = all.count
        frobeniusNorm = squares.squareRoot()
        spectralNorm = all.first ?? 0
        nuclearNorm = sum
        values = Self.places(of: all.count).map { Value(place: $0, value: all[$0 - 1]) }
        guard let largest = all.first, largest > 0 else { return }
        // Of quotients: squares of small numbers may be zero.
        stableRank = all.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }
        let entropy = all.reduce(0.0) { entropy, value in
            let share = value / sum
            return share > 0 ? entropy - share * log(share) : entropy
        }
        effectiveRank = exp(entropy)
    }

    /// Of what was recorded.
    public init(
        count: Int, frobeniusNorm: Double, spectralNorm: Double, nuclearNorm: Double, stableRank: Double?, effectiveRank: Double?, values: [Value]
    ) {
        self.count = count
        self.frobeniusNorm = frobeniusNorm
        self.spectralNorm = spectralNorm
        self.nuclearNorm = nuclearNorm
        self.stableRank = stableRank
        self.effectiveRank = effectiveRank
        self.values = values
    }

    /// The first eight places, then about eight for every doubling, and the last: enough to draw a spectrum over logarithmic axes.
    public static func places(of count: Int) -> [Int] {
        guard count > 0 else { return [] }
        var places: [Int] = []
        var place = 1.0
        while place < Double(count) {
            let next = Int(place.rounded())
            if places.last != next, next < count { places.append(next) }
            place = max(place + 1, place * 1.09)
        }
        return places + [count]
    }
}

/// A pair in a file: `[1, 3.25]`.
extension Spectrum.Value: Codable {
    public init(from decoder: any Decoder) throws {
        var pair = try decoder.unkeyedContainer()
        self.init(place: try pair.decode(Int.self), value: try pair.decode(Double.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var pair = encoder.unkeyedContainer()
        try pair.encode(place)
        try pair.encode(value)
    }
}
