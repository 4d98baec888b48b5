import Foundation

/// The key `tuning`, and `tune` in a method's object.
extension SweepDecoder {
    /// - Parameters:
    ///   - tuned: what makes the sweep's cells, those of `include` too.
    ///   - cells: the sweep's, of which each is tuned once for all seeds.
    func tuning(
        _ value: JSONValue, _ tuned: [(ModelShape, MethodEntry)], of cells: [CellDraft], _ base: [String: OptionValue]
    ) -> TuningPlan? {
        guard members(value, of: TuningKeys.section) != nil else { return nil }
        let entries = tuned.map(\.1)
        // A seed that is named twice is one run, and counts once in the mean.
        let seeds = seeds(TuningKeys.seeds, in: value).reduce(into: [UInt64]()) { seeds, seed in
            if !seeds.contains(seed) { seeds.append(seed) }
        }
        for seed in Set(seeds).intersection(cells.map(\.seed)).sorted() {
            reader.report(
                TuningKeys.seeds.path, "\(seed) is a seed of the sweep too", allowed: "seeds that the sweep does not run",
                hint: "a choice made on a seed can't be reported on it")
        }
        let steps = read(TuningKeys.steps, in: value)
        let search = read(TuningKeys.search, in: value)?.text.flatMap(TuningPlan.Search.init) ?? .grid
        guard search == .grid else {
            return self.search(value, tuned, of: cells, base, TuningPlan(search: search, seeds: seeds, cells: []), steps: steps?.integer)
        }
        for key in TuningKeys.ofSearch where value[key] != nil {
            reader.report(key.path, "has no effect on a grid", allowed: "\"search\": \"coordinate_descent\" or \"successive_halving\" beside it")
        }
        guard let rates = sharedGrid(value, isNeeded: entries.contains { $0.tune.isEmpty }) else { return nil }
        // Every method tries the same factors of the same groups.
        let groups = TuningKeys.groups
        let factors = value[groups].map { component(.init(key: groups.name, value: $0), at: groups.path) } ?? []
        func shared(_ draft: CellDraft) -> [Swept] { rates(draft) + factors }
        for entry in entries where entry.tune.isEmpty {
            for factor in factors where entry.sweeps(factor.key) {
                reader.report("\(entry.path).\(factor.key)", "is swept, and tuned too", allowed: "one of the two")
            }
        }
        for entry in entries where entry.tune.isEmpty && entry.sweeps("lr") {
            reader.report("\(entry.path).lr", "is swept, and tuned too", allowed: "one of the two")
        }
        let known = Set(cells.map { $0.with(seed: 0) })
        var plan = TuningPlan(seeds: seeds, cells: [])
        for (model, entry) in tuned {
            for combination in entry.combinations {
                let draft = draft(model, entry, combination, base, cells.first?.evaluation ?? EvaluationSpec())
                guard known.contains(draft), !plan.cells.contains(where: { $0.draft == draft }) else { continue }
                let grid = entry.tune.isEmpty ? shared(draft) : own(entry)
                let trials = trials(grid, model, entry, combination, base, draft.evaluation, steps)
                let distinct = Self.distinct(trials)
                plan.duplicates += trials.count - distinct.count
                plan.cells.append(.init(draft: draft, trials: distinct))
            }
        }
        checkEqualTerms(plan)
        return plan
    }

    /// Trials that are the same run, or choose the same cell, are one however they are written: 0.01 and 1e-2, a factor and the
    /// rate that it makes, a warm-up in updates and as a share. The first stands.
    private static func distinct(_ trials: [TuningPlan.Trial]) -> [TuningPlan.Trial] {
        trials.reduce(into: []) { distinct, trial in
            if !distinct.contains(where: { $0.draft == trial.draft || $0.final == trial.final }) { distinct.append(trial) }
        }
    }

    /// What every cell tries that has no `tune` of its own, as a function of the cell.
    private func sharedGrid(_ value: JSONValue, isNeeded: Bool) -> ((CellDraft) -> [Swept])? {
        let (rates, factors) = (value[TuningKeys.learningRates], value[TuningKeys.learningRateFactors])
        guard (rates == nil) != (factors == nil) || (!isNeeded && rates == nil) else {
            reader.report(
                TuningKeys.section.name, rates == nil ? "neither lr nor lr_factors" : "lr and lr_factors",
                allowed: "one of the two, e.g. {\"lr_factors\": [0.5, 1, 2]}")
            return nil
        }
        if rates != nil {
            let given = values(of: TuningKeys.learningRates, in: value)
            return { _ in [("lr", given.map { ["lr": $0] })] }
        }
        let given = values(of: TuningKeys.learningRateFactors, in: value)
        return { draft in
            [("lr", given.compactMap(\.real).map { ["lr": .real(Self.rounded($0 * draft.training.learningRate))] })]
        }
    }

    /// To six digits: 0.009 and not 0.009000000000000001.
    private static func rounded(_ value: Double) -> Double { Double(String(format: "%.6g", value)) ?? value }

    private func trials(
        _ grid: [Swept], _ model: ModelShape, _ entry: MethodEntry, _ combination: [String: OptionValue],
        _ base: [String: OptionValue], _ evaluation: EvaluationSpec, _ steps: OptionValue?
    ) -> [TuningPlan.Trial] {
        let choices = grid.reduce([[:]] as [[String: OptionValue]]) { partial, axis in
            partial.flatMap { chosen in axis.choices.map { chosen.merging($0) { $1 } } }
        }
        // A trial is looked at once, at its end.
        var atTheEnd = evaluation
        atTheEnd.every = 0
        return choices.map { values in
            let chosen = Self.merge(values, over: combination)
            var short = chosen
            if let steps {
                for key in TrainingKeys.budgets { short[key] = nil }
                short["steps"] = steps
            }
            return TuningPlan.Trial(
                values: values, draft: draft(model, entry, short, base, atTheEnd), final: draft(model, entry, chosen, base, evaluation))
        }
    }

    /// The same number of trials for every cell: a method that was tried more often has the better chance.
    private func checkEqualTerms(_ plan: TuningPlan) {
        let counts = Set(plan.cells.map(\.trials.count))
        guard counts.count > 1, let most = counts.max() else { return }
        for path in Set(plan.cells.filter { $0.trials.count < most }.map(\.draft.origin)).sorted() {
            let own = plan.cells.first { $0.draft.origin == path }?.trials.count ?? 0
            reader.report("\(path).tune", "\(own) trials, \(most) for other cells", allowed: "the same number of trials for every cell",
                hint: plan.duplicates > 0 ? "trials that are named twice count once" : nil)
        }
    }

    /// A method's own grid, of which every value is written down.
    private func own(_ entry: MethodEntry) -> [Swept] {
        entry.tune.compactMap { one in
            if case .list(let choices) = one.grid { return (one.key, choices) }
            reader.report(one.path, "a range given", allowed: "a list of values", hint: "a range is for a search: \"search\": \"coordinate_descent\" in \"tuning\"")
            return nil
        }
    }

    func refuseTuneWithoutTuning(_ entries: [MethodEntry]) {
        for entry in entries where !entry.tune.isEmpty {
            reader.report(
                "\(entry.path).tune", "there is no \"tuning\"", allowed: "\"tuning\" at the top level",
                hint: "e.g. \"tuning\": {\"seeds\": [1000], \"lr_factors\": [0.5, 1, 2]}")
        }
    }
}
