import SLNumerics
import SLRandom

/// One tensor under a ``ProjectedRule``.
final class ProjectedUpdater<Element: Scalar>: TensorUpdater {
    let rule: ProjectedRule
    let shape: SubspaceShape
    let inner: any TensorUpdater<Element>
    let basis: SubspaceBasis<Element>
    let clock: RefreshClock<Element>
    let outside: [(name: String, value: StoredTensor<Element>)]

    init(rule: ProjectedRule, shape: SubspaceShape, ledger: MemoryLedger) throws {
        self.rule = rule
        self.shape = shape
        inner = try rule.inner.makeUpdater(rows: shape.projected.rows, columns: shape.projected.columns, ledger: ledger)
        basis = try SubspaceBasis(rule, shape, ledger: ledger)
        clock = try RefreshClock(rule.refresh, shape, ledger: ledger)
        outside = try rule.outside.state(shape, rule.storage).map { ($0.name, try $0.allocate(ledger: ledger)) }
    }

    var state: [(name: String, value: StoredTensor<Element>)] { inner.state + [basis.state] + clock.state + outside }
    var decayOrder: DecayOrder { inner.decayOrder }

    /// Inside one update: the projected gradient R, which the inner rule makes N of, and the way back.
    struct Inside {
        let projected: Matrix<Element>
        let projector: SubspaceProjector<Element>
        /// Inner state as it was, to be put back after the step.
        var restored: [(target: StoredTensor<Element>, copy: Matrix<Element>)] = []
    }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) throws -> Double {
        var context = context
        let inside = try enter(gradient, &context)
        switch rule.outside {
        case .dropped:
            let size = try step(inside, context)
            inside.projector.addBack(inside.projected, scaledBy: 1, to: gradient, keep: 0)
            return size * rule.scale
        case .errorFeedback, .momentum:
            inside.projector.addBack(inside.projected, scaledBy: -Element(rule.outside.taken ?? 0), to: gradient)
            outside.first?.value.write(from: gradient, key: context.key &+ 4)
            let size = try step(inside, context)
            inside.projector.addBack(inside.projected, scaledBy: 1, to: gradient, keep: 0)
            return size * rule.scale
        case .scaled(let scaling, let share):
            let lengths = channelLengths(inside.projected, &context)
            inside.projector.addBack(inside.projected, scaledBy: -Element(share), to: gradient)
            let size = try step(inside, context)
            scale(gradient, by: scaling, before: lengths, inside.projected, &context)
            inside.projector.addBack(inside.projected, scaledBy: Element(rule.scale), to: gradient)
            return size
        case .whole(let scaling):
            let lengths = channelLengths(inside.projected, &context)
            let size = try step(inside, context)
            scale(gradient, by: scaling, before: lengths, inside.projected, &context)
            return size
        }
    }

    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws {
        guard rule.outside == .dropped, let dense = weight.matrix else {
            let size = try direction(gradient, context: context)
            return context.step(weight, along: gradient, by: size, decayOrder)
        }
        // The gradient's space is left alone: the step is added where the weight is.
        var context = context
        let inside = try enter(gradient, &context)
        let size = try step(inside, context)
        let decay = Element(context.decay)
        if decay != 1, decayOrder == .beforeStep { dense.scale(by: decay) }
        inside.projector.addBack(inside.projected, scaledBy: -Element(size) * Element(rule.scale), to: dense)
        if decay != 1, decayOrder == .afterStep { dense.scale(by: decay) }
    }

    /// The gradient inside the subspace, which is found anew where that is due.
    private func enter(_ gradient: Matrix<Element>, _ context: inout UpdateContext<Element>) throws -> Inside {
        if rule.outside != .dropped {
            context.clip(gradient)
            context.gradientScale = 1
            if rule.outside.isFedBack, let error = outside.first?.value { error.add(to: gradient) }
        }
        let projected = context.scratch.take(rows: shape.projected.rows, columns: shape.projected.columns)
        let projector = basis.projector(&context.scratch)
        let cosines = basis.cosines(&context.scratch)
        var inside = Inside(projected: projected, projector: projector)
        var isDue = try clock.isDue(age: context.age, recorded: context.recorded)
        if !isDue || rule.keepsOldBasis && context.age > 1 { basis.load(projector, cosines, context) }
        if !isDue {
            projector.project(gradient, into: projected)
            isDue = clock.isConverged(context.gradientScale * projected.sumOfSquares().squareRoot(), age: context.age)
        }
        if isDue { try refresh(&inside, cosines, gradient, context) }
        return inside
    }

    /// R becomes N.
    private func step(_ inside: Inside, _ context: UpdateContext<Element>) throws -> Double {
        var context = context
        if rule.stateAtRefresh == .reset { context.age = context.age - clock.lastRefresh(atAge: context.age) + 1 }
        let size = try inner.direction(inside.projected, context: context)
        for (target, copy) in inside.restored { target.write(from: copy, key: nil) }
        return size
    }
}
