public import SLNumerics

/// Momentum, orthogonalised: every direction of a matrix is stepped along by the same length.
///
/// B ← μB + (1 − μ)g; U = (1 − μ)g + μB (Nesterov) or B; W ← W(1 − lr·wd) − lr·s·orth(U), s by the shape.
///
/// Source: Jordan et al. 2024, Muon; in the form of `torch.optim.Muon` (2.9).
public struct MuonRule: UpdateRule, Hashable {
    /// Multiple of the learning rate for a matrix [m, n].
    public enum Adjustment: String, Sendable, Hashable, CaseIterable {
        /// √max(1, m/n): the author's.
        case original
        /// 0.2·√max(m, n), which gives steps of AdamW's size. Source: Liu et al. 2025, arXiv:2502.16982, §2.2.
        case matchAdamW = "match_rms_adamw"

        func factor(rows: Int, columns: Int) -> Double {
            let shape: ShapeFactor =
                switch self {
                case .original: .kj
                case .matchAdamW: .kimi
                }
            return shape.factor(rows: rows, columns: columns)
        }
    }

    public var momentum: Double
    public var isNesterov: Bool
    public var iterations: Int
    public var adjustment: Adjustment
    public var storage: StorageChoice

    public init(
        momentum: Double = 0.95, isNesterov: Bool = true, iterations: Int = 5, adjustment: Adjustment = .original,
        storage: StorageChoice = StorageChoice()
    ) {
        self.momentum = momentum
        self.isNesterov = isNesterov
        self.iterations = iterations
        self.adjustment = adjustment
        self.storage = storage
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        [StateDeclaration.momentum("momentum_buffer", rows: rows, columns: columns, storage: storage)]
    }

    public func scratchCount(rows: Int, columns: Int) -> Int { NewtonSchulz.scratchCount(rows: rows, columns: columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        MuonUpdater<Element>(rule: self, buffer: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class MuonUpdater<Element: Scalar>: TensorUpdater {
    private let rule: MuonRule
    private let buffer: RuleState<Element>

    init(rule: MuonRule, buffer: RuleState<Element>) {
        self.rule = rule
        self.buffer = buffer
    }

    var state: [(name: String, value: StoredTensor<Element>)] { buffer.tensors }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        context.clip(gradient)
        buffer[0].takeUp(gradient, decay: rule.momentum, isNesterov: rule.isNesterov, key: context.key)
        var scratch = context.scratch
        NewtonSchulz.orthogonalize(gradient, iterations: rule.iterations, scratch: &scratch)
        return context.learningRate * rule.adjustment.factor(rows: gradient.rows, columns: gradient.columns)
    }
}
