import SLNumerics

/// One tensor under ``LowDimensionalAdamRule``. Bases are kept as rows, [r, d], on either side.
final class LowDimensionalAdamUpdater<Element: Scalar>: TensorUpdater {
    let rule: LowDimensionalAdamRule
    let shape: SubspaceShape
    private let kept: RuleState<Element>

    init(rule: LowDimensionalAdamRule, shape: SubspaceShape, state: RuleState<Element>) {
        self.rule = rule
        self.shape = shape
        kept = state
    }

    var state: [(name: String, value: StoredTensor<Element>)] { kept.tensors }

    /// The authors keep the error where the gradient accumulates, so that norm and clipping see both.
    func squaredNorm(of gradient: Matrix<Element>) -> Double {
        rule.errorFeedback ? kept[3].sumOfSquares(addedTo: gradient) : gradient.sumOfSquares()
    }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) throws -> Double {
        var context = context
        if rule.errorFeedback { kept[3].add(to: gradient) }
        context.clip(gradient)
        context.gradientScale = 1
        let (rows, columns) = shape.projected
        func space() -> Matrix<Element> { context.scratch.take(rows: rows, columns: columns) }
        let old = context.scratch.take(rows: shape.rank, columns: shape.projectedSide)
        let new = context.scratch.take(rows: shape.rank, columns: shape.projectedSide)
        let (projected, carried, work) = (space(), space(), space())
        let (first, second) = (kept[0].expanded(&context.scratch), kept[1].expanded(&context.scratch))
        kept[2].read(into: old)
        try findBasis(new, from: old, momentum: first, gradient, work, &context)
        kept[2].write(from: new, key: context.key &+ 3)
        if kept[2].matrix == nil { kept[2].read(into: new) }
        project(gradient, by: new, into: projected)
        let change = context.scratch.take(rows: shape.rank, columns: shape.rank)
        change.setProduct(new, transposing: old)
        turn(first, by: change, into: carried)
        if rule.errorFeedback {
            // E = G − back(R + κ·m′) + κ·back′(m)
            let share = Element(rule.settings.beta1 / (1 - rule.settings.beta1))
            work.copy(from: projected)
            work.add(carried, scaledBy: share)
            addBack(work, by: new, scaledBy: -1, to: gradient, keep: 1)
            addBack(first, by: old, scaledBy: share, to: gradient, keep: 1)
            kept[3].write(from: gradient, key: context.key &+ 4)
        }
        if context.age > 1 { carry(first, second, carried, change, work, &context) }
        let size = rule.settings.direction(projected, first: kept[0], second: kept[1], context: context)
        addBack(projected, by: new, scaledBy: 1, to: gradient, keep: 0)
        return size
    }

    /// Moments in the new coordinates, the second as momentum squared and the variance around it.
    private func carry(
        _ first: Matrix<Element>, _ second: Matrix<Element>, _ carried: Matrix<Element>, _ change: Matrix<Element>, _ work: Matrix<Element>,
        _ context: inout UpdateContext<Element>
    ) {
        let squared = context.scratch.take(rows: shape.rank, columns: shape.rank)
        squared.copy(from: change)
        Element.multiply(squared.base, squared.base, squared.base, squared.count)
        let done = context.age - 1
        let (correction1, correction2) = (1 - power(rule.settings.beta1, done), 1 - power(rule.settings.beta2, done))
        let weight = Element(1 / (correction1 * correction1))
        Element.toVariance(second.base, first.base, Element(1 / correction2), weight, second.count)
        turn(second, by: squared, into: work)
        Element.toSecondMoment(second.base, work.base, carried.base, weight, Element(correction2), second.count)
        first.copy(from: carried)
        if kept[0].matrix == nil { kept[0].write(from: first, key: nil) }
        if kept[1].matrix == nil { kept[1].write(from: second, key: nil) }
    }

    // MARK: Between the spaces

    func project(_ gradient: Matrix<Element>, by basis: Matrix<Element>, into result: Matrix<Element>) {
        if shape.isRight { result.setProduct(gradient, transposing: basis) } else { result.setProduct(basis, gradient) }
    }

    func addBack(_ direction: Matrix<Element>, by basis: Matrix<Element>, scaledBy factor: Element, to target: Matrix<Element>, keep: Element) {
        if shape.isRight {
            target.setProduct(direction, basis, scale: factor, keep: keep)
        } else {
            target.setProduct(transposing: basis, direction, scale: factor, keep: keep)
        }
    }

    /// - Parameter change: [new, old].
    private func turn(_ state: Matrix<Element>, by change: Matrix<Element>, into result: Matrix<Element>) {
        if shape.isRight { result.setProduct(state, transposing: change) } else { result.setProduct(change, state) }
    }
}
