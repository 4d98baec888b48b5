import Foundation

/// How many vectors of either factor are switched in an update.
///
/// r/i(u) in update u, rounded up with the probability of its fraction; i(u) = interval/ρ(u), ρ(u) = 0.3^(u/d) with d = descent · updates of
/// the run. Source: SwitchLoRA's `_get_switch_replace_num` and `_get_switch_rate` (there the count begins at 0 and 1 is added).
struct SwitchSchedule: Sendable, Hashable {
    let interval: Int
    /// Share of the run after which switches are 0.3 times as frequent; `nil` for as frequent all the time.
    let descent: Double?

    /// - Parameters:
    ///   - totalSteps: 0 where nobody knows; nothing falls then. - draw: from [0, 1).
    func count(rank: Int, step: Int, totalSteps: Int, draw: Double) -> Int {
        var frequency = 1.0
        if let descent, totalSteps > 0 { frequency = max(pow(0.3, Double(step) / (descent * Double(totalSteps))), 1e-8) }
        let wanted = Double(rank) / Double(interval) * frequency
        let whole = wanted.rounded(.down)
        return Int(whole) + (draw < wanted - whole ? 1 : 0)
    }
}
