/// From checked parts to runs.
extension SweepDecoder {
    /// A sweep above this is taken for a slip: a list too many, or a seed list that was meant as a count.
    static let mostCells = 10_000

    /// Every run in plan order, each once, and how often one was asked for again.
    ///
    /// - Parameter seeds: of entries that name none.
    func cells(
        _ models: [ModelShape], _ entries: [MethodEntry], among others: [MethodEntry], seeds: [UInt64], _ base: [String: OptionValue],
        _ evaluation: EvaluationSpec
    ) -> (cells: [CellDraft], duplicates: Int) {
        let count = Double(models.count) * entries.reduce(0) { $0 + $1.combinationCount * Double(($1.seeds ?? seeds).count) }
        guard count <= Double(Self.mostCells) else {
            let number = count < 1e15 ? String(Int(count)) : "more than 10^15"
            reader.report(
                TopKeys.methods.path, "the lists make \(number) runs", allowed: "at most \(Self.mostCells) runs a sweep", hint: "shorten the lists")
            return ([], 0)
        }
        var cells: [CellDraft] = []
        var seen: Set<CellDraft> = []
        var duplicates = 0
        for model in models {
            for entry in entries {
                let shapes = shapes(model, entry, among: others, base, evaluation)
                for (shape, combination) in shapes.flatMap({ shape in entry.combinations.map { (shape, $0) } }) {
                    let draft = draft(shape, entry, combination, base, evaluation)
                    for seed in entry.seeds ?? seeds {
                        var cell = draft
                        cell.seed = seed
                        if seen.insert(cell).inserted { cells.append(cell) } else { duplicates += 1 }
                    }
                }
            }
        }
        return (cells, duplicates)
    }

    /// Every cell that is only predicted, each once.
    func predictedCells(
        _ models: [ModelShape], _ entries: [MethodEntry], _ base: [String: OptionValue], _ evaluation: EvaluationSpec
    ) -> [CellDraft] {
        let count = Double(models.count) * entries.reduce(0) { $0 + $1.combinationCount / Double($1.ladder.count) }
        guard count <= Double(Self.mostCells) else {
            reader.report(
                TopKeys.predict.path, "the lists make more than \(Self.mostCells) cells", allowed: "at most \(Self.mostCells) cells",
                hint: "shorten the lists")
            return []
        }
        var seen: Set<CellDraft> = []
        return models.flatMap { model in
            entries.flatMap { entry in
                shapes(model, entry, among: entries, base, evaluation).flatMap { shape in
                    entry.combinationsOfOneBudget.map { draft(shape, entry, $0, base, evaluation) }
                }
            }
        }.filter { seen.insert($0).inserted }
    }

    /// Resolves one choice of values for one model and checks what depends on both.
    func draft(
        _ model: ModelShape, _ entry: MethodEntry, _ chosen: [String: OptionValue], _ base: [String: OptionValue],
        _ evaluation: EvaluationSpec
    ) -> CellDraft {
        // A shape that was picked beside a model is trained as that model is.
        let named = model.unmatched
        var resolved: [String: OptionValue] = [:]
        for option in entry.descriptor.options { resolved[option.name] = chosen[option.name] ?? option.defaultValue(named).canonical }
        // Options of an optimizer that an option names.
        for option in entry.descriptor.options where option.domain == .optimizer {
            for key in chosen.keys where key.hasPrefix(option.name + ".") { resolved[key] = chosen[key] }
        }
        resolved.merge(LayoutKeys.canonical(chosen, base: resolved)) { $1 }
        let options = MethodOptions(
            descriptor: entry.descriptor, model: model, given: MethodOptionGroup.effective(resolved, of: entry.descriptor.options))
        let own = chosen.filter { TrainingKeys.descriptor($0.key) != nil || Self.isComponentKey($0.key) }
        var given = Self.merge(own, over: base)
        // What a method says of its warm-up replaces the shared one, whichever of the two keys either used.
        if own["warmup_ratio"] != nil { given["warmup_steps"] = nil }
        // The same for its budget.
        if TrainingKeys.budgets.contains(where: { own[$0] != nil }) {
            for key in TrainingKeys.budgets where own[key] == nil { given[key] = nil }
        }
        let recipe = entry.descriptor.recipe(named)
        func resolve(_ values: [String: OptionValue]) -> TrainingSpec {
            TrainingKeys.resolve(values, recipe: recipe, model: named, shape: model, optimizers: catalog.optimizers, ranks: ranks)
        }
        let budgetless = PredictionSpec(
            model: model, method: entry.descriptor.name, options: options, training: resolve(given))
        let place = entry.hasOwnBudget ? entry.path : TrainingKeys.place
        let training = resolve(inSteps(given, budgetless, at: place))
        checkLayout(options, model, entry)
        checkRanks(options, model, entry)
        // A rung of the ladder is none of the method's own words.
        check(training, own.filter { $0.key != entry.ladderKey }, model, at: entry.path)
        return CellDraft(
            model: model, method: entry.descriptor.name, options: options, training: training, evaluation: evaluation, seed: 0,
            origin: entry.path)
    }

    private func check(_ training: TrainingSpec, _ own: [String: OptionValue], _ model: ModelShape, at path: String) {
        /// Where the first of the keys is that the method gives; else the shared one.
        func place(_ keys: String...) -> String { keys.first { own[$0] != nil }.map { "\(path).\($0)" } ?? "\(TrainingKeys.place).\(keys[0])" }
        if training.batchSize % training.gradientAccumulation != 0 {
            reader.report(
                place("gradient_accumulation", "batch_size"),
                "gradient_accumulation \(training.gradientAccumulation) does not divide batch_size \(training.batchSize)",
                allowed: "a divisor of batch_size")
        }
        checkMemory(training, own, at: path, place: place)
        checkShards(training, place: place)
        checkExchange(training, place: place)
        checkActivations(training, model, place: place)
        if training.warmupSteps > training.steps {
            reader.report(
                place("warmup_steps", "steps"), "warmup_steps \(training.warmupSteps) is more than steps \(training.steps)",
                allowed: "0 to \(training.steps)")
        }
        let (perStep, overflow) = training.batchSize.multipliedReportingOverflow(by: training.sequenceLength)
        if overflow || perStep > 1 << 28 {
            reader.report(
                place("batch_size", "sequence_length"), "\(training.batchSize) sequences of \(training.sequenceLength) tokens in an update",
                allowed: "at most 2^28 tokens")
        }
    }
}
