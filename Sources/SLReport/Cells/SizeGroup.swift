package import SLSpec

/// The cells of one model shape, and of shapes that were picked to match one of them, in the order of the sweep's plan; many methods
/// stand by family. Where rows were trained on several budgets, those that share one.
package struct SizeGroup {
    /// The shape; with several budgets its name says which: `core-1m, 8.03M tokens`.
    package var model: ModelShape
    package var cells: [ReportCell]

    package var runs: [RunHistory] { cells.flatMap(\.runs) }

    /// Which of several budgets; `nil` where the size has no ladder.
    package var rung: LadderRung?

    /// What ``ReferenceRule`` chose for this size; `nil` where it has no such cell.
    package var reference: PredictionSpec?

    /// The full-rank cell that the others are set against; `nil` where the size lacks it or it has not finished.
    package var baseline: ReportCell? {
        // Cells that differ in nothing but their data or evaluation: any rule does that doesn't look at their order.
        cells.filter { $0.prediction == reference && $0.evalLoss != nil }
            .min { ((try? $0.spec.identityJSON()) ?? "") < ((try? $1.spec.identityJSON()) ?? "") }
    }

    /// Splits a sweep into sizes, these into budgets where rows have several, and these into cells; all but the budgets keep the order in
    /// which they first appear.
    package static func groups(of history: SweepHistory) -> [SizeGroup] {
        let history = ReportedLoss.comparable(history)
        var groups: [SizeGroup] = []
        var place: [ModelShape: Int] = [:]
        var cellPlace: [RunSpec: (group: Int, cell: Int)] = [:]
        for run in history.runs {
            var key = run.spec
            key.seed = 0
            // Old records do not say what follows from the content.
            (key.data.trainRows, key.data.trainTargets) = (nil, nil)
            if let found = cellPlace[key] {
                groups[found.group].cells[found.cell].runs.append(run)
                continue
            }
            // A shape that was picked to match a row stands beside that row.
            let model = run.spec.model.unmatched
            let group = place[model] ?? groups.count
            if group == groups.count {
                place[model] = group
                groups.append(SizeGroup(model: model, cells: []))
            }
            cellPlace[key] = (group, groups[group].cells.count)
            groups[group].cells.append(ReportCell(spec: run.spec, runs: [run]))
        }
        groups = groups.map { $0.withOtherSeeds(history.otherSeeds) }
        let tuned = history.tunedKeys
        return withReferences(groups.flatMap { $0.byBudget(tuned: tuned) }, history).map { $0.withDistinctions().withSpeedTerms().byFamily(history.methods) }
    }

    private static func withReferences(_ groups: [SizeGroup], _ history: SweepHistory) -> [SizeGroup] {
        let planned = history.predictions.map(\.spec)
        let sizes = groups.map { group in
            // On a rung only what was planned for its budget.
            let budgets = Set(group.cells.map(\.spec.training.totalTokens))
            let open = planned.filter { $0.model == group.shape && (group.rung == nil || budgets.contains($0.training.totalTokens)) }
            return ReferenceRule.Size(
                model: group.shape, candidates: group.cells.filter { $0.canBeCompared && $0.spec.model == group.shape }.map(\.prediction) + open)
        }
        let others = MarkdownText.distinct(planned.map(\.model)).filter { model in !groups.contains { $0.shape == model } }.map { model in
            ReferenceRule.Size(model: model, candidates: planned.filter { $0.model == model })
        }
        let rule = ReferenceRule(sizes + others, methods: history.methods)
        return groups.indices.map { place in
            var group = groups[place]
            group.reference = rule.spec(at: place)
            return group
        }
    }

    /// Names every cell by its memory options, and cells of one method and the same of these apart by the keys in which they
    /// differ. The rank has a column of its own.
    private func withDistinctions() -> SizeGroup {
        var group = self
        for index in cells.indices {
            let cell = cells[index]
            let alike = cells.filter { $0.method == cell.method && $0.spec.training.memory == cell.spec.training.memory }.map { ($0.spec, $0.spec.training) }
            group.cells[index].distinction = CellDistinction.words(cell.spec, cell.spec.training, among: alike).joined(separator: ", ")
        }
        return group
    }
}
