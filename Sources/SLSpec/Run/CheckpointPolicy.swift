/// When a run writes checkpoints and what stays of them. A matter of the host: not part of any run's identity.
public struct CheckpointPolicy: Sendable, Hashable, Codable {
    /// What stays of a run that is finished.
    public enum Final: String, Sendable, Hashable, Codable, CaseIterable {
        case none
        /// The weights: for exports and comparisons.
        case weights
    }

    /// Updates between two checkpoints; `nil` for none by count.
    public var everySteps: Int?
    /// Minutes between two checkpoints; `nil` for none by time.
    public var everyMinutes: Double?
    /// How many stay while the run goes on: should the last be damaged, the one before it serves.
    public var keep: Int
    public var final: Final

    public init(everySteps: Int? = nil, everyMinutes: Double? = 10, keep: Int = 2, final: Final = .weights) {
        self.everySteps = everySteps
        self.everyMinutes = everyMinutes
        self.keep = keep
        self.final = final
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case everySteps = "every_steps"
        case everyMinutes = "every_minutes"
        case keep, final
    }
}
