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

    public init(_ kind: Kind, collectsDenseGradients: Bool = false, keepsApproximation: Bool = false, update: Int = 0, seed: UInt64 = 0) {
        self.kind = kind
        self.collectsDenseGradients = collectsDenseGradients
        self.keepsApproximation = keepsApproximation
        self.update = update
        self.seed = seed
    }
}
