import SLNumerics
import SLRandom

final class ProjectedAdamUpdater<Element: Scalar>: TensorUpdater {
    private let rule: ProjectedAdamRule
    private let first: StoredTensor<Element>
    private let second: StoredTensor<Element>
    private let basis: StoredTensor<Element>
    private let isRight: Bool

    init(rule: ProjectedAdamRule, rows: Int, columns: Int, ledger: MemoryLedger) throws {
        self.rule = rule
        let state = rule.state(rows: rows, columns: columns)
        first = try state[0].allocate(ledger: ledger)
        second = try state[1].allocate(ledger: ledger)
        basis = try state[2].allocate(ledger: ledger)
        isRight = rule.shapes(rows: rows, columns: columns).isRight
    }

    var state: [(name: String, value: StoredTensor<Element>)] {
        [("exp_avg", first), ("exp_avg_sq", second), ("projector", basis)]
    }

    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws {
        var scratch = context.scratch
        let projected = scratch.take(rows: first.rows, columns: first.columns)
        let projector = SubspaceProjector(basis: basis.expanded(&scratch), isRight: isRight)
        if rule.refreshes(atAge: context.age) {
            let start = MonotonicClock.seconds
            context.ledger.enter(.refresh)
            try refresh(projector, gradient, context)
            context.ledger.enter(.update)
            projector.project(gradient, into: projected)
            let energy = projected.sumOfSquares() / max(gradient.sumOfSquares(), .leastNormalMagnitude)
            context.log.add(seconds: MonotonicClock.seconds - start, energy: energy)
        } else {
            projector.project(gradient, into: projected)
        }
        let coefficients: AdamCoefficients<Element> = rule.settings.coefficients(
            context, age: rule.momentAge(atAge: context.age))
        AdamKernel.direction(gradient: projected, first: first, second: second, coefficients, key: context.key)
        let dense = weight.expanded(&scratch)
        if coefficients.decay != 1 { dense.scale(by: coefficients.decay) }
        projector.addBack(projected, scaledBy: -coefficients.stepSize * Element(rule.scale), to: dense)
        let decay = rule.settings.trailingDecay(learningRate: context.learningRate)
        if decay != 1 { dense.scale(by: Element(decay)) }
        if weight.matrix == nil { weight.write(from: dense, key: context.key &+ 2) }
    }

    /// A new basis, and what becomes of the moments.
    private func refresh(_ projector: SubspaceProjector<Element>, _ gradient: Matrix<Element>, _ context: UpdateContext<Element>) throws {
        let ledger = context.ledger
        let rotates = rule.moments == .rotate && context.age > 1
        let old = try rotates ? Matrix<Element>(rows: basis.rows, columns: basis.columns, category: .workspace, ledger: ledger) : nil
        old?.copy(from: projector.basis)
        var stream = RandomStream(seed: context.key, name: "subspace")
        try rule.subspace.find(projector, of: gradient, from: &stream, ledger: ledger)
        if basis.matrix == nil {
            // What is used is what is kept.
            basis.write(from: projector.basis, key: context.key &+ 3)
            basis.read(into: projector.basis)
        }
        if let old { try rotate(projector, from: old, ledger: ledger) }
        if rule.moments == .reset, context.age > 1 {
            first.clear()
            second.clear()
        }
    }

    private func rotate(_ projector: SubspaceProjector<Element>, from old: Matrix<Element>, ledger: MemoryLedger) throws {
        func space(_ rows: Int, _ columns: Int) throws -> Matrix<Element> {
            try Matrix(rows: rows, columns: columns, category: .workspace, ledger: ledger)
        }
        let r = isRight ? old.rows : old.columns
        let change = try space(r, r)
        let squared = try space(r, r)
        let copy = try space(first.rows, first.columns)
        let result = first.matrix == nil ? try space(first.rows, first.columns) : nil
        projector.setChangeOfBasis(from: old, into: change)
        for row in 0..<r { for column in 0..<r { squared[row, column] = change[row, column] * change[row, column] } }
        for (moment, matrix) in [(first, change), (second, squared)] {
            guard let target = moment.matrix ?? result else { continue }
            moment.read(into: copy)
            if isRight {
                target.setProduct(copy, transposing: matrix)
            } else {
                target.setProduct(matrix, copy)
            }
            if moment.matrix == nil { moment.write(from: target, key: nil) }
        }
    }
}

extension StoredTensor {
    /// The elements in full: where they are kept so, or expanded into temporary space.
    fileprivate func expanded(_ scratch: inout Scratch<Element>) -> Matrix<Element> {
        if let matrix { return matrix }
        let space = scratch.take(rows: rows, columns: columns)
        read(into: space)
        return space
    }
}
