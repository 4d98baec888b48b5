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
    /// Whether passes read it as a product's operand and in no other way; otherwise they read its values in full.
    public let isOperand: Bool
    /// Whether a buffer is kept in a file and not in memory: read and written a few rows at a time, in checkpoints all the same.
    public let isInFile: Bool
    /// Of a buffer: so many of its first rows are added up over an update's micro-batches in passes that collect dense gradients, as gradients
    /// are: each process begins a shard with zeros there, and the sums of shards are added as theirs.
    public let summedRows: Int

    public init(
        _ name: String, rows: Int, columns: Int, kind: Kind = .trainable, format: StorageFormat? = nil, isOperand: Bool = true,
        isInFile: Bool = false, summedRows: Int = 0
    ) {
        self.name = name
        self.rows = rows
        self.columns = columns
        self.kind = kind
        self.format = format
        self.isOperand = isOperand
        self.isInFile = isInFile
        self.summedRows = summedRows
    }

    public var count: Int { rows * columns }
    public var isTrainable: Bool { kind == .trainable }
    public var isBuffer: Bool { kind == .buffer }
    /// What a buffer takes in memory, in elements.
    public var bufferCount: Int { isBuffer && !isInFile ? count : 0 }

    /// The buffer, filled with zeros.
    ///
    /// - Parameter folder: for what is kept in a file.
    /// - Throws: ``OutOfMemoryError``, ``BackingFileError``.
    public func allocateBuffer<Element: Scalar>(ledger: MemoryLedger, folder: String = BackingFile.usualFolder) throws -> Matrix<Element> {
        isInFile
            ? try Matrix(rows: rows, columns: columns, in: BackingFile(folder: folder))
            : try Matrix(rows: rows, columns: columns, category: .optimizer, ledger: ledger)
    }
    /// Trained or frozen: what counts as a parameter.
    public var isWeight: Bool { !isIndices && !isBuffer }
    /// Elements of 4 bytes of the copy that passes of such operands keep of it for a step; 0 where it is kept so, or is short and expanded
    /// for each use.
    public func copyCount(_ precision: OperandPrecision, format: StorageFormat) -> Int {
        isWeight && isOperand && format == .full && precision != .full ? precision.spaceCount(count) : 0
    }

    /// Elements that a pass expands it to for each use.
    public func expandedCount(_ precision: OperandPrecision, format: StorageFormat) -> Int {
        guard isWeight, format != .full else { return 0 }
        guard isOperand else { return count }
        if case .bf16 = format, precision == .bf16 { return 0 }
        return precision.spaceCount(count)
    }

    public var isIndices: Bool { if case .indices = kind { true } else { false } }
}
