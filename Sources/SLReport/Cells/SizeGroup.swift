import SLSpec

/// The cells of one model shape, in the order of the sweep's plan.
struct SizeGroup {
    var model: ModelShape
    var cells: [ReportCell]

    var runs: [RunHistory] { cells.flatMap(\.runs) }

    /// The full-rank cell that the others are set against: of several (a swept learning rate), the one with the lowest
    /// mean evaluation loss. One without memory options goes first: they are what is compared. `nil` when none finished.
    var baseline: ReportCell? {
        let finished = cells.filter { $0.method == "full_rank" && $0.evalLoss != nil }
        let plain = finished.filter { $0.spec.training.memory == MemoryOptions() }
        return (plain.isEmpty ? finished : plain)
            .min { ($0.evalLoss?.mean ?? .infinity) < ($1.evalLoss?.mean ?? .infinity) }
    }

    /// Splits a sweep into sizes and these into cells; both keep the order in which they first appear.
    static func groups(of history: SweepHistory) -> [SizeGroup] {
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
            let group = place[run.spec.model] ?? groups.count
            if group == groups.count {
                place[run.spec.model] = group
                groups.append(SizeGroup(model: run.spec.model, cells: []))
            }
            cellPlace[key] = (group, groups[group].cells.count)
            groups[group].cells.append(ReportCell(spec: run.spec, runs: [run]))
        }
        return groups.map { $0.withDistinctions() }
    }

    /// Names every cell by its memory options, and cells of one method and the same of these apart by the keys in which they
    /// differ. The rank has a column of its own.
    private func withDistinctions() -> SizeGroup {
        var group = self
        for index in cells.indices {
            let cell = cells[index]
            let alike = cells.filter { $0.method == cell.method && $0.spec.training.memory == cell.spec.training.memory }.map(\.spec)
            group.cells[index].distinction = CellDistinction.words(cell.spec, memory: cell.spec.training.memory, among: alike).joined(separator: ", ")
        }
        return group
    }
}
