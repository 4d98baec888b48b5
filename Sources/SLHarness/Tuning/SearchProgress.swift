public import SLSpec

/// How far a search has come: everything follows from the outcomes of its trials, in whatever order they came.
public struct SearchProgress: Sendable, Hashable {
    public struct Tried: Sendable, Hashable {
        public var trial: SearchTrial
        public var outcome: SearchOutcome
    }

    /// Of one length.
    public struct Phase: Sendable, Hashable {
        /// Place of its length.
        public var rung: Int
        /// Coordinates that it changes.
        public var coordinates: [Int]
        /// `nil` while it goes on.
        public var end: SearchRecord.End?

        public init(rung: Int, coordinates: [Int], end: SearchRecord.End? = nil) {
            self.rung = rung
            self.coordinates = coordinates
            self.end = end
        }
    }

    /// Trials with their outcomes, in the order in which the search asked for them.
    public var tried: [Tried] = []
    /// Trials that the search waits for.
    public var open: [SearchTrial] = []
    /// Those that were begun.
    public var phases: [Phase] = []
    /// Whether nothing is left to try.
    public var isOver = false
    /// Place of the choice in `tried`; `nil` before the end, and where no trial at full length finished.
    public var chosen: Int?

    public init() {}

    /// Every trial asked for so far, the open ones last.
    public var trials: [SearchTrial] { tried.map(\.trial) + open }

    /// Takes in a batch.
    ///
    /// - Returns: `false` when some of it is open: nothing is decided before all of it is known, so that it does not matter which came first.
    mutating func take(_ batch: [SearchTrial], _ known: (SearchTrial) -> SearchOutcome?) -> Bool {
        let outcomes = batch.map { (trial: $0, outcome: known($0)) }
        // In the order asked for, known ones of a batch with open ones stay with it.
        guard outcomes.allSatisfy({ $0.outcome != nil }) else {
            open = batch
            return false
        }
        tried += outcomes.compactMap { pair in pair.outcome.map { Tried(trial: pair.trial, outcome: $0) } }
        return true
    }

    /// The lowest finite loss of a rung, of equal ones the first.
    func best(rung: Int) -> Int? {
        tried.indices.filter { tried[$0].trial.rung == rung && tried[$0].outcome.loss.isFinite }
            .min { (tried[$0].outcome.loss, $0) < (tried[$1].outcome.loss, $1) }
    }
}
