public import SLNumerics

/// An average of gradients, orthogonalised, and nothing else: M ← β·M + (1 − β)·g, the direction is orth(M), the size of the step the rate.
///
/// What ``MuonRule`` does without looking ahead and without a factor by shape: for methods that bound the step themselves.
public struct OrthogonalMomentumRule: UpdateRule, Hashable {
    public var momentum: Double
    /// Newton-Schulz iterations.
    public var iterations: Int
    public var storage: StorageChoice

    public init(momentum: Double, iterations: Int, storage: StorageChoice = StorageChoice()) {
        self.momentum = momentum
        self.iterations = iterations
        self.storage = storage
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        [StateDeclaration.momentum("momentum_buffer", rows: rows, columns: columns, storage: storage)]
    }

    public func scratchCount(rows: Int, columns: Int) -> Int { NewtonSchulz.scratchCount(rows: rows, columns: columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        OrthogonalMomentumUpdater<Element>(rule: self, buffer: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class OrthogonalMomentumUpdater<Element: Scalar>: TensorUpdater {
    private let rule: OrthogonalMomentumRule
    private let buffer: RuleState<Element>

    init(rule: OrthogonalMomentumRule, buffer: RuleState<Element>) {
        self.rule = rule
        self.buffer = buffer
    }

    var state: [(name: String, value: StoredTensor<Element>)] { buffer.tensors }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        context.clip(gradient)
        buffer[0].takeUp(gradient, decay: rule.momentum, key: context.key)
        var scratch = context.scratch
        NewtonSchulz.orthogonalize(gradient, iterations: rule.iterations, scratch: &scratch)
        return context.learningRate
    }
}
