import SLMethodKit
import SLNumerics
import SLSpec

/// y = x·Wᵀ; every r rows of W have a block B [r, r], and each block of W₀ there is W₀ + W₀·B + B. W is built when it is needed.
///
/// Backward: ∂x = δ·W, then G = δᵀ·x in the same space; ∂B = Σ over the blocks of its rows of W₀ᵀ·G + G.
final class BatParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>  // W₀ [out, in]
    private let blocks: Parameter<Element>  // [⌈out/r⌉·r, r]
    private let module: LinearModule

    init(weight: Parameter<Element>, blocks: Parameter<Element>, module: LinearModule) {
        self.weight = weight
        self.blocks = blocks
        self.module = module
    }

    private var side: Int { blocks.columns }

    /// Runs `body` for every row of blocks, rows of blocks shared out over the threads: its number and its rows.
    private func forEachRow(_ body: @Sendable (_ row: Int, _ rows: Range<Int>) -> Void) {
        let (side, rows) = (side, module.outFeatures)
        Compute.tasks((rows + side - 1) / side) { _, row in body(row, row * side..<min((row + 1) * side, rows)) }
    }

    /// Columns of the blocks, in order.
    private var columnBlocks: [Range<Int>] {
        stride(from: 0, to: module.inFeatures, by: side).map { $0..<min($0 + side, module.inFeatures) }
    }

    /// space ← W, from W₀ and blocks as they are given.
    private func build(_ frozen: Operand<Element>, _ blocks: Operand<Element>, in space: Matrix<Element>) {
        frozen.expand(into: space)
        let (side, columns, workers) = (side, columnBlocks, Compute.threads)
        forEachRow { row, rows in
            for columns in columns {
                let block = blocks.window(rows: row * side..<row * side + columns.count, columns: 0..<columns.count)
                let target = space.window(rows: rows, columns: columns)
                target.setProduct(frozen.window(rows: rows, columns: columns), block, keep: 1, sharedBy: workers)
                let shared = blocks.window(rows: row * side..<row * side + rows.count, columns: 0..<columns.count)
                target.add(shared)
            }
        }
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let space = scratch.take(rows: module.outFeatures, columns: module.inFeatures)
        build(weight.operand, blocks.operand, in: space)
        y.setProduct(x, transposing: space.roundInPlace(to: x.precision), keep: accumulate ? 1 : 0)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        let space = scratch.take(rows: module.outFeatures, columns: module.inFeatures)
        build(weight.operand, blocks.operand, in: space)
        dx.setProduct(outputGradient, space.roundInPlace(to: x.precision), keep: accumulateInput ? 1 : 0)
        guard let gradient = blocks.gradient else { return }
        space.setProduct(transposing: outputGradient, x)
        if !accumulate { gradient.fill(0) }
        let (side, columns, workers) = (side, columnBlocks, Compute.threads)
        forEachRow { row, rows in
            for columns in columns {
                gradient.window(rows: row * side..<row * side + rows.count, columns: 0..<columns.count)
                    .add(space.window(rows: rows, columns: columns))
            }
        }
        let dense = space.roundInPlace(to: x.precision)
        let frozen = weight.operand
        forEachRow { row, rows in
            for columns in columns {
                gradient.window(rows: row * side..<row * side + columns.count, columns: 0..<columns.count).setProduct(
                    transposing: frozen.window(rows: rows, columns: columns), dense.window(rows: rows, columns: columns), keep: 1,
                    sharedBy: workers)
            }
        }
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        build(weight.value.operand, blocks.value.operand, in: dense)
        return true
    }
}
