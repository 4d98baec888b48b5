package import SLSpec

/// What the trials of a cell took, whatever became of them.
package struct TuningBudget: Sendable {
    package let trials: Int
    package let runs: Int
    package let diverged: Int
    /// Targets trained on; `nil` where no run says.
    package let tokens: Int?
    /// Of training; runs that did not finish count by their tokens, at the mean of those that did.
    package let operations: Double?
    package let seconds: Double?

    package init(_ cell: TunedCell) {
        let runs = cell.trials.flatMap(\.runs)
        trials = cell.trials.count
        self.runs = runs.count
        diverged = cell.trials.count(where: \.isDiverged)
        let tokens = runs.compactMap(\.cost.tokens)
        self.tokens = tokens.isEmpty ? nil : tokens.reduce(0, +)
        let seconds = runs.compactMap(\.cost.seconds)
        self.seconds = seconds.isEmpty ? nil : seconds.reduce(0, +)
        let counted = runs.filter { $0.cost.operations != nil && ($0.cost.tokens ?? 0) > 0 }
        let operations = counted.compactMap(\.cost.operations).reduce(0, +)
        let operationsTokens = counted.compactMap(\.cost.tokens).reduce(0, +)
        let rest = runs.filter { $0.cost.operations == nil }.compactMap(\.cost.tokens).reduce(0, +)
        self.operations = operationsTokens > 0 ? operations * (1 + Double(rest) / Double(operationsTokens)) : nil
    }
}
