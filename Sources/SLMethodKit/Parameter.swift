import SLNumerics

/// One weight tensor of the model, with its gradient if it is trained.
public final class Parameter<Element: Scalar> {
    /// Full dotted name, `model.layers.0.self_attn.q_proj.lora_A`.
    public let name: String
    public let value: Matrix<Element>
    public private(set) var isTrainable: Bool
    /// `nil` for frozen tensors, and until ``allocateGradient(ledger:)``.
    public private(set) var gradient: Matrix<Element>?

    public init(name: String, rows: Int, columns: Int, isTrainable: Bool, ledger: MemoryLedger) throws {
        self.name = name
        self.isTrainable = isTrainable
        value = try Matrix(rows: rows, columns: columns, category: .weights, ledger: ledger)
    }

    /// First values are made before gradients exist, so that what initialisation needs never adds to the peak.
    public func allocateGradient(ledger: MemoryLedger) throws {
        guard isTrainable, gradient == nil else { return }
        gradient = try Matrix(rows: value.rows, columns: value.columns, category: .gradients, ledger: ledger)
    }

    /// A frozen parameter gives its gradient back.
    public func setTrainable(_ trainable: Bool) {
        isTrainable = trainable
        if !trainable { gradient = nil }
    }
}
