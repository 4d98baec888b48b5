/// A pass of the model that a parameterization takes part in.
public struct ModelPass: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Forward and backward.
        case train
        /// Forward only.
        case evaluate
    }

    public var kind: Kind
    /// Whether a controller asked for what the parameterization does not compute otherwise: the gradient of its whole dense weight.
    public var collectsDenseGradients: Bool
    /// Whether the columns of an approximate input are kept, behind those that the parameterization saves anyway.
    public var keepsApproximation: Bool
    /// The update that a training pass is for, from 1; 0 for other passes, and where gradients are wanted and no update of a run.
    public var update: Int
    /// Of the run: what random choices of the update are drawn from, the same for all linears and micro-batches.
    public var seed: UInt64
    /// Which micro-batch of the update a training pass is for. What is done once an update is done with the first.
    public var microBatch: MicroBatch

    public init(
        _ kind: Kind, collectsDenseGradients: Bool = false, keepsApproximation: Bool = false, update: Int = 0, seed: UInt64 = 0,
        microBatch: MicroBatch = MicroBatch()
    ) {
        self.kind = kind
        self.collectsDenseGradients = collectsDenseGradients
        self.keepsApproximation = keepsApproximation
        self.update = update
        self.seed = seed
        self.microBatch = microBatch
    }
}

/// The place of a micro-batch in its update, whichever process computes it.
public struct MicroBatch: Sendable, Hashable {
    /// From 0, over all processes that share the update.
    public var number: Int
    /// Whether this process has had no other of the update yet.
    public var startsUpdate: Bool
    /// Whether the pass is made only for what the update's first micro-batch fixes, by a process that does not compute it: gradients are
    /// thrown away, and nothing is to be added to any sum.
    public var isRehearsal: Bool

    public init(number: Int = 0, startsUpdate: Bool = true, isRehearsal: Bool = false) {
        self.number = number
        self.startsUpdate = startsUpdate
        self.isRehearsal = isRehearsal
    }

    public var isFirst: Bool { number == 0 }
}

/// What a parameterization has to see of an update's first micro-batch before it can compute any other.
public enum FirstMicroBatchNeed: Int, Sendable, Hashable, Comparable {
    case nothing
    /// Its forward pass.
    case forward
    /// Forward and backward.
    case backward

    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}
