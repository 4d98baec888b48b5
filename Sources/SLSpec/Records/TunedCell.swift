/// The trials that chose the settings of one cell of a sweep.
public struct TunedCell: Sendable, Hashable {
    /// One choice of values, over the tuning seeds.
    public struct Trial: Sendable, Hashable {
        /// Keys of the config with what was tried: `lr` with 0.003.
        public var values: [String: OptionValue]
        public var runs: [Run]
        public var isChosen: Bool
        /// Updates, where the trials of a cell have several lengths.
        public var steps: Int?

        public init(values: [String: OptionValue], runs: [Run], isChosen: Bool, steps: Int? = nil) {
            self.values = values
            self.runs = runs
            self.isChosen = isChosen
            self.steps = steps
        }

        /// Whether some seed of it diverged.
        public var isDiverged: Bool { runs.contains { $0.status == .diverged || ($0.status == .finished && $0.evalLoss?.isFinite == false) } }

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
        /// What it took so far.
        public var cost: Cost

        public init(runID: String, seed: UInt64, status: RunStatus?, evalLoss: Double?, cost: Cost = Cost()) {
            self.runID = runID
            self.seed = seed
            self.status = status
            self.evalLoss = evalLoss
            self.cost = cost
        }
    }

    /// What a trial's run took; `nil` for what was not recorded.
    public struct Cost: Sendable, Hashable {
        /// Targets trained on.
        public var tokens: Int?
        /// Floating-point operations of training, of a run that finished.
        public var operations: Double?
        /// The whole run's where it finished, else those of its updates.
        public var seconds: Double?

        public init(tokens: Int? = nil, operations: Double? = nil, seconds: Double? = nil) {
            self.tokens = tokens
            self.operations = operations
            self.seconds = seconds
        }
    }

    public var size: String
    public var method: String
    public var rank: Int?
    /// Updates of a trial at full length.
    public var steps: Int
    /// Group key of the runs that the choice was made for; `nil` when nothing could be chosen.
    public var groupKey: String?
    public var trials: [Trial]
    /// How they were picked; `nil` for a grid.
    public var search: SearchRecord?

    public init(size: String, method: String, rank: Int?, steps: Int, groupKey: String?, trials: [Trial], search: SearchRecord? = nil) {
        self.search = search
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

    /// Whether more is to be tried before anything can be chosen.
    public var isOpen: Bool { openRuns > 0 || search?.isOver == false }

    public var chosen: Trial? { trials.first(where: \.isChosen) }

    /// Keys whose chosen value is the smallest or largest of those tried: the best may lie beyond.
    public var edgeKeys: [String] {
        guard let chosen else { return [] }
        return chosen.values.keys.sorted().filter { key in
            // Of a list without an order no value is beyond another.
            if let search, search.coordinates.first(where: { $0.key == key })?.isOrdered == false { return false }
            let tried = Set(trials.compactMap { $0.values[key]?.real })
            guard tried.count > 1, let value = chosen.values[key]?.real else { return false }
            // Less than nothing there is not.
            return (value == tried.min() && value != 0) || value == tried.max()
        }
    }

    /// Ranges that a search continued, with the smallest and the largest number tried.
    public var extensions: [(key: String, low: Double, high: Double)] {
        (search?.coordinates ?? []).compactMap { coordinate in
            let tried = trials.compactMap { $0.values[coordinate.key]?.real }
            guard coordinate.isOrdered, let low = coordinate.low, let high = coordinate.high, let least = tried.min(), let most = tried.max(),
                least < low || most > high
            else { return nil }
            return (coordinate.key, least, most)
        }
    }

    /// Trials in the order made, phase by phase; of a grid all of them.
    public var phases: [(record: SearchRecord.Phase?, trials: ArraySlice<Trial>)] {
        guard let search else { return [(nil, trials[...])] }
        var first = 0
        return search.phases.map { phase in
            let range = min(first, trials.count)..<min(first + phase.trials, trials.count)
            first = range.upperBound
            return (phase, trials[range])
        }
    }
}
