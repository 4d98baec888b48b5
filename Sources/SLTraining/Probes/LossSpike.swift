/// A loss far out of those before it.
package enum LossSpike {
    /// Losses that one is compared with, and the fewest of them that say anything.
    private static let (window, fewest) = (32, 16)
    /// Standard deviations above their mean.
    private static let distance = 4.0

    /// Whether the last of the losses, one for every update, is a spike. Decided by the losses alone, so that a run that goes on from a checkpoint
    /// decides alike.
    package static func isLast(of losses: [Double]) -> Bool {
        guard let last = losses.last, last.isFinite else { return false }
        let before = losses.dropLast().suffix(window)
        guard before.count >= fewest else { return false }
        let mean = before.reduce(0, +) / Double(before.count)
        let variance = before.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(before.count - 1)
        return last > mean + distance * variance.squareRoot()
    }
}
