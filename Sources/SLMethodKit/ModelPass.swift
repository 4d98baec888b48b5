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

    public init(_ kind: Kind, collectsDenseGradients: Bool = false, keepsApproximation: Bool = false) {
        self.kind = kind
        self.collectsDenseGradients = collectsDenseGradients
        self.keepsApproximation = keepsApproximation
    }
}
