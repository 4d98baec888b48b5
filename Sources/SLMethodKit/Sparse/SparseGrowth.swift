import SLNumerics
import SLSpec

/// Where entries may grow, and how much each place is worth.
///
/// *By momentum* (SpIEL-MA): a row is worth the largest second moment of its entries, a column likewise, and a place the product of both: what
/// the accumulators of SM3 say. Deviation from the authors, whose optimizer then is SM3 itself, which keeps these accumulators alone: the
/// optimizer stays AdamW here, and they are made from its second moments when entries are exchanged. What has grown begins fresh.
/// Source: github.com/AlanAnsell/peft, `tuners/sft/trainer.py` (select_sm3); Anil et al. 2019, arXiv:1901.11150.
struct SparseGrowth {
    let kind: Regrow.Growth
    let module: LinearModule
    /// Row-major positions, ascending.
    let support: [Int]
    let drop: Int

    /// Elements of temporary space.
    static func scratchCount(_ kind: Regrow.Growth?, _ module: LinearModule) -> Int {
        kind == .momentum ? module.outFeatures * module.inFeatures : 0
    }

    /// Positions that may grow, ascending, each with its score.
    func candidates<Element: Scalar>(
        _ sums: EntrySums<Element>?, _ context: inout RewriteContext<Element>
    ) throws -> (positions: [Int], scores: [Float]) {
        switch kind {
        case .gradient:
            guard let sums, sums.hasEntries else { return ([], []) }
            return (sums.positions(columnCount: module.inFeatures), sums.sums.map { Float($0) })
        case .momentum: return byMomentum(&context)
        case .random: return byChance(&context)
        }
    }

    private var count: Int { module.outFeatures * module.inFeatures }
    private var wanted: Int { min(drop, count - support.count) }

    /// Places outside the support by the product of their row's and their column's accumulator.
    private func byMomentum<Element: Scalar>(_ context: inout RewriteContext<Element>) -> (positions: [Int], scores: [Float]) {
        guard wanted > 0, let moments = context.state(SparseEntries<Element>.valueName, "exp_avg_sq"), moments.count == support.count else { return ([], []) }
        var rows = [Float](repeating: 0, count: module.outFeatures)
        var columns = [Float](repeating: 0, count: module.inFeatures)
        for (position, moment) in zip(support, moments) {
            let (row, column) = position.quotientAndRemainder(dividingBy: module.inFeatures)
            rows[row] = max(rows[row], Float(moment))
            columns[column] = max(columns[column], Float(moment))
        }
        // Roots keep the products of small second moments from vanishing, and their order.
        let (rowRoots, columnRoots) = (rows.map { $0.squareRoot() }, columns.map { $0.squareRoot() })
        let scores = context.scratch.take(rows: 1, columns: count)
        for row in 0..<module.outFeatures {
            for column in 0..<module.inFeatures { scores[0, row * module.inFeatures + column] = Element(rowRoots[row] * columnRoots[column]) }
        }
        for position in support { scores[0, position] = 0 }
        // A place that scores nothing is none: nothing is known of its row or its column.
        let best = scores.largestMagnitudes(wanted).filter { scores[0, $0] > 0 }
        return (best, best.map { Float(scores[0, $0]) })
    }

    /// As many places outside the support as are wanted, uniformly.
    private func byChance<Element: Scalar>(_ context: inout RewriteContext<Element>) -> (positions: [Int], scores: [Float]) {
        let ranks = SparseSupportSampler.sample(wanted, of: count - support.count, from: &context.random) { $0 }
        // The rank among places outside, moved on past every entry before it.
        var passed = 0
        let positions = ranks.map { rank in
            while passed < support.count, support[passed] <= rank + passed { passed += 1 }
            return rank + passed
        }
        return (positions, positions.map { _ in 1 })
    }
}
