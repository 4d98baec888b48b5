import SLSpec

/// The finished cells of one method that differ in how long they trained, each with a schedule of its own that decays to its end.
package struct BudgetLadder {
    package struct Rung {
        package var cell: ReportCell
        /// Mean over the runs of the targets that they trained on.
        package var tokens: Double
    }

    /// By ascending tokens; no two of one budget.
    package let rungs: [Rung]
    /// The method with what tells this ladder from others of its size: `galore r=128 (lr 0.01)`.
    package let label: String

    /// A size's ladders in the order of its cells; one of a single rung is a cell that was run at one budget.
    ///
    /// Cells that are equal in everything but steps and warm-up form one. Where rates were chosen anew for each budget no two cells are so: those that
    /// are left alone then form one if they differ in rates besides and have each another budget.
    package static func ladders(_ group: SizeGroup) -> [BudgetLadder] {
        let rungs = group.cells.compactMap(Rung.init)
        let exact = grouped(rungs) { settings($0.cell.spec, besides: []) }
        let alone = exact.filter { $0.count == 1 }.flatMap(\.self)
        let loose = grouped(alone) { settings($0.cell.spec, besides: ratePrefixes) }
        let joined = loose.filter { $0.count > 1 && Set($0.map(\.tokens)).count == $0.count }
        let single = loose.filter { $0.count > 1 && Set($0.map(\.tokens)).count < $0.count }.flatMap { $0.map { [$0] } } + loose.filter { $0.count == 1 }
        func place(_ rungs: [Rung]) -> Int { group.cells.firstIndex { $0.spec == rungs[0].cell.spec } ?? group.cells.count }
        let all = (exact.filter { $0.count > 1 } + joined + single).sorted { place($0) < place($1) }
        let firsts = all.map { $0[0].cell.spec }
        return all.map { own in
            let spec = own[0].cell.spec
            let alike = firsts.filter { $0.method == spec.method && $0.rank == spec.rank && $0.training.memory == spec.training.memory && $0.model == spec.model }
            let isJoined = Set(own.map { settings($0.cell.spec, besides: []) }).count > 1
            return BudgetLadder(own, among: alike, isJoined: isJoined)
        }
    }

    private init(_ rungs: [Rung], among alike: [RunSpec], isJoined: Bool) {
        let sorted = rungs.sorted { $0.tokens < $1.tokens }
        self.rungs = sorted.indices.filter { $0 == 0 || sorted[$0].tokens > sorted[$0 - 1].tokens }.map { sorted[$0] }
        let spec = Self.leveled(rungs[0].cell.spec)
        let words = CellDistinction.words(spec, spec.training, among: alike.map { (Self.leveled($0), $0.training) })
            // Rates that change from rung to rung are no name of the ladder.
            .filter { word in !isJoined || !["lr ", "weight_decay ", "groups."].contains { word.hasPrefix($0) } }
        label = [spec.method, spec.rank.map { "r=\($0)" }, words.isEmpty ? nil : "(\(words.joined(separator: ", ")))"].compactMap(\.self).joined(separator: " ")
    }

    // MARK: What cells have in common

    private static let ratePrefixes = ["training.lr", "training.weight_decay", "training.groups."]

    private static func grouped(_ rungs: [Rung], by key: (Rung) -> [String: String]) -> [[Rung]] {
        let keys = rungs.map(key)
        return MarkdownText.distinct(keys).map { wanted in zip(keys, rungs).filter { $0.0 == wanted }.map(\.1) }
    }

    /// Without what a budget changes.
    private static func leveled(_ spec: RunSpec) -> RunSpec {
        var spec = spec
        (spec.seed, spec.training.steps, spec.training.warmupSteps, spec.evaluation.every) = (0, 1, 0, 0)
        (spec.data.trainRows, spec.data.trainTargets) = (nil, nil)
        return spec
    }

    private static func settings(_ spec: RunSpec, besides: [String]) -> [String: String] {
        // Why a shape was picked is no part of what it is.
        SpecFields(leveled(spec)).values.filter { field in !(besides + ["model.match"]).contains { field.key.hasPrefix($0) } }
    }
}

extension BudgetLadder.Rung {
    /// `nil` where no run of the cell finished.
    fileprivate init?(_ cell: ReportCell) {
        guard cell.evalLoss != nil, let tokens = cell.summary({ Double($0.tokens) })?.mean, tokens > 0 else { return nil }
        self.init(cell: cell, tokens: tokens)
    }

    /// For the fit.
    var data: EffectiveData.Rung { EffectiveData.Rung(tokens: tokens, losses: cell.lossesBySeed) }
}
