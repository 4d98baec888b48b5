import Foundation
package import SLSpec

/// The losses of trials that differ from the best of their length in one number alone: how much the loss depends on it.
package struct TrialCurve: Sendable {
    package struct Point: Sendable {
        package var value: Double
        /// `nil` where a seed diverged.
        package var loss: Double?
        package var trial: TunedCell.Trial
    }

    package let key: String
    /// By ascending value, the best among them.
    package let points: [Point]
    package let best: Point

    /// The curves of a cell, each of the longest trials that varied its key; keys in the order of their names, of a search in its own.
    package static func curves(_ cell: TunedCell) -> [TrialCurve] {
        let keys: [String]
        if let search = cell.search {
            keys = search.coordinates.filter(\.isOrdered).map(\.key)
        } else {
            keys = Set(cell.trials.flatMap(\.values.keys)).sorted()
        }
        return keys.compactMap { key in cell.phases.reversed().lazy.compactMap { TrialCurve(key, $0.trials) }.first }
    }

    /// `nil` unless there are two values.
    package init?(_ key: String, _ trials: some Sequence<TunedCell.Trial>) {
        guard let best = NearBest(trials, tolerance: 0)?.entries.first?.trial, let own = best.values[key]?.real else { return nil }
        var points: [Point] = []
        for trial in trials where TrialCurve.difference(trial, best).allSatisfy({ $0 == key }) {
            guard let value = trial.values[key]?.real, !points.contains(where: { $0.value == value }) else { continue }
            let loss = trial.meanLoss.flatMap { $0.isFinite ? $0 : nil }
            // One that is still to be made, or failed, says nothing.
            if loss != nil || trial.isDiverged { points.append(Point(value: value, loss: loss, trial: trial)) }
        }
        guard points.count > 1, let place = points.firstIndex(where: { $0.value == own }) else { return nil }
        self.key = key
        self.best = points[place]
        self.points = points.sorted { $0.value < $1.value }
    }

    /// Keys in which two trials differ.
    package static func difference(_ one: TunedCell.Trial, _ other: TunedCell.Trial) -> [String] {
        Set(one.values.keys).union(other.values.keys).filter { one.values[$0] != other.values[$0] }.sorted()
    }

    /// How far the loss lies above the best at a multiple of the best value.
    package enum Regret: Sendable, Hashable {
        case nats(Double)
        case diverged
    }

    /// Along straight lines over the logarithm of the value between those tried; `nil` beyond them, and beside one that diverged.
    package func regret(at factor: Double) -> Regret? {
        guard best.value > 0, let lowest = best.loss else { return nil }
        let target = best.value * factor
        func isSame(_ value: Double) -> Bool { abs(value / target - 1) < 1e-4 }
        if let exact = points.first(where: { isSame($0.value) }) { return exact.loss.map { .nats($0 - lowest) } ?? .diverged }
        guard let below = points.last(where: { $0.value > 0 && $0.value < target }), let above = points.first(where: { $0.value > target }),
            let low = below.loss, let high = above.loss
        else { return nil }
        let share = log(target / below.value) / log(above.value / below.value)
        return .nats(low + share * (high - low) - lowest)
    }
}
