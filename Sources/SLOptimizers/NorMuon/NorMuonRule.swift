public import SLNumerics

/// Muon whose rows are then made alike: each is divided by a running root mean square of its own orthogonalised entries, and the whole is
/// as long afterwards as it was before.
///
/// O = orth(U), U as in ``MuonRule``; v ← β₂v + (1 − β₂)·mean over columns of O²; Ô = O/(√v + ε) row by row;
/// W ← W(1 − lr·wd) − lr·√max(1, m/n)·Ô·‖O‖/‖Ô‖. The paper's step is lr·0.2·√(mn)·Ô/‖Ô‖ instead.
///
/// Source: Li et al. 2025, NorMuon, arXiv:2510.05491, Algorithm 1; code: github.com/zichongli5/NorMuon. Newton-Schulz runs in the engine's
/// type, there in bf16.
public struct NorMuonRule: UpdateRule, Hashable {
    static let epsilon = 1e-10

    public var momentum: Double
    public var beta2: Double
    public var isNesterov: Bool
    public var iterations: Int
    /// ``MuonRule/Adjustment/original`` keeps the orthogonalised length (the code's), the other one sets it (the paper's).
    public var adjustment: MuonRule.Adjustment
    public var storage: StorageChoice

    public init(
        momentum: Double = 0.95, beta2: Double = 0.95, isNesterov: Bool = true, iterations: Int = 5, adjustment: MuonRule.Adjustment = .original,
        storage: StorageChoice = StorageChoice()
    ) {
        self.momentum = momentum
        self.beta2 = beta2
        self.isNesterov = isNesterov
        self.iterations = iterations
        self.adjustment = adjustment
        self.storage = storage
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        [
            StateDeclaration.momentum("momentum_buffer", rows: rows, columns: columns, storage: storage),
            StateDeclaration(name: "second_momentum_buffer", rows: rows, columns: 1),
        ]
    }

    /// Beside what Newton-Schulz needs and leaves again, a number for every row.
    public func scratchCount(rows: Int, columns: Int) -> Int { rows + NewtonSchulz.scratchCount(rows: rows, columns: columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        NorMuonUpdater<Element>(rule: self, kept: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class NorMuonUpdater<Element: Scalar>: TensorUpdater {
    private let rule: NorMuonRule
    private let kept: RuleState<Element>

    init(rule: NorMuonRule, kept: RuleState<Element>) {
        self.rule = rule
        self.kept = kept
    }

    var state: [(name: String, value: StoredTensor<Element>)] { kept.tensors }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        context.clip(gradient)
        kept[0].takeUp(gradient, decay: rule.momentum, isNesterov: rule.isNesterov, key: context.key)
        var scratch = context.scratch
        let squares = scratch.take(rows: gradient.rows, columns: 1)
        NewtonSchulz.orthogonalize(gradient, iterations: rule.iterations, scratch: &scratch)
        let (before, after) = balanceRows(gradient, squares)
        let count = Double(gradient.count)
        let length =
            switch rule.adjustment {
            case .original: before * rule.adjustment.factor(rows: gradient.rows, columns: gradient.columns)
            case .matchAdamW: 0.2 * count.squareRoot()
            }
        return context.learningRate * length / (after + NorMuonRule.epsilon)
    }

    /// Divides every row by the root of its own running mean square.
    ///
    /// - Returns: the matrix's length before and after.
    private func balanceRows(_ matrix: Matrix<Element>, _ squares: Matrix<Element>) -> (before: Double, after: Double) {
        let columns = matrix.columns
        matrix.setRowSums(squared: true, into: squares)
        let before = GradientKernel.sum(squares.base, matrix.rows).squareRoot()
        Element.scale(squares.base, Element(1 / Double(columns)), matrix.rows)
        kept[1].takeUp(squares, decay: rule.beta2, key: 0)
        GradientKernel.rows(of: matrix) { range in
            for row in range {
                let factor = 1 / (Double(squares.base[row]).squareRoot() + NorMuonRule.epsilon)
                Element.scale(matrix.base + row * matrix.stride, Element(factor), columns)
            }
        }
        return (before, matrix.sumOfSquares().squareRoot())
    }
}
