import SLNumerics

/// Adam in a low-rank subspace of the gradient, the subspace taken from the gradient itself every so many steps.
///
/// With R the projected gradient, N Adam's direction for R and P the basis: W ← W − lr · scale · back(N), then decoupled
/// decay on W. State exists in the subspace only: two moments r·max(m, n) and the basis r·min(m, n).
///
/// Source: Zhao et al. 2024, GaLore, arXiv:2403.03507, Algorithm 2, with ε and bias correction as in the authors'
/// `GaLoreAdamW` (``AdamSettings/EpsilonPlacement/beforeBiasCorrection``). A rank above the smaller side means the
/// smaller side, as there.
public struct ProjectedAdamRule: UpdateRule, Hashable {
    /// What becomes of the moments when the basis changes.
    public enum Moments: String, Sendable, Hashable, CaseIterable {
        /// Left as they are, in the old coordinates: the published method.
        case keep
        /// Zeroed.
        case reset
        /// Carried over by the change of basis C: M·Cᵀ, and V·(C∘C)ᵀ, which stays non-negative.
        case rotate
    }

    public var settings: AdamSettings
    public var rank: Int
    public var side: ProjectionSide
    /// Steps between refreshes; the first step always refreshes.
    public var refreshInterval: Int
    /// Factor on the back-projected direction.
    public var scale: Double
    public var moments: Moments

    public init(settings: AdamSettings, rank: Int, side: ProjectionSide, refreshInterval: Int, scale: Double, moments: Moments) {
        self.settings = settings
        self.rank = rank
        self.side = side
        self.refreshInterval = refreshInterval
        self.scale = scale
        self.moments = moments
    }

    func shapes(rows: Int, columns: Int) -> (isRight: Bool, basis: (Int, Int), moment: (Int, Int)) {
        let r = min(rank, rows, columns)
        let right = side.isRight(rows: rows, columns: columns)
        return (right, right ? (r, columns) : (rows, r), right ? (rows, r) : (r, columns))
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        let shapes = shapes(rows: rows, columns: columns)
        return [
            StateDeclaration(name: "exp_avg", rows: shapes.moment.0, columns: shapes.moment.1),
            StateDeclaration(name: "exp_avg_sq", rows: shapes.moment.0, columns: shapes.moment.1),
            StateDeclaration(name: "projector", rows: shapes.basis.0, columns: shapes.basis.1),
        ]
    }

    public func scratchCount(rows: Int, columns: Int) -> Int {
        let shapes = shapes(rows: rows, columns: columns)
        return shapes.moment.0 * shapes.moment.1
    }

    public func refreshCount(rows: Int, columns: Int) -> Int {
        let r = min(rank, rows, columns)
        let svd = ThinSVD<Float>.workspaceCount(rows: rows, columns: columns) + ThinSVD<Float>.resultCount(rows: rows, columns: columns)
        let shapes = shapes(rows: rows, columns: columns)
        guard moments == .rotate else { return svd }
        // The old basis lives through both; the SVD's space is free again when the moments are rotated.
        return shapes.basis.0 * shapes.basis.1 + max(svd, 2 * r * r + shapes.moment.0 * shapes.moment.1)
    }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        try ProjectedAdamUpdater<Element>(rule: self, rows: rows, columns: columns, ledger: ledger)
    }
}

final class ProjectedAdamUpdater<Element: Scalar>: TensorUpdater {
    private let rule: ProjectedAdamRule
    private let first: Matrix<Element>
    private let second: Matrix<Element>
    private let projector: SubspaceProjector<Element>

    init(rule: ProjectedAdamRule, rows: Int, columns: Int, ledger: MemoryLedger) throws {
        self.rule = rule
        let shapes = rule.shapes(rows: rows, columns: columns)
        first = try Matrix(rows: shapes.moment.0, columns: shapes.moment.1, category: .optimizer, ledger: ledger)
        second = try Matrix(rows: shapes.moment.0, columns: shapes.moment.1, category: .optimizer, ledger: ledger)
        let basis = try Matrix<Element>(rows: shapes.basis.0, columns: shapes.basis.1, category: .optimizer, ledger: ledger)
        projector = SubspaceProjector(basis: basis, isRight: shapes.isRight)
    }

    var state: [(name: String, value: Matrix<Element>)] {
        [("exp_avg", first), ("exp_avg_sq", second), ("projector", projector.basis)]
    }

    func update(weight: Matrix<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws {
        var scratch = context.scratch
        let projected = scratch.take(rows: first.rows, columns: first.columns)
        let refreshes = (context.step - 1) % rule.refreshInterval == 0
        if refreshes {
            let start = MonotonicClock.seconds
            context.ledger.enter(.refresh)
            try refresh(gradient, isFirst: context.step == 1, ledger: context.ledger)
            context.ledger.enter(.update)
            projector.project(gradient, into: projected)
            let energy = projected.sumOfSquares() / max(gradient.sumOfSquares(), .leastNormalMagnitude)
            context.log.add(seconds: MonotonicClock.seconds - start, energy: energy)
        } else {
            projector.project(gradient, into: projected)
        }
        let coefficients: AdamCoefficients<Element> = rule.settings.coefficients(context)
        AdamKernel.direction(gradient: projected, first: first, second: second, coefficients)
        if coefficients.decay != 1 { weight.scale(by: coefficients.decay) }
        projector.addBack(projected, scaledBy: -coefficients.stepSize * Element(rule.scale), to: weight)
        let decay = rule.settings.trailingDecay(learningRate: context.learningRate)
        if decay != 1 { weight.scale(by: Element(decay)) }
    }

    private func refresh(_ gradient: Matrix<Element>, isFirst: Bool, ledger: MemoryLedger) throws {
        guard !isFirst, rule.moments != .keep else {
            return try projector.setLeadingSingularVectors(of: gradient, ledger: ledger)
        }
        if rule.moments == .reset {
            try projector.setLeadingSingularVectors(of: gradient, ledger: ledger)
            first.fill(0)
            second.fill(0)
            return
        }
        let old = try Matrix<Element>(rows: projector.basis.rows, columns: projector.basis.columns, category: .workspace, ledger: ledger)
        old.copy(from: projector.basis)
        try projector.setLeadingSingularVectors(of: gradient, ledger: ledger)
        try rotate(from: old, ledger: ledger)
    }

    private func rotate(from old: Matrix<Element>, ledger: MemoryLedger) throws {
        let r = projector.isRight ? old.rows : old.columns
        let change = try Matrix<Element>(rows: r, columns: r, category: .workspace, ledger: ledger)
        let squared = try Matrix<Element>(rows: r, columns: r, category: .workspace, ledger: ledger)
        let copy = try Matrix<Element>(rows: first.rows, columns: first.columns, category: .workspace, ledger: ledger)
        projector.setChangeOfBasis(from: old, into: change)
        for row in 0..<r { for column in 0..<r { squared[row, column] = change[row, column] * change[row, column] } }
        for (moment, matrix) in [(first, change), (second, squared)] {
            copy.copy(from: moment)
            if projector.isRight {
                moment.setProduct(copy, transposing: matrix)
            } else {
                moment.setProduct(matrix, copy)
            }
        }
    }
}
