import Foundation

/// From a config's tree to a `SweepConfig`: names, types and ranges first, then what depends on the model, cell by cell.
struct SweepDecoder {
    let reader: ConfigReader
    let catalog: Catalog
    let folder: URL
    /// FLOPs of all updates of a cell whose rows have no padding; `nil` for one that no method can make.
    let work: (PredictionSpec) -> Double?
    /// How large a cell is; `nil` for one that no method can make. Asked only where shapes are picked to match.
    let measure: (MatchQuantity, PredictionSpec) -> Double?
    /// Share of the positions of a cell's rows that are targets. Asked only for budgets that count targets.
    let targetShare: (PredictionSpec) -> Double
    /// The config's: part of a run whose bits depend on them.
    private(set) var ranks = 1

    /// - Returns: `nil` when something essential is missing; the reader knows what.
    func decode(_ tree: JSONValue, stem: String) -> SweepConfig? {
        guard members(tree, of: .top) != nil else { return nil }
        var decoder = self
        decoder.ranks = read(TopKeys.ranks, in: tree)?.integer ?? 1
        return decoder.decodeMembers(tree, stem: stem)
    }

    private func decodeMembers(_ tree: JSONValue, stem: String) -> SweepConfig? {
        // There is one version, and no choice to make by it.
        _ = read(TopKeys.version, in: tree)
        let name = read(TopKeys.name, in: tree)?.text ?? stem
        let models = models(tree[TopKeys.model], at: TopKeys.model.path)
        let predicted = tree[TopKeys.predict].map { self.predicted($0, beside: models) } ?? []
        let (base, ladder) = tree[TopKeys.training].map(training) ?? ([:], [])
        let entries = methods(tree[TopKeys.methods]).map { $0.climbing(ladder) }
        let seeds = seeds(TopKeys.seeds, in: tree)
        var data = data(tree[TopKeys.data])
        let evaluation = evaluation(tree[TopKeys.evaluation], trainingBatch: base["batch_size"]?.integer, data: &data)
        let checkpoint = tree[TopKeys.checkpoint].map(checkpoint) ?? CheckpointPolicy()
        let probes = tree[TopKeys.probes].flatMap(probes)
        let evidence = tree[TopKeys.evidence].map(evidence) ?? EvidenceSpec()
        let slurm = tree[TopKeys.slurm].map(slurm)
        let threads = read(TopKeys.threads, in: tree)?.integer
        let database = read(TopKeys.database, in: tree)?.text
        let report = read(TopKeys.report, in: tree)?.text
        let (all, duplicates) = cells(models, entries, among: entries, seeds: seeds, base, evaluation)
        let inclusions = (tree[TopKeys.include].map { self.inclusions($0, models) } ?? []).map { one in
            (entry: one.entry.climbing(ladder), models: one.models)
        }
        refuseIdleScope(entries + inclusions.map(\.entry), shared: Set(base.keys).union(ladder.flatMap(\.keys)))
        let included = inclusions.flatMap { self.cells($0.models, [$0.entry], among: entries, seeds: seeds, base, evaluation).cells }
        let kept = excluding(tree[TopKeys.exclude], from: all)
        let cells = kept + included.filter { !kept.contains($0) }
        let tuned = models.flatMap { model in entries.map { (model, $0) } } + inclusions.flatMap { one in one.models.map { ($0, one.entry) } }
        let tuning = tree[TopKeys.tuning].flatMap { value in
            let shaped = tuned.flatMap { model, entry in shapes(model, entry, among: entries, base, evaluation).map { ($0, entry) } }
            return self.tuning(value, shaped, of: cells, base)
        }
        if tree[TopKeys.tuning] == nil { refuseTuneWithoutTuning(tuned.map(\.1)) }
        let plans = predictedCells(predicted, entries, base, evaluation)
        if probes != nil { refuseProbesOfSharedState(cells.map(\.training)) }
        checkRanks(ranks, cells.map(\.training))
        guard !cells.isEmpty else { return nil }
        return SweepConfig(
            name: name, data: fitting(data, tree[TopKeys.data]?[DataKeys.tokenizer], to: cells.map(\.model)), evaluation: evaluation, database: database, report: report, threads: threads, ranks: ranks, cells: cells,
            duplicates: duplicates, predicted: plans, checkpoint: checkpoint, probes: probes, tuning: tuning, evidence: evidence, slurm: slurm)
    }

    /// The shared training keys that are given, and the budgets where there are several.
    private func training(_ value: JSONValue) -> (base: [String: OptionValue], ladder: [[String: OptionValue]]) {
        let section = TrainingKeys.section
        guard let members = members(value, of: section, explain: { authorsName($0, TrainingKeys.all) }) else { return ([:], []) }
        var result: [String: OptionValue] = [:]
        var ladder: [[String: OptionValue]] = []
        for member in members {
            if Self.componentKeys.contains(member.key) {
                for swept in component(member, at: "\(section.name).\(member.key)") {
                    if swept.choices.count > 1 {
                        reader.report(
                            "\(section.name).\(swept.key)", "\(swept.choices.count) choices", allowed: "one",
                            hint: "a list is swept inside a method's object, not here")
                    }
                    result.merge(swept.choices.first ?? [:]) { $1 }
                }
                continue
            }
            guard let descriptor = TrainingKeys.descriptor(member.key) else { continue }
            if TrainingKeys.budgets.contains(member.key) {
                let budget = sharedBudget(member.value, descriptor, at: "\(section.name).\(member.key)")
                result[member.key] = budget.one
                ladder += budget.ladder
                continue
            }
            var hint: String?
            if case .array = member.value { hint = "a list is swept inside a method's object, not here" }
            result[member.key] = reader.option(member.value, descriptor, at: "\(section.name).\(member.key)", hint: hint)
        }
        refuseTwoWarmups(Set(result.keys), at: section.name)
        refuseTwoBudgets(Set(members.map(\.key)), at: section.name)
        return (result, ladder)
    }
}
