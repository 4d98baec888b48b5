/// What happens between a run's updates: a controller that sees the run after every update and answers with what is to be done.
///
/// Made per run by the method. What it remembers is its ``state``, which checkpoints keep and which is restored exactly: two runs of one
/// seed, one of them interrupted, see the same actions. Several controllers may serve one run; they are asked in order, and what all of
/// them want is carried out in that order.
///
/// Updates are counted from 1 everywhere: 1 is the first, and "after update 1" is the first time a controller is asked.
public protocol Lifecycle: Sendable {
    associatedtype State: Codable & Sendable

    /// All that changes during a run. What is not in here is lost in a checkpoint.
    var state: State { get set }

    /// Told once, before the first update of a run: how it begins. Not asked again where a run goes on.
    ///
    /// - Parameter run: as it will be; no tensor has a gradient yet.
    mutating func beginning(of run: RunView) -> RunBeginning

    /// What to do after an update, in order.
    mutating func actions(after update: RunView) -> [LifecycleAction]

    /// The events that are known before the run, no more and no less.
    var plannedEvents: [PlannedEvent] { get }

    /// What the learning rate does besides the run's own schedule, as far as it is known before the run.
    var plannedRates: LearningRatePlan { get }
}

extension Lifecycle {
    public mutating func beginning(of run: RunView) -> RunBeginning { RunBeginning() }
    public var plannedEvents: [PlannedEvent] { [] }
    public var plannedRates: LearningRatePlan { LearningRatePlan() }
}

extension Lifecycle where State == Stateless {
    public var state: Stateless {
        get { Stateless() }
        nonmutating set {}
    }
}

/// The state of a controller that goes by the number of the update alone.
public struct Stateless: Codable, Sendable, Hashable {
    public init() {}
}
