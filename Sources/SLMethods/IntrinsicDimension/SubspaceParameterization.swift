import SLMethodKit
import SLNumerics
import SLSpec

/// y = x·Wᵀ with W = W₀ + P·θ built when it is needed. Saves nothing.
///
/// Backward: ∂x = δ·W, then G = δᵀ·x in the same space; ∂θ = Pᵀ·G.
final class SubspaceParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>  // W₀ [out, in]
    private let theta: Parameter<Element>  // [1, d]
    private let seed: IndexVector
    private let projection: IntrinsicDimensionMethod.Projection
    private let module: LinearModule

    init(
        weight: Parameter<Element>, theta: Parameter<Element>, seed: IndexVector, projection: IntrinsicDimensionMethod.Projection,
        module: LinearModule
    ) {
        self.weight = weight
        self.theta = theta
        self.seed = seed
        self.projection = projection
        self.module = module
    }

    private var elements: Int { module.outFeatures * module.inFeatures }

    private var fastfood: Fastfood {
        Fastfood(seed: BasisSeed.value(seed), name: "subspace", dimension: theta.columns, count: elements)
    }

    /// Columns of unit length in the mean: entries of variance 1/elements.
    private var dense: SeededCombination {
        SeededCombination(seed: BasisSeed.value(seed), name: "subspace", bound: (3 / Double(elements)).squareRoot())
    }

    private func workspace(_ scratch: inout Scratch<Element>) -> Matrix<Element> {
        scratch.take(rows: 1, columns: projection.spaceCount(dimension: theta.columns, threads: Compute.threads))
    }

    /// target ← W₀ + P·θ
    private func build(in target: Matrix<Element>, workspace: Matrix<Element>) {
        target.copy(from: weight.value)
        switch projection {
        case .fastfood: target.addFastfood(theta.value, by: fastfood, space: workspace)
        case .dense: target.addCombination(theta.value, of: dense)
        }
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let space = scratch.take(rows: module.outFeatures, columns: module.inFeatures)
        build(in: space, workspace: workspace(&scratch))
        y.setProduct(x, transposing: space.roundInPlace(to: x.precision), keep: accumulate ? 1 : 0)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        let space = scratch.take(rows: module.outFeatures, columns: module.inFeatures)
        let workspace = workspace(&scratch)
        build(in: space, workspace: workspace)
        dx.setProduct(outputGradient, space.roundInPlace(to: x.precision), keep: accumulateInput ? 1 : 0)
        guard let gradient = theta.gradient else { return }
        space.setProduct(transposing: outputGradient, x)
        switch projection {
        case .fastfood: gradient.setFastfood(transposing: space, by: fastfood, accumulate: accumulate, space: workspace)
        case .dense: gradient.setProjection(of: space, on: dense, accumulate: accumulate, space: workspace)
        }
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) throws -> Bool {
        let count = projection.spaceCount(dimension: theta.columns, threads: Compute.threads)
        build(in: dense, workspace: try Matrix(rows: 1, columns: count, category: .workspace, ledger: MemoryLedger()))
        return true
    }
}
