import SLMethodKit
import SLNumerics
import SLOptimizers
import SLSpec

/// W = B·A, whose factors move along orthogonal directions by η/(‖A‖₂ + ‖B‖₂ + 1), so that the product moves by little more than η.
final class SpectronParameterization<Element: Scalar>: FactoredParameterization {
    let factors: LowRankFactors<Element>
    let module: LinearModule
    /// Estimates of the leading singular vector on each factor's long side [1, in], [1, out].
    private let leading: (down: Matrix<Element>, up: Matrix<Element>)
    private let iterations: Int

    init(factors: LowRankFactors<Element>, module: LinearModule, leading: (down: Matrix<Element>, up: Matrix<Element>), iterations: Int) {
        self.factors = factors
        self.module = module
        self.leading = leading
        self.iterations = iterations
    }

    /// What ``step(_:)`` takes: a factor in full, a vector on its short side.
    static func scratchCount(at module: LinearModule, rank: Int) -> Int { rank * max(module.outFeatures, module.inFeatures) + rank }

    func step(_ step: LinearStep<Element>) throws {
        let sizes = try step.members.map { try $0.direction() }
        let decays = step.members.map(\.context.decay)
        // Both norms before either factor moves, of what decay leaves of it.
        var bound = 1.0
        for (name, isColumn, vector) in [("lora_A", false, leading.down), ("lora_B", true, leading.up)] {
            let position = step.members.firstIndex { $0.name == name }
            let norm = spectralNorm(of: isColumn ? factors.up : factors.down, isTall: isColumn, from: vector, step.scratch)
            bound += norm * (position.map { decays[$0] } ?? 1)
        }
        for (index, member) in step.members.enumerated() {
            member.parameter.stored.step(
                along: member.gradient, by: Element(sizes[index] / bound), decay: Element(decays[index]), trailingDecay: 1, key: member.context.key)
        }
    }

    /// ‖X‖₂ by power iterations v ← Xᵀu/‖Xᵀu‖, u ← Xv/‖Xv‖, σ = ‖Xv‖, from where the last update's ended; X is the factor or its transpose, whichever
    /// is tall.
    private func spectralNorm(of factor: Parameter<Element>, isTall: Bool, from u: Matrix<Element>, _ scratch: Scratch<Element>) -> Double {
        var scratch = scratch
        let v = scratch.take(rows: 1, columns: factors.rank)
        let values = factor.stored.matrix ?? {
            let space = scratch.take(rows: factor.rows, columns: factor.columns)
            factor.stored.read(into: space)
            return space
        }()
        var norm = 0.0
        for _ in 0..<iterations {
            if isTall { v.setProduct(u, values) } else { v.setProduct(u, transposing: values) }
            let length = v.sumOfSquares().squareRoot()
            guard length > 0 else { return 0 }
            v.scale(by: Element(1 / length))
            if isTall { u.setProduct(v, transposing: values) } else { u.setProduct(v, values) }
            norm = u.sumOfSquares().squareRoot()
            guard norm > 0 else { return 0 }
            u.scale(by: Element(1 / norm))
        }
        return norm
    }
}
