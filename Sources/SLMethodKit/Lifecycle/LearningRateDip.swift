import Foundation

/// A fall of the learning rate and its way back.
///
/// In update `first + k`, 0 ≤ k < `length`, the rate is base(first + length) · f(k): the schedule's own value where the dip ends, times
/// a factor that rises from `floor` to 1.
public struct LearningRateDip: Sendable, Hashable, Codable {
    /// How the factor rises.
    public enum Shape: String, Sendable, Hashable, Codable {
        case linear
        /// Half a period of a cosine: slowly, quickly, slowly.
        case cosine
    }

    /// In which update the factor is 1 again.
    public enum Return: String, Sendable, Hashable, Codable {
        /// In the dip's last.
        case inLastUpdate = "in_last_update"
        /// In the one that follows it.
        case afterwards
    }

    /// The first update that is lowered, from 1.
    public let first: Int
    /// Updates that are lowered.
    public let length: Int
    /// The factor of the first.
    public let floor: Double
    public let shape: Shape
    public let end: Return
    /// Whether updates of the run's first warm-up are left as they are.
    public let sparesWarmup: Bool
    /// The option that says when or how long, e.g. `restart_warmup_steps`.
    public let option: String

    public init(
        first: Int, length: Int, floor: Double, shape: Shape = .linear, end: Return, sparesWarmup: Bool = false, option: String
    ) {
        self.first = first
        self.length = length
        self.floor = floor
        self.shape = shape
        self.end = end
        self.sparesWarmup = sparesWarmup
        self.option = option
    }

    /// The updates that are lowered.
    public var updates: Range<Int> { first..<first + max(0, length) }

    /// f(k).
    public func factor(_ k: Int) -> Double {
        // Of one update that should begin at the floor and end at 1, the floor stays.
        let share = Double(k) / Double(max(1, end == .inLastUpdate ? length - 1 : length))
        let risen =
            switch shape {
            case .linear: share
            case .cosine: 0.5 * (1 - cos(.pi * share))
            }
        return floor + (1 - floor) * risen
    }
}

/// What controllers plan for the learning rate before a run.
public struct LearningRatePlan: Sendable, Hashable {
    public var dips: [LearningRateDip]
    /// From this update on every update has the rate of the one after it, and the cosine goes on beyond the run's end; `nil`: never.
    public var readsAheadFrom: Int?

    public init(dips: [LearningRateDip] = [], readsAheadFrom: Int? = nil) {
        self.dips = dips
        self.readsAheadFrom = readsAheadFrom
    }

    /// The plans of all controllers of a run.
    public init(_ plans: [LearningRatePlan]) {
        dips = plans.flatMap(\.dips).sorted { $0.first < $1.first }
        readsAheadFrom = plans.compactMap(\.readsAheadFrom).min()
    }
}
