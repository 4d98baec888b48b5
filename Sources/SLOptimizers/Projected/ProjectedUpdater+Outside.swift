import SLNumerics

/// The gradient outside the subspace, scaled by what the inner rule does inside.
extension ProjectedUpdater {
    /// ‖Rᵢ‖ of every channel.
    func channelLengths(_ projected: Matrix<Element>, _ context: inout UpdateContext<Element>) -> Matrix<Element> {
        let lengths = context.scratch.take(rows: 1, columns: shape.channels)
        if shape.isRight { projected.setRowSums(squared: true, into: lengths) } else { projected.setColumnSums(squared: true, into: lengths) }
        for index in 0..<shape.channels { lengths.base[index] = lengths.base[index].squareRoot() }
        return lengths
    }

    /// gradient ← φ ⊙ gradient · factor, not grown beyond the limit since the last update.
    func scale(
        _ gradient: Matrix<Element>, by scaling: GradientScaling, before: Matrix<Element>, _ direction: Matrix<Element>,
        _ context: inout UpdateContext<Element>
    ) {
        let factors = channelLengths(direction, &context)
        switch scaling.granularity {
        case .channel:
            for index in 0..<shape.channels { factors.base[index] /= before.base[index] + 1e-8 }
            if shape.isRight { gradient.scaleRows(by: factors) } else { gradient.scaleColumns(by: factors) }
        case .tensor:
            let (after, old) = (factors.sumOfSquares().squareRoot(), before.sumOfSquares().squareRoot())
            gradient.scale(by: Element(after / (old + 1e-8)))
        }
        if scaling.factor != 1 { gradient.scale(by: Element(scaling.factor)) }
        limitGrowth(gradient, scaling, context)
    }

    private func limitGrowth(_ gradient: Matrix<Element>, _ scaling: GradientScaling, _ context: UpdateContext<Element>) {
        guard let previous = outside.first?.value.matrix else { return }
        let length = gradient.sumOfSquares().squareRoot()
        let shortening = context.age == 1 ? 1 : scaling.shortening(length, after: Double(previous[0, 0]))
        if shortening != 1 { gradient.scale(by: Element(1 / shortening)) }
        previous[0, 0] = Element(length / shortening)
    }
}
