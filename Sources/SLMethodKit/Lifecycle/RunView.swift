public import SLSpec

/// A run as a controller sees it after an update: values that every process of a run has alike.
public struct RunView: Sendable {
    /// One trained tensor, or a frozen one whose gradient was asked for.
    public struct Tensor: Sendable, Hashable {
        public var place: TensorPlace
        /// L2 norm of the update's gradient, before clipping.
        public var gradientNorm: Double
        /// Whether the update moved it.
        public var isTrained: Bool
        /// Updates that it has received since it was fresh.
        public var age: Int

        public init(place: TensorPlace, gradientNorm: Double, isTrained: Bool = true, age: Int) {
            self.place = place
            self.gradientNorm = gradientNorm
            self.isTrained = isTrained
            self.age = age
        }
    }

    /// Updates done: 1 after the first.
    public var step: Int
    /// Of the whole run.
    public var totalSteps: Int
    /// Of every update so far, the latest last: means over the updates' targets, each from before its update.
    public var losses: [Double]
    /// In the model's order.
    public var tensors: [Tensor]
    /// Of the run: what a controller draws goes by it, in streams that it names.
    public var seed: UInt64

    public init(step: Int, totalSteps: Int, losses: [Double] = [], tensors: [Tensor] = [], seed: UInt64 = 0) {
        self.step = step
        self.totalSteps = totalSteps
        self.losses = losses
        self.tensors = tensors
        self.seed = seed
    }

    public var isLast: Bool { step >= totalSteps }
}
