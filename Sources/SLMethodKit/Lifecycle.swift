import SLOptimizers

/// What a method wants done after an update: the third axis. The trainer carries it out, measures and records it.
public enum LifecycleAction: Sendable {
    /// Every block linear performs the rewrite. With `preservesFunction` the trainer compares the model's output on a
    /// probe batch before and after and records the relative change.
    case rewrite(FormRewrite, preservesFunction: Bool)
    /// The optimizer state of the named tensors (`lora_A`, …) of every block linear is pruned; the share of entries that
    /// are zero afterwards is counted and recorded.
    case pruneState(tensors: [String], StatePruning)
    /// The named tensors of every block linear are so old from now on (0: fresh), which is what the bias correction of
    /// their next update goes by.
    case setAge(tensors: [String], Int)

    /// Name in the record of events.
    public var kind: String {
        switch self {
        case .rewrite(let rewrite, _): rewrite.rawValue
        case .pruneState: "reset"
        case .setAge: "age"
        }
    }
}

/// A fall of the learning rate to zero with a new linear warm-up to the cosine: at update `step` (from 0) the rate is 0,
/// at `step + warmup` it is back.
public struct LearningRateRestart: Sendable, Hashable {
    public let step: Int
    public let warmup: Int

    public init(step: Int, warmup: Int) {
        self.step = step
        self.warmup = warmup
    }
}
