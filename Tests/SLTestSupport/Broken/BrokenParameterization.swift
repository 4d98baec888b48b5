import SLMethodKit
import SLNumerics
import SLRandom

/// The parameterization of ``BrokenMethod``: W is built, used and thrown away.
final class BrokenParameterization<Element: Scalar>: Parameterization {
    private let base: Parameter<Element>
    private let factors: LowRankFactors<Element>
    private let values: Parameter<Element>
    private let support: SparseSupport
    private let shift: Matrix<Element>?
    private let updates: Matrix<Element>?
    private let defect: Defect?
    private var calls: UInt64 = 0
    private var pass = ModelPass(.train)
    /// The entry that a process found to matter most, in the update at hand.
    private var chosen = 0

    init(
        base: Parameter<Element>, factors: LowRankFactors<Element>, values: Parameter<Element>, support: SparseSupport, shift: Matrix<Element>?,
        updates: Matrix<Element>?, defect: Defect?
    ) {
        self.base = base
        self.factors = factors
        self.values = values
        self.support = support
        self.shift = shift
        self.updates = updates
        self.defect = defect
    }

    func prepare(for pass: ModelPass) { self.pass = pass }

    private func build(into weight: Matrix<Element>, withSparse: Bool) {
        weight.copy(from: base.value)
        if let shift { weight.add(base.value, scaledBy: shift[0, 0]) }
        factors.writeProduct(into: weight, accumulate: true)
        if withSparse { support.scatterAdd(values.value, into: weight) }
    }

    private func takeWeight(_ scratch: inout Scratch<Element>) -> Matrix<Element> {
        scratch.take(rows: base.value.rows, columns: base.value.columns)
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        if defect == .supportPerCall {
            calls += 1
            var stream = RandomStream(seed: calls, name: "support")
            support.draw(columnCount: base.value.columns, from: &stream)
        }
        let weight = takeWeight(&scratch)
        if defect == .dirtyScratch {
            weight.add(base.value)
            factors.writeProduct(into: weight, accumulate: true)
        } else {
            build(into: weight, withSparse: true)
        }
        y.setProduct(x, transposing: weight.roundInPlace(to: x.precision), keep: accumulate && defect != .overwrittenOutput ? 1 : 0)
        if defect == .changedInput { x.matrix?.scale(by: 2) }
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: "broken") }
        var scratch = scratch
        let dense = takeWeight(&scratch)
        build(into: dense, withSparse: defect != .inputGradientWithoutSparse)
        dx.setProduct(outputGradient, dense.roundInPlace(to: outputGradient.precision), keep: accumulateInput && defect != .overwrittenInputGradient ? 1 : 0)
        dense.setProduct(transposing: outputGradient, x)
        downGradient(dense, keep: accumulate ? 1 : 0)
        upGradient(dense, keep: accumulate && defect != .overwrittenGradient ? 1 : 0)
        valueGradient(dense, accumulate: accumulate)
        if defect == .trainedFrozenBase { base.value.add(dense, scaledBy: -0.01) }
    }

    private func downGradient(_ dense: Matrix<Element>, keep: Element) {
        guard let gradient = factors.down.gradient else { return }
        if defect == .transposedFactor {
            gradient.reshaped(rows: gradient.columns, columns: gradient.rows)
                .setProduct(transposing: dense, factors.up.value, scale: factors.scale, keep: keep)
        } else {
            let scale = defect == .forgottenScale ? 1 : factors.scale
            gradient.setProduct(transposing: factors.up.value, dense, scale: scale, keep: keep)
        }
    }

    private func upGradient(_ dense: Matrix<Element>, keep: Element) {
        let factor: Element =
            switch defect {
            case .onePercentGradient: 1.01
            case .flippedSign: -1
            default: 1
            }
        factors.up.gradient?.setProduct(dense, transposing: factors.down.value, scale: factor * factors.scale, keep: keep)
    }

    private func valueGradient(_ dense: Matrix<Element>, accumulate: Bool) {
        guard let gradient = values.gradient else { return }
        if !accumulate, defect != .leftoverGradient { gradient.fill(0) }
        if defect != .zeroGradient { support.gatherAdd(dense, into: gradient) }
        // From the first micro-batch that this process sees: the others see another one.
        if defect == .decidedLocally, pass.update > 0 {
            if pass.microBatch.startsUpdate { chosen = gradient.elements.indices.max { abs(gradient.elements[$0]) < abs(gradient.elements[$1]) } ?? 0 }
            gradient[0, chosen] = 0
        }
    }

    /// Counts updates in a buffer that it does not declare as changed.
    func step(_ step: LinearStep<Element>) throws {
        for member in step.members { try member.update() }
        if let updates { updates[0, 0] += 1 }
    }

    func writeDenseEquivalent(into weight: Matrix<Element>) -> Bool {
        build(into: weight, withSparse: defect != .denseEquivalentWithoutSparse)
        return true
    }

    func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .merge else { throw ContractError.unsupportedRewrite(rewrite, module: "broken") }
        if defect != .changingRewrite { factors.writeProduct(into: base.value, accumulate: true) }
        factors.down.value.fillUniform(bound: 1 / Double(base.value.columns).squareRoot(), from: &context.random)
        factors.up.value.fill(0)
    }
}
