public import SLOptimizers

/// What a controller wants done after an update. The trainer carries it out, measures and records it.
public enum LifecycleAction: Sendable, Hashable {
    /// Every block linear performs the rewrite. With `preservesFunction` the trainer compares the model's output on a probe batch
    /// before and after and records the relative change.
    case rewrite(Rewrite, preservesFunction: Bool)
    /// The optimizer's state of the chosen tensors is edited; what became of it is counted and recorded.
    case editState(of: TensorChoice, StateEdit)
    /// The chosen tensors are so old from now on (0: fresh), which is what the bias correction of their next update goes by.
    case setAge(of: TensorChoice, Int)
    /// The chosen tensors are trained no more: they lose gradient and optimizer state.
    case freeze(TensorChoice)
    /// The chosen tensors are trained again, with fresh state. Only what a method declared as trained can be.
    case thaw(TensorChoice)
    /// In the next so many updates the chosen tensors have gradients, frozen ones too, whose norms the controller sees; parameterizations of their
    /// linears are told, so that they can collect what they do not compute otherwise. Replaces what was asked for before.
    case denseGradients(of: TensorChoice, updates: Int)
    /// The learning rate falls and comes back.
    case dip(LearningRateDip)

    /// Name in the record of events.
    public var kind: String {
        switch self {
        case .rewrite(let rewrite, _): rewrite.name
        case .editState(_, let edit): edit.kind
        case .setAge: "age"
        case .freeze: "freeze"
        case .thaw: "thaw"
        case .denseGradients: "dense_gradients"
        case .dip: "dip"
        }
    }
}
