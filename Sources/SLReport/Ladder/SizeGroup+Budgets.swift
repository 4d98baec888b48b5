package import SLSpec

extension SizeGroup {
    /// The shape under the size's own name.
    package var shape: ModelShape {
        var shape = model
        if let rung { shape.name = rung.size }
        return shape
    }

    /// A group for each budget, the smallest first, where rows of the size were trained on several: only what had the same budget is
    /// compared. The size itself where none was.
    ///
    /// - Parameter tuned: keys that a tuning chose, for every budget anew.
    func byBudget(tuned: Set<String>) -> [SizeGroup] {
        guard let rungs = BudgetRungs(cells, tuned: tuned) else { return [self] }
        return (0..<rungs.count).map { place in
            let own = cells.indices.filter { rungs.places[$0] == place }
            let amounts = own.map { cells[$0].spec.expectedTargets }
            let tokens = amounts.reduce(0, +) / Double(max(1, amounts.count))
            // Where the rows have not equally many tokens, their budget was of another kind.
            let isShared = (amounts.max() ?? 0) - (amounts.min() ?? 0) < (own.map { cells[$0].spec.targetsPerUpdate }.max() ?? 0)
            let operations = own.compactMap { cells[$0].floatingPointOperations }
            let work = operations.count == own.count ? operations.max() : nil
            let words = isShared ? "\(NumberFormat.tokens(Int(tokens.rounded()))) tokens"
                : work.map { "\(NumberFormat.operations($0)) FLOPs" } ?? "budget \(place + 1) of \(rungs.count)"
            let rung = LadderRung(size: model.name, place: place, count: rungs.count, tokens: tokens, words: words)
            var group = SizeGroup(model: model, cells: own.map { index in
                var cell = cells[index]
                cell.ladderRow = rungs.rows[index]
                return cell
            })
            group.rung = rung
            group.model.name = rung.title
            return group
        }
    }
}

extension SizeGroup {
    /// The budgets of each size in one group again, for what looks over budgets and compares no two of them. The reference is that of the
    /// largest budget that has a finished one.
    package static func joined(_ groups: [SizeGroup]) -> [SizeGroup] {
        MarkdownText.distinct(groups.map(\.shape)).compactMap { shape in
            let own = groups.filter { $0.shape == shape }
            guard own.count > 1, var whole = own.last(where: { $0.baseline != nil }) ?? own.last else { return own.last }
            whole.model = shape
            whole.rung = nil
            whole.cells = own.flatMap(\.cells)
            return whole
        }
    }
}

extension ReportCell {
    /// Of a run's updates by formula; `nil` where no run finished or none recorded it.
    var floatingPointOperations: Double? { results.compactMap(\.trainingFloatingPointOperations).first }
}

extension SweepHistory {
    /// Keys of the config that trials differed in.
    var tunedKeys: Set<String> { Set(tuning.flatMap(\.trials).flatMap(\.values.keys)) }
}
