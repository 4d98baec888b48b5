import SLSpec

/// The noise of seeds at one budget of a size, and whose it is.
struct BudgetNoise {
    var baseline: ReportCell
    var floor: NoiseFloor
    /// How many of its seeds are of runs that are not the sweep's.
    var elsewhere: Int
    /// The rows of that budget, the baseline among them.
    var cells: [ReportCell]

    /// Seeds of the row that has the fewest; `nil` where no row has finished.
    var fewestSeeds: Int? { cells.map(\.finished.count).filter { $0 > 0 }.min() }

    /// The row with the lowest mean loss, and those that are not told from it by the noise.
    var nearBest: (best: ReportCell, others: [ReportCell], difference: Double)? {
        let known = cells.filter { $0.evalLoss != nil }
        guard let best = known.min(by: { ($0.evalLoss?.mean ?? 0) < ($1.evalLoss?.mean ?? 0) }), let lowest = best.evalLoss?.mean else { return nil }
        func bound(_ cell: ReportCell) -> Double { floor.smallestDifference(best.finished.count, cell.finished.count) }
        let near = known.filter { cell in cell.spec != best.spec && (cell.evalLoss?.mean ?? .infinity) - lowest < bound(cell) }
        return near.isEmpty ? nil : (best, near, near.map(bound).max() ?? 0)
    }
}

extension SizeGroup {
    /// Of every budget that some full-rank cell has two seeds or more of, in the order of the plan: the reference's, else that of
    /// the full-rank cell with the most seeds. What stands on one rung had one budget, though by FLOPs every row has updates of its own.
    var noise: [BudgetNoise] {
        let budgets = cells.map { rung == nil ? Budget($0.spec) : nil }
        return MarkdownText.distinct(budgets).compactMap { budget in
            let own = zip(budgets, cells).filter { $0.0 == budget }.map(\.1)
            let known = own.filter { $0.method == ReferenceRule.method && $0.spec.model == shape && $0.noiseFloor != nil }
            let chosen = known.first { $0.prediction == reference } ?? known.min { ($1.allSeeds.count, $0.label) < ($0.allSeeds.count, $1.label) }
            guard let chosen, let floor = chosen.noiseFloor else { return nil }
            let elsewhere = Set(chosen.otherSeeds.keys).subtracting(chosen.lossesBySeed.keys).count
            return BudgetNoise(baseline: chosen, floor: floor, elsewhere: elsewhere, cells: own)
        }
    }

    /// Of the budget that the reference has; `nil` where too little was run.
    var referenceNoise: BudgetNoise? { noise.first { $0.baseline.prediction == reference } }

    /// Gives every cell the losses of its experiment that the database holds beside the sweep's.
    func withOtherSeeds(_ rows: [ComparisonRow]) -> SizeGroup {
        guard !rows.isEmpty else { return self }
        let byGroup = Dictionary(grouping: rows) { $0.groupID ?? "" }
        var group = self
        for index in group.cells.indices {
            guard let key = try? group.cells[index].spec.groupKey() else { continue }
            let losses = (byGroup[ShortKey.of(key)] ?? []).compactMap { row in row.reportedLoss.map { (UInt64(clamping: row.seed), $0) } }
            group.cells[index].otherSeeds = Dictionary(losses) { first, _ in first }
        }
        return group
    }

    /// What a run is given to learn from.
    private struct Budget: Hashable {
        let steps: Int
        let positions: Int

        init(_ spec: RunSpec) {
            steps = spec.training.steps
            positions = spec.training.batchSize * spec.training.sequenceLength
        }
    }
}

extension ReportCell {
    /// Losses by seed of the whole experiment; the sweep's own runs come first.
    var allSeeds: [UInt64: Double] { lossesBySeed.merging(otherSeeds) { own, _ in own } }

    /// `nil` with fewer than two seeds.
    var noiseFloor: NoiseFloor? { NoiseFloor(allSeeds.sorted { $0.key < $1.key }.map(\.value)) }
}
