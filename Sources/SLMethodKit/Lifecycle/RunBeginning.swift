/// How a run begins: what of its first update's model is not as the method declares it. Nothing has happened by then, so nothing is recorded.
public struct RunBeginning: Sendable, Hashable {
    /// Tensors that are frozen from the start: they never get gradient or state before they are thawed.
    public var frozen: TensorChoice?
    /// Whose gradients are wanted besides (``LifecycleAction/denseGradients(of:updates:)``), and in how many updates.
    public var observed: TensorChoice?
    public var observedUpdates: Int

    public init(frozen: TensorChoice? = nil, observed: TensorChoice? = nil, observedUpdates: Int = 0) {
        self.frozen = frozen
        self.observed = observed
        self.observedUpdates = observedUpdates
    }
}

/// Which of the tensors that a method declares as trained have gradients and state at once, where its controllers train them in turns: what
/// plans and accounting count.
public struct TrainedSet: Sendable, Hashable {
    /// Full names of tensors that are frozen when most are trained.
    public var held: Set<String>
    /// Of those, the ones that have a gradient all the same.
    public var observed: Set<String>

    public init(held: Set<String> = [], observed: Set<String> = []) {
        self.held = held
        self.observed = observed
    }
}
