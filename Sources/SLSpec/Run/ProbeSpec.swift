import Foundation

/// What is measured of a run's matrices on the way: at a few moments the spectra of weights, gradient and update, and more often what is cheap.
///
/// Probes change no bit of what a run computes: its losses and the digest of its weights are those of the run without them. They are part of its
/// identity as evaluations are, since what was not measured while a run went can't be had from it afterwards.
public struct ProbeSpec: Sendable, Hashable, Codable {
    /// Moments at which spectra are taken, the start and the end among them.
    public var moments: Int
    /// Targets of the fixed batch that gradients are taken on, rounded up to whole rows.
    public var tokens: Int

    public init(moments: Int = 10, tokens: Int = 32_768) {
        self.moments = moments
        self.tokens = tokens
    }

    public enum CodingKeys: String, CodingKey, CaseIterable { case moments, tokens }

    /// Updates after which spectra are taken, ascending: 0, and then evenly in the logarithm from 1 to the last. Where two fall on one update it
    /// counts once.
    public func steps(of total: Int) -> [Int] {
        guard total > 0 else { return [0] }
        let last = max(0, moments - 2)
        let others = (0...last).map { index -> Int in
            // One moment besides the start is the end.
            index == last ? total : Int(pow(Double(total), Double(index) / Double(last)).rounded())
        }
        return Set([0] + others).sorted()
    }

    /// Samples of what is cheap, over the whole run.
    static let samples = 64

    /// Updates between two of these.
    public static func interval(of total: Int) -> Int { max(1, (total + samples - 1) / samples) }
}
