import SLNumerics

/// One tensor under ``DionRule``. P and Q are rows here, [r, m] and [r, n].
final class DionUpdater<Element: Scalar>: TensorUpdater {
    private let rule: DionRule
    private let rank: Int
    private let kept: RuleState<Element>

    init(rule: DionRule, rank: Int, state: RuleState<Element>) {
        self.rule = rule
        self.rank = rank
        kept = state
    }

    var state: [(name: String, value: StoredTensor<Element>)] { kept.tensors }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) throws -> Double {
        var context = context
        context.clip(gradient)
        let (momentum, basis) = (kept[0], kept[1])
        let (rows, columns) = (gradient.rows, gradient.columns)
        let left = context.scratch.take(rows: rank, columns: rows)
        let right = context.scratch.take(rows: rank, columns: columns)
        momentum.add(to: gradient)
        try load(right, context)
        left.setProduct(right, transposing: gradient)
        try ThinQR<Element>(rows: rank, columns: rows, ledger: context.ledger).orthonormalizeRows(of: left)
        right.setProduct(left, gradient)
        gradient.setProduct(transposing: left, right, scale: Element(rule.momentum - 1), keep: 1)
        momentum.write(from: gradient, key: context.key)
        normalizeRows(right)
        basis.write(from: right, key: context.key &+ 3)
        // What is used is what is kept.
        if basis.matrix == nil { basis.read(into: right) }
        gradient.setProduct(transposing: left, right)
        return context.learningRate * ShapeFactor.dion.factor(rows: rows, columns: columns)
    }

    /// Q of the update before; a fresh tensor's is drawn.
    private func load(_ right: Matrix<Element>, _ context: UpdateContext<Element>) throws {
        guard context.age == 1 else { return kept[1].read(into: right) }
        if let recorded = try context.recorded?("Q") {
            guard recorded.count == right.count else { throw ProjectionError.recorded("Q") }
            // Recorded as columns, [n, r].
            for row in 0..<rank {
                for column in 0..<right.columns { right[row, column] = Element(recorded[column * rank + row]) }
            }
            return
        }
        var stream = context.stream("dion")
        right.fillNormal(deviation: 1, from: &stream)
    }

    private func normalizeRows(_ matrix: Matrix<Element>) {
        for row in 0..<matrix.rows {
            let start = matrix.base + row * matrix.stride
            Element.scale(start, Element(1 / (Element.sumOfSquares(start, matrix.columns).squareRoot() + DionRule.epsilon)), matrix.columns)
        }
    }
}
