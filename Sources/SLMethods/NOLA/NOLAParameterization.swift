import SLMethodKit
import SLNumerics
import SLSpec

/// y = x·W₀ᵀ + s·(x·Aᵀ)·Bᵀ with A and B mixed for each pass. Keeps z = x·Aᵀ [N, r].
///
/// Backward: ∂A and ∂B as of trained factors, then ∂aᵢ = ⟨∂A, Aᵢ⟩ and ∂bᵢ = ⟨∂B, Bᵢ⟩.
final class NOLAParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>  // [out, in]
    private let down: Parameter<Element>  // a [1, k]
    private let up: Parameter<Element>  // b [1, k]
    private let seed: IndexVector
    private let rank: Int
    private let scale: Element
    private let module: LinearModule

    init(
        weight: Parameter<Element>, down: Parameter<Element>, up: Parameter<Element>, seed: IndexVector, rank: Int, scale: Element,
        module: LinearModule
    ) {
        self.weight = weight
        self.down = down
        self.up = up
        self.seed = seed
        self.rank = rank
        self.scale = scale
        self.module = module
    }

    private var bases: Int { down.columns }

    private func mixture(_ name: String) -> SeededCombination {
        SeededCombination(seed: BasisSeed.value(seed), name: "nola/\(name)", bound: 1 / Double(bases).squareRoot())
    }

    /// A [r, in] in full.
    private func mixDown(into a: Matrix<Element>) {
        a.fill(from: SeededRows(seed: BasisSeed.value(seed), name: "nola/start", .uniform(bound: 1 / Double(module.inFeatures).squareRoot())))
        a.addCombination(down.value, of: mixture("A"))
    }

    /// B [out, r] in full.
    private func mixUp(into b: Matrix<Element>) {
        b.fill(0)
        b.addCombination(up.value, of: mixture("B"))
    }

    private func mixed(_ precision: OperandPrecision, _ scratch: inout Scratch<Element>) -> (a: Operand<Element>, b: Operand<Element>) {
        let (a, b) = (scratch.take(rows: rank, columns: module.inFeatures), scratch.take(rows: module.outFeatures, columns: rank))
        mixDown(into: a)
        mixUp(into: b)
        return (a.roundInPlace(to: precision), b.roundInPlace(to: precision))
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let (a, b) = mixed(x.precision, &scratch)
        let z = saved ?? scratch.take(rows: x.rows, columns: rank, like: x)
        z.setProduct(x, transposing: a)
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
        y.setProduct(z, transposing: b, scale: scale, keep: 1)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x, let z = saved else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        let (a, b) = mixed(x.precision, &scratch)
        let dz = scratch.take(rows: x.rows, columns: rank, like: x)
        dz.setProduct(outputGradient, b, scale: scale)
        dx.setProduct(outputGradient, weight, keep: accumulateInput ? 1 : 0)
        dx.setProduct(dz, a, keep: 1)
        let (da, db) = (scratch.take(rows: rank, columns: module.inFeatures), scratch.take(rows: module.outFeatures, columns: rank))
        let sums = scratch.take(rows: 1, columns: SeededCombination.spaceCount(bases: bases, threads: Compute.threads))
        da.setProduct(transposing: dz, x)
        down.gradient?.setProjection(of: da, on: mixture("A"), accumulate: accumulate, space: sums)
        db.setProduct(transposing: outputGradient, z, scale: scale)
        up.gradient?.setProjection(of: db, on: mixture("B"), accumulate: accumulate, space: sums)
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) throws -> Bool {
        let ledger = MemoryLedger()
        let a = try Matrix<Element>(rows: rank, columns: module.inFeatures, category: .workspace, ledger: ledger)
        let b = try Matrix<Element>(rows: module.outFeatures, columns: rank, category: .workspace, ledger: ledger)
        mixDown(into: a)
        mixUp(into: b)
        dense.copy(from: weight.value)
        dense.setProduct(b, a, scale: scale, keep: 1)
        return true
    }
}
