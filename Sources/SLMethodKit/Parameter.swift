import SLNumerics

/// One weight tensor of the model, with its gradient if it is trained.
public final class Parameter<Element: Scalar> {
    /// Full dotted name, `model.layers.0.self_attn.q_proj.lora_A`.
    public let name: String
    public let value: Matrix<Element>
    /// `nil` for frozen tensors.
    public private(set) var gradient: Matrix<Element>?

    public init(name: String, rows: Int, columns: Int, isTrainable: Bool, ledger: MemoryLedger) throws {
        self.name = name
        value = try Matrix(rows: rows, columns: columns, category: .weights, ledger: ledger)
        if isTrainable { gradient = try Matrix(rows: rows, columns: columns, category: .gradients, ledger: ledger) }
    }

    public var isTrainable: Bool { gradient != nil }

    /// Frees or allocates the gradient.
    public func setTrainable(_ trainable: Bool, ledger: MemoryLedger) throws {
        if !trainable {
            gradient = nil
        } else if gradient == nil {
            gradient = try Matrix(rows: value.rows, columns: value.columns, category: .gradients, ledger: ledger)
        }
    }
}
