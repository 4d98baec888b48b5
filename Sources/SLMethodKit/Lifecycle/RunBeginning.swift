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
    /// Full names of tensors that are frozen meanwhile.
    public var held: Set<String>
    /// Of those, the ones that have a gradient all the same.
    public var observed: Set<String>
    /// Whether a run trains other sets as well, none of which takes more: it chooses by what it sees.
    public var isOpen: Bool

    public init(held: Set<String> = [], observed: Set<String> = [], isOpen: Bool = false) {
        self.held = held
        self.observed = observed
        self.isOpen = isOpen
    }
}
