public import SLNumerics

/// Gradient descent with every output's gradient brought to a root mean square of 1, on an average of gradients or on each as it is.
///
/// u = g / max(√mean(g²), 1e-8), the mean over the input dimension; W ← W(1 − lr·wd) − lr·u. Without momentum it keeps no state.
///
/// Source: Glentis et al. 2025, SCALE, arXiv:2506.16659, Algorithm 1; as in the authors' code (OptimAI-Lab/Minimalist_LLM_Pretraining,
/// scale_optimizer.py).
public struct ColumnNormRule: UpdateRule, Hashable {
    /// The dimension that inputs run along.
    public enum InputDimension: Sendable, Hashable {
        /// W [out, in]: a factor for every row.
        case columns
        /// An embedding [vocabulary, hidden], whose inputs are the tokens: a factor for every column.
        case rows
    }

    static let floor = 1e-8

    public var momentum: Double
    public var inputs: InputDimension
    public var storage: StorageChoice

    public init(momentum: Double, inputs: InputDimension, storage: StorageChoice = StorageChoice()) {
        self.momentum = momentum
        self.inputs = inputs
        self.storage = storage
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        momentum > 0 ? [StateDeclaration.momentum("moment1", rows: rows, columns: columns, storage: storage)] : []
    }

    public func scratchCount(rows: Int, columns: Int) -> Int { rows + columns }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        ColumnNormUpdater<Element>(rule: self, moment: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class ColumnNormUpdater<Element: Scalar>: TensorUpdater {
    private let rule: ColumnNormRule
    private let moment: RuleState<Element>

    init(rule: ColumnNormRule, moment: RuleState<Element>) {
        self.rule = rule
        self.moment = moment
    }

    var state: [(name: String, value: StoredTensor<Element>)] { moment.tensors }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        precondition(gradient.isContiguous)
        context.clip(gradient)
        if rule.momentum > 0 { moment[0].takeUp(gradient, decay: rule.momentum, key: context.key) }
        var scratch = context.scratch
        let rows = scratch.take(rows: gradient.rows, columns: 1)
        let columns = scratch.take(rows: 1, columns: gradient.columns)
        GradientKernel.meanSquares(of: gradient, plus: 0, rows: rows, columns: columns)
        switch rule.inputs {
        case .columns:
            ColumnNormKernel.factors(rows.base, floor: Element(ColumnNormRule.floor), rows.count)
            columns.fill(1)
        case .rows:
            ColumnNormKernel.factors(columns.base, floor: Element(ColumnNormRule.floor), columns.count)
            rows.fill(1)
        }
        GradientKernel.scale(gradient, rows: rows, columns: columns)
        return context.learningRate
    }
}

enum ColumnNormKernel {
    /// x ← 1 / max(√x, floor)
    @specialized(where Element == Float)
    static func factors<Element: Scalar>(_ x: Element.Row, floor: Element, _ n: Int) {
        for i in 0..<n { x[i] = 1 / max(x[i].squareRoot(), floor) }
    }
}
