public import SLMethodKit

/// Where a loop stands: what decides which tensors there are and what the next update does, besides the tensors themselves.
public struct LoopPosition: Sendable, Hashable, Codable {
    /// Updates done.
    public var step: Int
    public var phase: Int
    /// Of every trained tensor by its name: updates that it has received since it was fresh. `nil` when all are as old as the
    /// run, which is so in phase 0.
    public var ages: [String: Int]?
    /// States of the run's controllers, in their order; `nil` when none has begun.
    public var lifecycles: [LifecycleState]?
    /// Tensors that a controller froze, by name, in order; `nil` for none.
    public var held: [String]?
    /// Gradients that a controller asked for; `nil` for none.
    public var observation: GradientObservation?
    /// Dips of the learning rate that controllers asked for; `nil` for none.
    public var dips: [LearningRateDip]?

    public init(
        step: Int, phase: Int, ages: [String: Int]? = nil, lifecycles: [LifecycleState]? = nil, held: [String]? = nil,
        observation: GradientObservation? = nil, dips: [LearningRateDip]? = nil
    ) {
        self.step = step
        self.phase = phase
        self.ages = ages
        self.lifecycles = lifecycles
        self.held = held
        self.observation = observation
        self.dips = dips
    }
}

/// Gradients that are wanted for a few updates more.
public struct GradientObservation: Sendable, Hashable, Codable {
    public var tensors: TensorChoice
    /// Updates to come.
    public var updates: Int
}
