public import SLNumerics

/// One weight tensor of the model, with its gradient if it is trained.
public final class Parameter<Element: Scalar>: ProductOperand {
    /// Full dotted name, `model.layers.0.self_attn.q_proj.lora_A`.
    public let name: String
    /// The weights as they are kept.
    public let stored: StoredTensor<Element>
    /// Whether the method declared it as trained.
    public private(set) var isDeclaredTrainable: Bool
    /// Whether a lifecycle froze it for now.
    public private(set) var isHeld = false
    /// Whether a lifecycle asked for its gradient although it is frozen.
    public private(set) var isObserved = false
    /// `nil` for frozen tensors, and while there is no space for it.
    public private(set) var gradient: Matrix<Element>?
    private var expanded: Matrix<Element>?
    /// What products read, where it is not the weights as they are kept: a copy for a step, or an expansion for one use.
    private var rounded: Operand<Element>?

    public init(
        name: String, rows: Int, columns: Int, isTrainable: Bool, format: StorageFormat = .full, ledger: MemoryLedger
    ) throws {
        self.name = name
        isDeclaredTrainable = isTrainable
        stored = try StoredTensor(rows: rows, columns: columns, format: format, category: .weights, ledger: ledger)
    }

    public var isTrainable: Bool { isDeclaredTrainable && !isHeld }
    private var hasGradient: Bool { isTrainable || isObserved }

    public var rows: Int { stored.rows }
    public var columns: Int { stored.columns }
    public var count: Int { stored.count }

    /// The weights in full.
    ///
    /// - Precondition: they are kept so, or were expanded by ``expand(into:)`` and not yet given back.
    public var value: Matrix<Element> {
        guard let matrix = stored.matrix ?? expanded else { preconditionFailure("\(name) is not expanded") }
        return matrix
    }

    /// The weights as products read them during a pass.
    ///
    /// - Precondition: that of ``value`` where products read in full; else they were rounded by ``keepOperand(_:ledger:)`` or
    ///   ``expandOperand(_:into:)``.
    public var operand: Operand<Element> { rounded ?? value.operand }

    /// Makes the copy that products of such operands read; nothing where they can read the weights as they are kept, or where those are
    /// expanded for each use.
    public func keepOperand(_ precision: OperandPrecision, ledger: MemoryLedger) throws {
        // An earlier one goes before a new one comes.
        rounded = nil
        guard precision != .full else { return }
        rounded = try stored.operand(precision)
            ?? (stored.matrix == nil ? nil : Operand(rows: rows, columns: columns, precision: precision, category: .workspace, ledger: ledger))
    }

    /// Rounds the weights anew into the copy, after they changed.
    public func refreshOperand() {
        if stored.matrix != nil { rounded?.round(from: stored) }
    }

    /// Makes ``operand`` usable where the weights are kept in another short format.
    ///
    /// - Parameter scratch: lends the space.
    public func expandOperand(_ precision: OperandPrecision, into scratch: inout Scratch<Element>) {
        guard precision != .full else { return expand(into: &scratch) }
        guard rounded == nil else { return }
        let space = scratch.take(rows: rows, columns: columns, precision: precision)
        space.round(from: stored)
        rounded = space
        isLent = true
    }

    /// Gives the space of ``expandOperand(_:into:)`` back.
    public func contractOperand() {
        contract(keeping: false)
        if isLent { (rounded, isLent) = (nil, false) }
    }

    private var isLent = false

    /// Makes ``value`` usable while the weights are kept shorter; does nothing where they are kept in full.
    ///
    /// - Parameter scratch: lends the space.
    public func expand(into scratch: inout Scratch<Element>) {
        guard stored.matrix == nil else { return }
        let space = scratch.take(rows: rows, columns: columns)
        stored.read(into: space)
        expanded = space
    }

    /// Elements that ``expand(into:)`` takes.
    public var expandedCount: Int { stored.matrix == nil ? count : 0 }

    /// Gives the expanded weights back.
    ///
    /// - Parameter keeping: whether what was changed in them is kept, rounded to nearest.
    public func contract(keeping: Bool) {
        if keeping, let expanded { stored.write(from: expanded, key: nil) }
        expanded = nil
    }

    /// First values are made before gradients exist, so that what initialisation needs never adds to the peak.
    public func allocateGradient(ledger: MemoryLedger) throws {
        guard hasGradient, gradient == nil else { return }
        gradient = try Matrix(rows: rows, columns: columns, category: .gradients, ledger: ledger)
    }

    /// Space for the gradient until it is consumed.
    public func lendGradient(from scratch: inout Scratch<Element>) {
        if isTrainable { gradient = scratch.take(rows: rows, columns: columns) }
    }

    /// Gives a lent gradient's space back.
    public func returnGradient() { if isTrainable { gradient = nil } }

    /// A frozen parameter gives its gradient back.
    public func setTrainable(_ trainable: Bool) {
        isDeclaredTrainable = trainable
        isHeld = false
        releaseUnneeded()
    }

    /// Freezes what was declared as trained, or thaws it. What is held gives its gradient back.
    public func hold(_ held: Bool) {
        isHeld = held && isDeclaredTrainable
        releaseUnneeded()
    }

    /// Whether it has a gradient, frozen or not.
    public func observe(_ observed: Bool) {
        isObserved = observed
        releaseUnneeded()
    }

    private func releaseUnneeded() { if !hasGradient { gradient = nil } }
}
