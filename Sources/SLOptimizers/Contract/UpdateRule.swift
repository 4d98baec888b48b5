public import SLNumerics

/// How one tensor's gradient becomes a change of the tensor.
///
/// A rule is a value that knows shapes only; what it keeps between steps lives in the ``TensorUpdater`` it makes. So the
/// planner can count bytes without allocating any.
public protocol UpdateRule: Sendable {
    /// Tensors kept between steps for a parameter of this shape, in order.
    func state(rows: Int, columns: Int) -> [StateDeclaration]
    /// Elements of temporary space an ordinary step needs.
    func scratchCount(rows: Int, columns: Int) -> Int
    /// Elements that the rule allocates and frees inside a refresh, besides its state.
    func refreshCount(rows: Int, columns: Int) -> Int
    /// Why the rule can't serve inside a subspace; `nil` where it can.
    var refusalInsideSubspace: String? { get }
    /// Why the rule can't serve where it was asked for; `nil` where it can. Planners tell it before anything is run.
    var refusal: String? { get }
    func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element>
}

extension UpdateRule {
    public func scratchCount(rows: Int, columns: Int) -> Int { 0 }
    public func refreshCount(rows: Int, columns: Int) -> Int { 0 }
    public var refusalInsideSubspace: String? { nil }
    public var refusal: String? { nil }

    /// Elements of state for a parameter of this shape.
    public func stateCount(rows: Int, columns: Int) -> Int {
        state(rows: rows, columns: columns).reduce(0) { $0 + $1.count }
    }

    /// Bytes of state for a parameter of this shape.
    public func stateBytes(rows: Int, columns: Int) -> Int {
        state(rows: rows, columns: columns).reduce(0) { $0 + $1.format.byteCount($1.count) }
    }

    /// The state of a parameter of this shape, zero-filled, in the order of ``state(rows:columns:)``.
    ///
    /// - Throws: ``OutOfMemoryError``.
    public func allocateState<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> RuleState<Element> {
        RuleState(try state(rows: rows, columns: columns).map { ($0.name, try $0.allocate(ledger: ledger)) })
    }
}
