import SLMethodKit
import SLNumerics
import SLSpec

/// y = x·W₀ᵀ + ((x·Cᵀ)·Mᵀ)·D, chunk by chunk. Saves nothing: C·x costs additions only and is computed again.
///
/// Backward, δ = ∂L/∂y, z = x·Cᵀ and d = δ·Dᵀ: ∂M = dᵀ·z summed over tokens and chunks; ∂x = δ·W₀ + (d·M)·C.
///
/// ``Rewrite/merge``: W₀ ← W₀ + DᵀMC, M ← 0, and the next of the types is in force.
final class MoRAParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>  // [out, in]
    private let square: Parameter<Element>  // M [r̂, r̂]
    private let rank: Int
    /// In turn, from merge to merge.
    private let types: [MoRAType]
    /// How many merges there were; `nil` without any.
    private let merges: IndexVector?
    private let module: LinearModule

    init(weight: Parameter<Element>, square: Parameter<Element>, rank: Int, types: [MoRAType], merges: IndexVector?, module: LinearModule) {
        self.weight = weight
        self.square = square
        self.rank = rank
        self.types = types
        self.merges = merges
        self.module = module
    }

    private var type: MoRAType { types[(merges?[0] ?? 0) % types.count] }
    private var input: ColumnFold { type.input(at: module, rank: rank) }
    private var output: ColumnFold { type.output(at: module, rank: rank) }

    var supportIsValid: Bool { (merges?[0] ?? 0) >= 0 }

    /// The rows of all chunks.
    private func folded(_ x: Operand<Element>, _ fold: ColumnFold, _ scratch: inout Scratch<Element>) -> Operand<Element> {
        let z = scratch.take(rows: x.rows * fold.chunks, columns: fold.width, like: x)
        z.setFold(fold, of: x)
        return z
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
        let z = folded(x, input, &scratch)
        let u = scratch.take(rows: z.rows, columns: z.columns)
        u.setProduct(z, transposing: square)
        y.addUnfolded(output, u)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        let (z, d) = (folded(x, input, &scratch), folded(outputGradient, output, &scratch))
        square.gradient?.setProduct(transposing: d, z, keep: accumulate ? 1 : 0)
        dx.setProduct(outputGradient, weight, keep: accumulateInput ? 1 : 0)
        let dz = scratch.take(rows: z.rows, columns: z.columns)
        dz.setProduct(d, square)
        dx.addUnfolded(input, dz)
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        dense.addBetween(output, square.value, input)
        return true
    }

    func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .merge, let merges else { throw ContractError.unsupportedRewrite(rewrite, module: module.name) }
        weight.value.addBetween(output, square.value, input)
        square.value.fill(0)
        merges[0] = (merges[0] + 1) % types.count
    }
}
