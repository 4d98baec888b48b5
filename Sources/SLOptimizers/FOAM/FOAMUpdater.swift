import SLNumerics

/// One tensor under ``FOAMRule``.
final class FOAMUpdater<Element: Scalar>: TensorUpdater {
    private let rule: FOAMRule
    private let kept: RuleState<Element>

    init(rule: FOAMRule, kept: RuleState<Element>) {
        self.rule = rule
        self.kept = kept
    }

    var state: [(name: String, value: StoredTensor<Element>)] { kept.tensors }
    var decayOrder: DecayOrder { rule.settings.form.decayOrder }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        context.clip(gradient)
        var scratch = context.scratch
        let (columns, size) = (gradient.columns, rule.blockSize)
        let blocks = rule.blockCount(columns)
        let first = scratch.take(rows: gradient.rows, columns: blocks)
        let second = scratch.take(rows: gradient.rows, columns: blocks)
        let ofEntries = rule.squares == .ofEntries
        GradientKernel.rows(of: gradient) { range in
            for row in range {
                fold(
                    gradient.base + row * gradient.stride, first.base + row * blocks, second.base + row * blocks, columns, size: size,
                    ofEntries: ofEntries)
            }
        }
        kept[0].takeUp(first, decay: rule.settings.beta1, key: context.key)
        kept[1].takeUp(second, decay: rule.settings.beta2, key: context.key &+ 3)
        let coefficients: AdamCoefficients<Element> = rule.settings.coefficients(context, age: context.age)
        let residual = Element(rule.residualScale)
        GradientKernel.rows(of: gradient) { range in
            for row in range {
                unfold(
                    gradient.base + row * gradient.stride, first.base + row * blocks, second.base + row * blocks, columns, size: size,
                    residual, coefficients.epsilon)
            }
        }
        return Double(coefficients.stepSize) * rule.scale
    }
}

/// Means and squares of the blocks of a row, which becomes what it has beside the means. The last block is filled up with zeros.
@specialized(where Element == Float)
private func fold<Element: Scalar>(
    _ g: UnsafeMutablePointer<Element>, _ means: UnsafeMutablePointer<Element>, _ squares: UnsafeMutablePointer<Element>, _ n: Int, size: Int,
    ofEntries: Bool
) {
    let share = Element(1 / Double(size))
    var (block, start) = (0, 0)
    while start < n {
        let end = n - start > size ? start + size : n
        var (sum, sumOfSquares): (Element, Element) = (0, 0)
        for i in start..<end {
            sum += g[i]
            sumOfSquares += g[i] * g[i]
        }
        let mean = sum * share
        means[block] = mean
        squares[block] = ofEntries ? sumOfSquares * share : mean * mean
        for i in start..<end { g[i] -= mean }
        block += 1
        start = end
    }
}

/// r ← (m + ρr)/(√(v + ρ²r²) + ε), m and v of r's block.
@specialized(where Element == Float)
private func unfold<Element: Scalar>(
    _ r: UnsafeMutablePointer<Element>, _ m: UnsafeMutablePointer<Element>, _ v: UnsafeMutablePointer<Element>, _ n: Int, size: Int,
    _ residual: Element, _ epsilon: Element
) {
    var (block, start) = (0, 0)
    while start < n {
        let end = n - start > size ? start + size : n
        let (first, second) = (m[block], v[block])
        for i in start..<end {
            let rest = residual * r[i]
            r[i] = (first + rest) / ((second + rest * rest).squareRoot() + epsilon)
        }
        block += 1
        start = end
    }
}
