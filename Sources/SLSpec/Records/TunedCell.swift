/// The trials that chose the settings of one cell of a sweep.
public struct TunedCell: Sendable, Hashable {
    /// One choice of values, over the tuning seeds.
    public struct Trial: Sendable, Hashable {
        /// Keys of the config with what was tried: `lr` with 0.003.
        public var values: [String: OptionValue]
        public var runs: [Run]
        public var isChosen: Bool

        public init(values: [String: OptionValue], runs: [Run], isChosen: Bool) {
            self.values = values
            self.runs = runs
            self.isChosen = isChosen
        }

        /// Mean validation loss over the tuning seeds; `nil` unless every one of them finished.
        public var meanLoss: Double? {
            let losses = runs.compactMap(\.evalLoss)
            guard losses.count == runs.count, !losses.isEmpty else { return nil }
            return losses.reduce(0, +) / Double(losses.count)
        }
    }

    public struct Run: Sendable, Hashable {
        public var runID: String
        public var seed: UInt64
        /// `nil` when it was never started.
        public var status: RunStatus?
        public var evalLoss: Double?

        public init(runID: String, seed: UInt64, status: RunStatus?, evalLoss: Double?) {
            self.runID = runID
            self.seed = seed
            self.status = status
            self.evalLoss = evalLoss
        }
    }

    public var size: String
    public var method: String
    public var rank: Int?
    /// Updates of a trial.
    public var steps: Int
    /// Group key of the runs that the choice was made for; `nil` when nothing could be chosen.
    public var groupKey: String?
    public var trials: [Trial]

    public init(size: String, method: String, rank: Int?, steps: Int, groupKey: String?, trials: [Trial]) {
        self.size = size
        self.method = method
        self.rank = rank
        self.steps = steps
        self.groupKey = groupKey
        self.trials = trials
    }

    /// Runs of trials that have not ended: nothing can be chosen before they have.
    public var openRuns: Int {
        trials.flatMap(\.runs).count { [nil, .running, .interrupted].contains($0.status) }
    }

    public var chosen: Trial? { trials.first(where: \.isChosen) }

    /// Keys whose chosen value is the smallest or largest of those tried: the best may lie beyond.
    public var edgeKeys: [String] {
        guard let chosen else { return [] }
        return chosen.values.keys.sorted().filter { key in
            let tried = Set(trials.compactMap { $0.values[key]?.real })
            guard tried.count > 1, let value = chosen.values[key]?.real else { return false }
            return value == tried.min() || value == tried.max()
        }
    }
}
