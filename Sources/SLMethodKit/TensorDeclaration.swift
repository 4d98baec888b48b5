public import SLNumerics

/// A tensor that a parameterization keeps: name, shape and what may happen to it. What is declared is what is allocated and
/// what is counted.
public struct TensorDeclaration: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Has a gradient and optimizer state.
        case trainable
        /// Has neither.
        case frozen
        /// Int32 positions. `paperCount`: how many int64 the published convention counts for them.
        case indices(paperCount: Int)
        /// What a method keeps besides its weights, in full: accumulators, pools of candidates. Counted in memory, with the optimizer's
        /// state, and kept in checkpoints; no parameter, and no part of what is exported.
        case buffer
    }

    /// Under the module's name: `weight`, `lora_A`, `lora_B`, …
    public let name: String
    public let rows: Int
    public let columns: Int
    public let kind: Kind
    /// How the elements are kept, whatever the run's storage is; `nil` as that says.
    public let format: StorageFormat?

    public init(_ name: String, rows: Int, columns: Int, kind: Kind = .trainable, format: StorageFormat? = nil) {
        self.name = name
        self.rows = rows
        self.columns = columns
        self.kind = kind
        self.format = format
    }

    public var count: Int { rows * columns }
    public var isTrainable: Bool { kind == .trainable }
    public var isBuffer: Bool { kind == .buffer }
    /// Trained or frozen: what counts as a parameter.
    public var isWeight: Bool { !isIndices && !isBuffer }
    public var isIndices: Bool { if case .indices = kind { true } else { false } }
}
