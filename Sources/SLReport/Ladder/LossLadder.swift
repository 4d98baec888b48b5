import SLSpec

/// The rows of a size over its budgets: what each came to, in which order, and which of them cross.
package struct LossLadder {
    /// A row, and its cell on each rung; `nil` where it has none.
    package struct Row {
        package var label: String
        package var cells: [ReportCell?]

        package var losses: [Double?] { cells.map { $0?.evalLoss?.mean } }
    }

    /// Two rows of which the better one on a rung is the worse one on the next.
    package struct Crossing: Hashable {
        package var better: String
        package var worse: String
        /// Whether the 95 % t-interval of the paired differences leaves out 0 on both rungs.
        package var isBeyondNoise: Bool
    }

    /// What happens from a rung to the next.
    package struct Step {
        package var from: LadderRung
        package var to: LadderRung
        package var order: KendallTau
        package var crossings: [Crossing]
    }

    package let size: String
    package let rungs: [LadderRung]
    package let rows: [Row]
    /// The place of the reference among the rows.
    package let reference: Int?

    /// Every size that has a ladder.
    package static func all(_ groups: [SizeGroup]) -> [LossLadder] {
        MarkdownText.distinct(groups.filter { $0.rung != nil }.map(\.shape)).compactMap { shape in
            LossLadder(groups.filter { $0.rung != nil && $0.shape == shape }.sorted { ($0.rung?.place ?? 0) < ($1.rung?.place ?? 0) })
        }
    }

    /// - Parameter groups: of one size, the smallest budget first.
    private init?(_ groups: [SizeGroup]) {
        guard let first = groups.first, groups.count > 1 else { return nil }
        size = first.shape.name
        rungs = groups.compactMap(\.rung)
        // In the order in which the rows stand on the rung that has the most of them.
        let fullest = groups.max { $0.cells.count < $1.cells.count } ?? first
        let numbers = MarkdownText.distinct((fullest.cells + groups.flatMap(\.cells)).compactMap(\.ladderRow))
        rows = numbers.map { number in
            let cells = groups.map { group in group.cells.first { $0.ladderRow == number } }
            return Row(label: cells.compactMap(\.self).last?.label ?? "", cells: cells)
        }
        let baselines = Set(groups.compactMap { $0.baseline?.ladderRow })
        reference = baselines.count == 1 ? numbers.firstIndex { baselines.contains($0) } : nil
    }

    /// Rank of each row on a rung, 1 for the lowest loss; means that are equal share the better rank.
    package func ranks(on rung: Int) -> [Int?] {
        let losses = rows.map { $0.losses[rung] }
        return losses.map { own in own.map { own in 1 + losses.count { ($0 ?? .infinity) < own } } }
    }

    package var steps: [Step] {
        rungs.indices.dropLast().map { rung in
            let able = rows.filter { $0.losses[rung] != nil && $0.losses[rung + 1] != nil }
            let values = able.compactMap { row in row.losses[rung].flatMap { low in row.losses[rung + 1].map { (low, $0) } } }
            return Step(from: rungs[rung], to: rungs[rung + 1], order: KendallTau(values), crossings: crossings(able, rung))
        }
    }

    private func crossings(_ able: [Row], _ rung: Int) -> [Crossing] {
        able.indices.flatMap { one in
            able.indices.dropFirst(one + 1).compactMap { other -> Crossing? in
                let pair = [able[one], able[other]]
                guard let before = difference(pair, rung), let after = difference(pair, rung + 1), before.mean * after.mean < 0 else { return nil }
                let (better, worse) = before.mean < 0 ? (pair[0], pair[1]) : (pair[1], pair[0])
                return Crossing(better: better.label, worse: worse.label, isBeyondNoise: before.isClear && after.isClear)
            }
        }
    }

    /// Of the first row's mean loss less the second's, and whether the seeds that both have set it apart from 0.
    private func difference(_ pair: [Row], _ rung: Int) -> (mean: Double, isClear: Bool)? {
        guard let one = pair[0].cells[rung], let other = pair[1].cells[rung], let a = one.evalLoss?.mean, let b = other.evalLoss?.mean else { return nil }
        let interval = PairedDifference(one, against: other).loss?.interval95
        return (a - b, interval.map { !$0.contains(0) } ?? false)
    }
}
