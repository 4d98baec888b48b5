import SLNumerics
import SLRandom

final class ProjectedUpdater<Element: Scalar>: TensorUpdater {
    private let rule: ProjectedRule
    private let inner: any TensorUpdater<Element>
    private let turned: [StateDeclaration.Kind]
    private let basis: StoredTensor<Element>
    private let isRight: Bool
    private let projectedShape: (Int, Int)

    init(rule: ProjectedRule, rows: Int, columns: Int, ledger: MemoryLedger) throws {
        self.rule = rule
        let shapes = rule.shapes(rows: rows, columns: columns)
        (isRight, projectedShape) = (shapes.isRight, shapes.projected)
        turned = rule.inner.state(rows: shapes.projected.0, columns: shapes.projected.1).map(\.kind)
        inner = try rule.inner.makeUpdater(rows: shapes.projected.0, columns: shapes.projected.1, ledger: ledger)
        guard let own = rule.state(rows: rows, columns: columns).last else { preconditionFailure("a projected rule keeps its basis") }
        basis = try own.allocate(ledger: ledger)
    }

    var state: [(name: String, value: StoredTensor<Element>)] { inner.state + [("projector", basis)] }
    var decayOrder: DecayOrder { inner.decayOrder }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) throws -> Double {
        var context = context
        let (projected, projector, size) = try step(gradient, &context)
        gradient.fill(0)
        projector.addBack(projected, scaledBy: 1, to: gradient)
        return size * rule.scale
    }

    /// The gradient's space is left alone: the step is added where the weight is.
    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws {
        var context = context
        let (projected, projector, size) = try step(gradient, &context)
        let dense = weight.expanded(&context.scratch)
        let decay = Element(context.decay)
        if decay != 1, decayOrder == .beforeStep { dense.scale(by: decay) }
        projector.addBack(projected, scaledBy: -Element(size) * Element(rule.scale), to: dense)
        if decay != 1, decayOrder == .afterStep { dense.scale(by: decay) }
        if weight.matrix == nil { weight.write(from: dense, key: context.key &+ 2) }
    }

    /// The direction inside the subspace, the way back, and the size of the step.
    private func step(
        _ gradient: Matrix<Element>, _ context: inout UpdateContext<Element>
    ) throws -> (projected: Matrix<Element>, projector: SubspaceProjector<Element>, size: Double) {
        let projected = context.scratch.take(rows: projectedShape.0, columns: projectedShape.1)
        let projector = SubspaceProjector(basis: basis.expanded(&context.scratch), isRight: isRight)
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
        var inside = context
        inside.age = rule.innerAge(atAge: context.age)
        return (projected, projector, try inner.direction(projected, context: inside))
    }

    /// A new basis, and what becomes of the inner state.
    private func refresh(_ projector: SubspaceProjector<Element>, _ gradient: Matrix<Element>, _ context: UpdateContext<Element>) throws {
        let ledger = context.ledger
        let rotates = rule.stateAtRefresh == .rotate && context.age > 1
        let old = try rotates ? Matrix<Element>(rows: basis.rows, columns: basis.columns, category: .workspace, ledger: ledger) : nil
        old?.copy(from: projector.basis)
        var stream = context.stream("subspace")
        try rule.subspace.find(projector, of: gradient, from: &stream, ledger: ledger)
        if basis.matrix == nil {
            // What is used is what is kept.
            basis.write(from: projector.basis, key: context.key &+ 3)
            basis.read(into: projector.basis)
        }
        if let old { try rotate(projector, from: old, ledger: ledger) }
        if rule.stateAtRefresh == .reset, context.age > 1 {
            for (_, value) in inner.state { value.clear() }
        }
    }

    private func rotate(_ projector: SubspaceProjector<Element>, from old: Matrix<Element>, ledger: MemoryLedger) throws {
        func space(_ rows: Int, _ columns: Int) throws -> Matrix<Element> {
            try Matrix(rows: rows, columns: columns, category: .workspace, ledger: ledger)
        }
        let r = isRight ? old.rows : old.columns
        let change = try space(r, r)
        let squared = try space(r, r)
        let moving = zip(inner.state.map(\.value), turned).filter { $0.1 != .other }
        guard !moving.isEmpty else { return }
        let copy = try space(projectedShape.0, projectedShape.1)
        let result = moving.contains { $0.0.matrix == nil } ? try space(projectedShape.0, projectedShape.1) : nil
        projector.setChangeOfBasis(from: old, into: change)
        for row in 0..<r { for column in 0..<r { squared[row, column] = change[row, column] * change[row, column] } }
        for (value, kind) in moving {
            guard let target = value.matrix ?? result else { continue }
            let matrix = kind == .momentum ? change : squared
            value.read(into: copy)
            if isRight {
                target.setProduct(copy, transposing: matrix)
            } else {
                target.setProduct(matrix, copy)
            }
            if value.matrix == nil { value.write(from: target, key: nil) }
        }
    }
}
