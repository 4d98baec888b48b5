/// How a search picked the trials of a cell, and how it ended.
public struct SearchRecord: Sendable, Hashable, Codable {
    public enum End: String, Sendable, Hashable, Codable {
        /// Nothing was left to try.
        case complete
        /// The most trials were made before that.
        case capped
        /// No trial finished.
        case nothingFinished = "nothing_finished"
    }

    public struct Coordinate: Sendable, Hashable, Codable {
        public var key: String
        /// Whether it is a number with neighbours below and above.
        public var isOrdered: Bool
        /// Whether it was tried beyond its ends where the best lay there.
        public var isExtensible: Bool
        /// The smallest and the largest number that the config named or the cell had.
        public var low: Double?
        public var high: Double?

        public init(key: String, isOrdered: Bool, isExtensible: Bool, low: Double?, high: Double?) {
            self.key = key
            self.isOrdered = isOrdered
            self.isExtensible = isExtensible
            self.low = low
            self.high = high
        }

        enum CodingKeys: String, CodingKey {
            case key, low, high
            case isOrdered = "is_ordered"
            case isExtensible = "is_extensible"
        }
    }

    /// The trials of one length.
    public struct Phase: Sendable, Hashable, Codable {
        /// Updates of its trials.
        public var steps: Int
        public var trials: Int
        /// What it changed.
        public var keys: [String]
        /// `nil` while it goes on.
        public var end: End?

        public init(steps: Int, trials: Int, keys: [String], end: End?) {
            self.steps = steps
            self.trials = trials
            self.keys = keys
            self.end = end
        }
    }

    public var search: TuningPlan.Search
    public var maxTrials: Int
    /// Nats within which trials count as equal.
    public var tolerance: Double
    public var coordinates: [Coordinate]
    /// Those that were begun; the trials of a cell stand phase by phase.
    public var phases: [Phase]
    public var isOver: Bool

    public init(search: TuningPlan.Search, maxTrials: Int, tolerance: Double, coordinates: [Coordinate], phases: [Phase], isOver: Bool) {
        self.search = search
        self.maxTrials = maxTrials
        self.tolerance = tolerance
        self.coordinates = coordinates
        self.phases = phases
        self.isOver = isOver
    }

    enum CodingKeys: String, CodingKey {
        case search, tolerance, coordinates, phases
        case maxTrials = "max_trials"
        case isOver = "is_over"
    }
}
