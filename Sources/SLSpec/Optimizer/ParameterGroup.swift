/// What some tensors of a run are trained with that others are not: a multiple of the learning rate, a weight decay, a rule.
public struct ParameterGroup: Sendable, Hashable {
    public var selector: ParameterSelector
    /// Multiple of the run's learning rate; `nil` leaves it to a wider group, and in the end 1.
    public var learningRateFactor: Double?
    /// In place of the run's; `nil` as above.
    public var weightDecay: Double?
    /// In place of the run's; `nil` as above.
    public var optimizer: OptimizerSpec?

    public init(
        _ selector: ParameterSelector, learningRateFactor: Double? = nil, weightDecay: Double? = nil, optimizer: OptimizerSpec? = nil
    ) {
        self.selector = selector
        self.learningRateFactor = learningRateFactor
        self.weightDecay = weightDecay
        self.optimizer = optimizer
    }
}

extension [ParameterGroup] {
    /// What the most specific group that says something says of a tensor.
    public func value<Value>(_ field: KeyPath<ParameterGroup, Value?>, for tensor: TensorPlace) -> Value? {
        filter { $0[keyPath: field] != nil && $0.selector.matches(tensor) }
            .max { $0.selector < $1.selector }?[keyPath: field]
    }

    /// Embedding, head and norms by AdamW: of rules that are meant for the matrices inside the blocks.
    public static let othersByAdamW: Self = [ParameterSelector.embedding, .head, .norms].map { ParameterGroup($0, optimizer: OptimizerSpec()) }
}
