import SLMethodKit
import SLNumerics
import SLOptimizers
import SLSpec

extension Rewrite {
    /// Give up the ranks that do not matter.
    static let shrink = Rewrite("shrink")
}

/// W = B·A of as many ranks as are left, the first of them the most important. Keeps z = x·Aᵀ [N, r].
final class MaestroParameterization<Element: Scalar>: Parameterization {
    private let factors: LowRankFactors<Element>
    private let module: LinearModule
    /// Ranks that are left [1, 1].
    /// How many ranks. Zero says the same of weights that come without it: those that were given up are zero.
    private let givenUp: Matrix<Element>
    private let lasso: Double
    private let threshold: Double
    private let dropout: OrderedDropout?
    /// Of the present pass: the share of ranks that take part, and whether their norms are paid for.
    private var share: Double?
    private var isPenalized = false

    init(
        factors: LowRankFactors<Element>, module: LinearModule, givenUp: Matrix<Element>, lasso: Double, threshold: Double,
        dropout: OrderedDropout?
    ) {
        self.factors = factors
        self.module = module
        self.givenUp = givenUp
        self.lasso = lasso
        self.threshold = threshold
        self.dropout = dropout
    }

    /// What either pass takes: z or dz, and a row of either factor.
    static func scratchCount(at module: LinearModule, pass: PassSize) -> Int {
        pass.operandCount(pass.tokens * module.smallerSide) + max(module.inFeatures, module.smallerSide)
    }

    private var left: Int { factors.rank - Int(givenUp[0, 0]) }
    private var active: Int { share.map { Int(($0 * Double(left)).rounded(.up)) } ?? left }

    func prepare(for pass: ModelPass) {
        let trains = pass.kind == .train && pass.update > 0
        share = trains ? dropout?.share(of: module, update: pass.update, seed: pass.seed) : nil
        isPenalized = trains && lasso > 0 && pass.microBatch.isFirst
    }

    // MARK: Passes

    private func firstRanks(_ operand: Operand<Element>) -> Operand<Element> { operand.window(rows: 0..<operand.rows, columns: 0..<active) }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let z = saved ?? scratch.take(rows: x.rows, columns: factors.rank, like: x)
        if active > 0 { firstRanks(z).setProduct(x, transposing: factors.down.operand.window(rows: 0..<active)) }
        restoreOutput(from: z, into: y, accumulate: accumulate, scratch: scratch)
    }

    func restoreOutput(from saved: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, scratch: Scratch<Element>) {
        if active > 0 {
            y.setProduct(firstRanks(saved), transposing: firstRanks(factors.up.operand), scale: factors.scale, keep: accumulate ? 1 : 0)
        } else if !accumulate {
            y.fill(0)
        }
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x, let saved else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        if !accumulate, active < factors.rank { for gradient in [factors.down.gradient, factors.up.gradient] { gradient?.fill(0) } }
        if active > 0 {
            let (z, dz) = (firstRanks(saved), firstRanks(scratch.take(rows: x.rows, columns: factors.rank, like: x)))
            let rows = factors.down.operand.window(rows: 0..<active)
            if let gradient = factors.up.gradient {
                gradient.window(rows: 0..<gradient.rows, columns: 0..<active)
                    .setProduct(transposing: outputGradient, z, scale: factors.scale, keep: accumulate ? 1 : 0)
            }
            dz.setProduct(outputGradient, firstRanks(factors.up.operand), scale: factors.scale)
            factors.down.gradient?.window(rows: 0..<active).setProduct(transposing: dz, x, keep: accumulate ? 1 : 0)
            dx.setProduct(dz, rows, keep: accumulateInput ? 1 : 0)
        } else if !accumulateInput {
            dx.fill(0)
        }
        // A term of the loss, not of a batch's: once an update.
        if isPenalized, !accumulate { penalize(scratch.take(rows: 1, columns: max(module.inFeatures, factors.rank))) }
    }

    /// Both gradients add those of λ·Σᵢ(‖A_{i:}‖ + ‖B_{:,i:}‖) over the ranks that are left.
    private func penalize(_ row: Matrix<Element>) {
        let norms = SuffixNorms(factors, width: left, row: row)
        if let gradient = factors.down.gradient {
            let vector = row.window(rows: 0..<1, columns: 0..<gradient.columns)
            for (index, slope) in SuffixNorms.slopes(norms.down).enumerated() {
                factors.down.stored.read(rows: index..<index + 1, into: vector)
                gradient.window(rows: index..<index + 1).add(vector, scaledBy: Element(lasso * slope))
            }
        }
        if let gradient = factors.up.gradient {
            let slopes = SuffixNorms.slopes(norms.up).map { lasso * $0 }
            let all = slopes + [Double](repeating: 0, count: gradient.columns - slopes.count)
            let vector = row.window(rows: 0..<1, columns: 0..<gradient.columns)
            for index in 0..<gradient.rows {
                factors.up.stored.read(rows: index..<index + 1, into: vector)
                gradient.window(rows: index..<index + 1).add(vector, scaledBy: all)
            }
        }
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        factors.writeProduct(into: dense, accumulate: false)
        return true
    }

    // MARK: Ranks

    /// Ranks whose importance is below the threshold are zeroed, with their optimizer state, and take part no more.
    func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .shrink else { throw ContractError.unsupportedRewrite(rewrite, module: module.name) }
        let (before, row) = (left, context.scratch.take(rows: 1, columns: max(module.inFeatures, factors.rank)))
        let (down, up) = (factors.down.value, factors.up.value)
        let importance = SuffixNorms(factors, width: before, row: row).importance
        let after = importance.firstIndex { $0 < threshold } ?? before
        if after < before {
            down.window(rows: after..<before).fill(0)
            up.window(rows: 0..<up.rows, columns: after..<before).fill(0)
            givenUp[0, 0] = Element(factors.rank - after)
            context.edit("lora_A", .zeroRows(Array(after..<before)))
            context.edit("lora_B", .zeroColumns(Array(after..<before)))
        }
        context.count("ranks_given_up", Double(before - after))
        context.mean("rank", Double(after))
        context.mean("rank_\(module.role.rawValue)", Double(after))
        if let least = importance.last { context.mean("least_importance_in_thresholds", least / threshold) }
    }
}
