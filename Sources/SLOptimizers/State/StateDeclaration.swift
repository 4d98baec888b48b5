public import SLNumerics

/// One tensor of optimizer state: name, shape, format, and what may be done to it.
public struct StateDeclaration: Sendable, Hashable {
    /// What a state tensor is made of, which says what becomes of it when its parameter's coordinates change.
    public enum Kind: Sendable, Hashable {
        /// Linear in the gradient: turned with its coordinates.
        case momentum
        /// An average of squares: turned by the squared coefficients, which keeps it from becoming negative.
        case secondMoment
        /// Updates that each entry of the parameter has received: goes with its entry, and has no meaning in turned coordinates.
        case age
        /// None of these: counts, norms, sums of rows, a basis. Has no meaning in other coordinates.
        case other
    }

    public let name: String
    public let rows: Int
    public let columns: Int
    public let format: StorageFormat
    public let kind: Kind
    /// β of a running average that begins at 0: what an average of so many values weighs in it. `nil` for anything else.
    public let decay: Double?

    public init(name: String, rows: Int, columns: Int, format: StorageFormat = .full, kind: Kind = .other, decay: Double? = nil) {
        self.name = name
        self.rows = rows
        self.columns = columns
        self.format = format
        self.kind = kind
        self.decay = decay
    }

    public var count: Int { rows * columns }

    func allocate<Element: Scalar>(ledger: MemoryLedger) throws -> StoredTensor<Element> {
        try StoredTensor(rows: rows, columns: columns, format: format, category: .optimizer, ledger: ledger)
    }
}

/// Moments of a parameter's own shape, in the format that the run keeps moments in.
extension StateDeclaration {
    static func momentum(_ name: String, rows: Int, columns: Int, storage: StorageChoice, decay: Double? = nil) -> StateDeclaration {
        StateDeclaration(
            name: name, rows: rows, columns: columns, format: storage.moment(count: rows * columns, signed: true), kind: .momentum, decay: decay)
    }

    static func secondMoment(_ name: String, rows: Int, columns: Int, storage: StorageChoice, decay: Double? = nil) -> StateDeclaration {
        StateDeclaration(
            name: name, rows: rows, columns: columns, format: storage.moment(count: rows * columns, signed: false), kind: .secondMoment, decay: decay)
    }
}

/// The allocated state of one parameter, by name.
public struct RuleState<Element: Scalar> {
    public let tensors: [(name: String, value: StoredTensor<Element>)]

    init(_ tensors: [(String, StoredTensor<Element>)]) { self.tensors = tensors }

    /// The tensor at a place of the rule's declarations.
    public subscript(position: Int) -> StoredTensor<Element> { tensors[position].value }
}

extension StoredTensor {
    /// The elements in full: where they are kept so, or expanded into temporary space.
    func expanded(_ scratch: inout Scratch<Element>) -> Matrix<Element> {
        if let matrix { return matrix }
        let space = scratch.take(rows: rows, columns: columns)
        read(into: space)
        return space
    }
}
