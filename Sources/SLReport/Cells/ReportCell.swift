package import SLSpec

/// One cell of the comparison: the runs of a sweep that differ in nothing but the seed.
package struct ReportCell {
    /// The spec the runs share; its seed is that of the first.
    package var spec: RunSpec
    /// In the order of the sweep's plan.
    var runs: [RunHistory]
    /// An optimizer and memory options that are not the default, then what tells this cell from others of the same method in its size, rank
    /// aside: `8-bit states, bf16, lr 0.003`; empty when there is neither.
    var distinction = ""
    /// Where its size has so many methods that they stand by family; `nil` elsewhere.
    var family: MethodFamily?
    /// What it has in common with the cells of the same row on other budgets; `nil` where there are none.
    var ladderRow: Int?
    /// Losses of runs that differ from these in nothing but the seed and are not the sweep's: they tell of the noise of seeds alone.
    var otherSeeds: [UInt64: Double] = [:]
    /// Whether runs of it were made on terms that are not those of its size's other rows; their speeds do not compare.
    var isElsewhere = false

    var method: String { spec.method }
    var rank: Int? { spec.rank }
    var finished: [RunHistory] { runs.filter { $0.status == .finished && $0.result != nil } }
    var results: [RunResult] { finished.compactMap(\.result) }

    /// The cell without data, evaluation and seed.
    var prediction: PredictionSpec {
        PredictionSpec(model: spec.model, method: spec.method, options: spec.options, training: spec.training)
    }
    /// Whether it has a loss, or may still come to one.
    var canBeCompared: Bool { evalLoss != nil || runs.contains { $0.status == .running || $0.status == .interrupted } }

    package var rankText: String { rank.map(String.init) ?? NumberFormat.missing }

    /// `galore`, `galore (lr 0.003)`
    var methodLabel: String { distinction.isEmpty ? method : "\(method) (\(distinction))" }
    /// `galore r=128 (lr 0.003)`: for legends and heads of columns, where there is no column for the rank.
    package var label: String {
        [method, rank.map { "r=\($0)" }, distinction.isEmpty ? nil : "(\(distinction))"].compactMap(\.self).joined(separator: " ")
    }

    /// Of the finished runs.
    var lossesBySeed: [UInt64: Double] {
        Dictionary(finished.compactMap { run in run.result.map { (run.spec.seed, $0.reported.loss) } }) { first, _ in first }
    }

    /// The loss that rows are ranked by: see ``ReportedLoss``.
    var evalLoss: SampleSummary? { summary { $0.reported.loss } }
    var bitsPerByte: SampleSummary? { summary { $0.reported.bitsPerByte } }
    var trainLoss: SampleSummary? { summary { $0.trainLoss } }
    var tokensPerSecond: SampleSummary? { summary { $0.tokensPerSecond } }

    /// exp of the mean loss: the mean of perplexities would weigh the worst seed most. `nil` where it would be read off too
    /// few tokens.
    var perplexity: Double? { isThinlyEvaluated ? nil : (evalLoss?.mean).map(Perplexity.of(loss:)) }

    var totalParameters: Int? { results.first?.totalParameters }
    var trainableParameters: Int? { results.first?.trainableParameters }
    var paperBytes: Int? { results.first?.memory.paperBytes }
    /// The largest over the seeds: what a machine must have for every one of them.
    var peakTrackedBytes: Int? { results.map(\.memory.peakTrackedBytes).max() }
    var peakResidentBytes: Int? { results.compactMap(\.memory.peakResidentBytes).max() }

    /// The summary over the finished runs; `nil` unless every one of them has the value, as a finite number.
    func summary(_ value: (RunResult) -> Double?) -> SampleSummary? {
        let values = results.map(value)
        let present = values.compactMap(\.self)
        return present.count == values.count ? SampleSummary(present) : nil
    }

    /// `3`, or `2 of 3` when some runs didn't finish.
    var seedCount: String {
        finished.count == runs.count ? String(runs.count) : "\(finished.count) of \(runs.count)"
    }

    /// How the runs that didn't finish stand: `diverged`, `failed, interrupted`.
    var unfinishedStatus: String {
        let statuses = runs.filter { run in run.status != .finished }.map(\.status)
        return RunStatus.allCases.filter(statuses.contains).map(\.rawValue).joined(separator: ", ")
    }
}
