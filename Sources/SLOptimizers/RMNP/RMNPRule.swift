public import SLNumerics

/// Muon with rows of length 1 in the place of orthogonal ones: (diag UUᵀ)^(−½)U for (UUᵀ)^(−½)U, which is the same where rows are orthogonal.
///
/// B ← μB + (1 − μ)g; U = (1 − μ)g + μB (Nesterov) or B; W ← W(1 − lr·wd) − lr·s·(rows of U, each by its length), s by the shape.
///
/// Source: Deng et al. 2026, RMNP, arXiv:2603.20527, Algorithm 1 (without Nesterov's form and s); code: github.com/Dominator-Index/RMNP.
/// As there, and unlike Newton-Schulz, a tall matrix is not transposed first: rows are always outputs.
public struct RMNPRule: UpdateRule, Hashable {
    /// The least length that a row is divided by: PyTorch's `normalize`.
    static let epsilon = 1e-12

    public var momentum: Double
    public var isNesterov: Bool
    public var factor: ShapeFactor
    public var storage: StorageChoice

    public init(momentum: Double = 0.95, isNesterov: Bool = true, factor: ShapeFactor = .kj, storage: StorageChoice = StorageChoice()) {
        self.momentum = momentum
        self.isNesterov = isNesterov
        self.factor = factor
        self.storage = storage
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        [StateDeclaration.momentum("momentum_buffer", rows: rows, columns: columns, storage: storage)]
    }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        RMNPUpdater<Element>(rule: self, buffer: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class RMNPUpdater<Element: Scalar>: TensorUpdater {
    private let rule: RMNPRule
    private let buffer: RuleState<Element>

    init(rule: RMNPRule, buffer: RuleState<Element>) {
        self.rule = rule
        self.buffer = buffer
    }

    var state: [(name: String, value: StoredTensor<Element>)] { buffer.tensors }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        context.clip(gradient)
        buffer[0].takeUp(gradient, decay: rule.momentum, isNesterov: rule.isNesterov, key: context.key)
        GradientKernel.rows(of: gradient) { range in
            for row in range {
                let start = gradient.base + row * gradient.stride
                let length = max(Element.sumOfSquares(start, gradient.columns).squareRoot(), RMNPRule.epsilon)
                Element.scale(start, Element(1 / length), gradient.columns)
            }
        }
        return context.learningRate * rule.factor.factor(rows: gradient.rows, columns: gradient.columns)
    }
}
