public import SLSpec

/// The trials of a cell that lie so near the best that no choice between them is evidence: within the tolerance of the search, or within the
/// 95 % t-interval of the difference over the tuning seeds.
public struct NearBest: Sendable {
    package struct Entry: Sendable {
        package var trial: TunedCell.Trial
        /// Nats above the best; 0 for the best.
        package var excess: Double
    }

    /// The best first.
    package let entries: [Entry]
    /// Nats.
    package let tolerance: Double

    /// Nats within which trials of a grid count as equal, the same as of a search that says nothing else.
    package static let standardTolerance = TuningPlan.Settings().tolerance

    /// `nil` where no trial at full length finished.
    public init?(_ cell: TunedCell) {
        // Trials of other lengths have other losses.
        guard let last = cell.phases.last, last.record == nil || cell.search?.isOver == true else { return nil }
        self.init(last.trials, tolerance: cell.search?.tolerance ?? Self.standardTolerance)
    }

    package init?(_ trials: some Sequence<TunedCell.Trial>, tolerance: Double) {
        let finished = trials.compactMap { trial in trial.meanLoss.flatMap { $0.isFinite ? (trial: trial, loss: $0) : nil } }
        // Of equal ones the first is the best: the sort keeps their order by their places.
        let ranked = finished.enumerated().sorted { ($0.element.loss, $0.offset) < ($1.element.loss, $1.offset) }.map(\.element)
        guard let best = ranked.first else { return nil }
        self.tolerance = tolerance
        entries = ranked.filter { $0.loss - best.loss <= tolerance || Self.isWithinNoise($0.trial, best.trial) }
            .map { Entry(trial: $0.trial, excess: $0.loss - best.loss) }
    }

    private static func isWithinNoise(_ trial: TunedCell.Trial, _ best: TunedCell.Trial) -> Bool {
        let of = Dictionary(best.runs.compactMap { run in run.evalLoss.map { (run.seed, $0) } }) { first, _ in first }
        let differences = trial.runs.compactMap { run in run.evalLoss.flatMap { loss in of[run.seed].map { loss - $0 } } }
        guard let summary = SampleSummary(differences), let half = summary.halfWidth95 else { return false }
        return summary.mean <= half
    }

    package var isTie: Bool { entries.count > 1 }

    /// `9.1234 at lr 0.004; 2 more within 0.005`
    public var words: String {
        let best = entries[0].trial
        let head = "\(TuningText.outcome(best)) at \(TuningText.values(best.values))"
        return isTie ? "\(head); \(entries.count - 1) more as good" : head
    }
}
