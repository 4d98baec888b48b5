import Foundation

/// From a config's tree to a `SweepConfig`: names, types and ranges first, then what depends on the model, cell by cell.
struct SweepDecoder {
    let reader: ConfigReader
    let catalog: Catalog
    let folder: URL
    /// FLOPs of all updates of a cell whose rows have no padding; `nil` for one that no method can make.
    let work: (PredictionSpec) -> Double?
    /// Share of the positions of a cell's rows that are targets. Asked only for budgets that count targets.
    let targetShare: (PredictionSpec) -> Double

    /// A matter of the host: not part of any run's identity.
    static let threads = OptionDescriptor(
        name: "threads", domain: .integer(1...1024), help: "Threads of the whole program.", source: "host", defaultDescription: "all cores",
        defaultValue: { _ in .null })

    /// One for the whole sweep, so that its rows are averaged alike, and no cell's own. The published loops evaluate in the
    /// training's micro-batches, which are the training's batches where nothing is accumulated.
    static let evaluationBatch = OptionDescriptor(
        name: "batch_size", domain: .integer(1...Int(Int32.max)), help: "Sequences a batch whose mean counts once under galore-compat.",
        source: "github.com/jiaweizzhao/GaLore @2cc66f8, torchrun_main.py", defaultDescription: "the shared training.batch_size",
        defaultValue: { _ in .null })

    /// Of a config that names none.
    static let seeds: [UInt64] = [1]

    static let topKeys = [
        "$schema", "description", "name", "schema_version", "model", "predict", "methods", "include", "exclude", "seeds", "tuning", "data", "training",
        "evaluation", "checkpoint", "database", "report", "threads",
    ]

    /// - Returns: `nil` when something essential is missing; the reader knows what.
    func decode(_ tree: JSONValue, stem: String) -> SweepConfig? {
        guard let members = reader.members(tree, at: "") else { return nil }
        reader.refuseUnknown(members, known: Self.topKeys, at: "") { home(of: $0, not: "") }
        if let version = tree["schema_version"], version.whole != 1 {
            reader.report("schema_version", "\(version.text) given", allowed: "1")
        }
        let name = tree["name"].flatMap { reader.name($0, at: "name") } ?? stem
        let models = models(tree["model"], at: "model")
        let predicted = tree["predict"].map { self.predicted($0, beside: models) } ?? []
        let base = tree["training"].map(training) ?? [:]
        let entries = methods(tree["methods"])
        let seeds = seeds(tree["seeds"])
        let data = data(tree["data"])
        let evaluation = evaluation(tree["evaluation"], trainingBatch: base["batch_size"]?.integer)
        let checkpoint = tree["checkpoint"].map(checkpoint) ?? CheckpointPolicy()
        let threads = tree["threads"].flatMap { reader.option($0, Self.threads, at: "threads")?.integer }
        let database = tree["database"].flatMap { pathText($0, at: "database") }
        let report = tree["report"].flatMap { pathText($0, at: "report") }
        let (all, duplicates) = cells(models, entries, seeds: seeds, base, evaluation)
        let inclusions = tree["include"].map { self.inclusions($0, models, seeds: seeds) } ?? []
        let included = inclusions.flatMap { self.cells($0.models, [$0.entry], seeds: $0.seeds, base, evaluation).cells }
        let kept = excluding(tree["exclude"], from: all)
        let cells = kept + included.filter { !kept.contains($0) }
        let tuned = models.flatMap { model in entries.map { (model, $0) } } + inclusions.flatMap { one in one.models.map { ($0, one.entry) } }
        let tuning = tree["tuning"].flatMap { self.tuning($0, tuned, of: cells, base) }
        if tree["tuning"] == nil { refuseTuneWithoutTuning(tuned.map(\.1)) }
        let plans = predictedCells(predicted, entries, base, evaluation)
        guard !cells.isEmpty else { return nil }
        return SweepConfig(
            name: name, data: data, evaluation: evaluation, database: database, report: report, threads: threads, cells: cells,
            duplicates: duplicates, predicted: plans, checkpoint: checkpoint, tuning: tuning)
    }

    /// The shared training keys that are given.
    private func training(_ value: JSONValue) -> [String: OptionValue] {
        guard let members = reader.members(value, at: "training") else { return [:] }
        reader.refuseUnknown(members, known: TrainingKeys.names + Self.componentKeys, at: "training") {
            authorsName($0, TrainingKeys.all) ?? home(of: $0, not: "training")
        }
        var result: [String: OptionValue] = [:]
        for member in members {
            if Self.componentKeys.contains(member.key) {
                for swept in component(member, at: "training.\(member.key)") {
                    if swept.choices.count > 1 {
                        reader.report(
                            "training.\(swept.key)", "\(swept.choices.count) choices", allowed: "one",
                            hint: "a list is swept inside a method's object, not here")
                    }
                    result.merge(swept.choices.first ?? [:]) { $1 }
                }
                continue
            }
            guard let descriptor = TrainingKeys.descriptor(member.key) else { continue }
            var hint: String?
            if case .array = member.value { hint = "a list is swept inside a method's object, not here" }
            result[member.key] = reader.option(member.value, descriptor, at: "training.\(member.key)", hint: hint)
        }
        refuseTwoWarmups(Set(result.keys), at: "training")
        refuseTwoBudgets(Set(result.keys), at: "training")
        return result
    }

    // MARK: Shared parts

    func seeds(_ value: JSONValue?, at path: String = "seeds", otherwise: [UInt64] = Self.seeds) -> [UInt64] {
        guard let value else { return otherwise }
        guard case .array(let values) = value, !values.isEmpty else {
            reader.report(path, "\(value.text) given", allowed: "a list of whole numbers from 0, e.g. [1, 2, 3]")
            return otherwise
        }
        return values.enumerated().compactMap { index, value in
            reader.wholeNumber(value, 0...Int.max, at: "\(path)[\(index)]", allowed: "a whole number from 0").map { UInt64($0) }
        }
    }

    private func data(_ value: JSONValue?) -> DataSpec {
        var spec = DataSpec()
        guard let value, let members = reader.members(value, at: "data") else { return spec }
        reader.refuseUnknown(members, known: DataSpec.CodingKeys.allCases.map(\.rawValue), at: "data") { home(of: $0, not: "data") }
        if let corpus = value["corpus"].flatMap({ reader.text($0, at: "data.corpus") }) { spec.corpus = self.corpus(corpus, at: "data.corpus") }
        if let validation = value["validation"], validation != .null {
            spec.validation = reader.text(validation, at: "data.validation").map { corpus($0, at: "data.validation") }
        }
        if let tokenizer = value["tokenizer"].flatMap({ reader.text($0, at: "data.tokenizer") }) {
            let isFile = tokenizer != "bytes" && tokenizer != "sentencepiece" && !tokenizer.hasPrefix(Self.trained)
            spec.tokenizer = isFile ? path(tokenizer, at: "data.tokenizer") : tokenizer
            if tokenizer == "sentencepiece" || tokenizer.hasPrefix(Self.trained),
                !(300...1_000_000).contains(Self.trainedSize(tokenizer) ?? 0)
            {
                reader.report(
                    "data.tokenizer", "\"\(tokenizer)\" given",
                    allowed: "\"sentencepiece:N\" with N from 300 (256 bytes and the special pieces come first) to 1000000, "
                        + "\"bytes\", \"none\" for a corpus of tokens, or the path of a .model file")
            }
        }
        if let packing = value["packing"] {
            spec.packing = choice(packing, DataSpec.Packing.allCases, at: "data.packing") ?? spec.packing
        }
        // Ids that another program made have a tokenizer only when somebody says which.
        if value["tokenizer"] == nil, spec.corpus.lowercased().hasSuffix(".bin") { spec.tokenizer = DataSpec.noTokenizer }
        if let skipped = value["skip_malformed"] { spec.skipMalformed = skipMalformed(skipped) }
        if let unknown = value["allow_unknown"] {
            if case .bool(let allows) = unknown {
                spec.allowsUnknown = allows
            } else {
                reader.report("data.allow_unknown", "\(unknown.text) given", allowed: "true or false")
            }
        }
        return spec
    }

    private func skipMalformed(_ value: JSONValue) -> Int {
        switch value {
        case .bool(let isAllowed): return isAllowed ? .max : 0
        case .integer(let most) where most >= 0: return most
        default:
            reader.report(
                "data.skip_malformed", "\(value.text) given", allowed: "true, false, or how many records may be left out, a whole number from 0")
            return 0
        }
    }

    /// More than any text has, and few enough that sums stay exact.
    private static let mostTokens = 1_000_000_000_000_000
    private static let trained = "sentencepiece:"
    private static func trainedSize(_ tokenizer: String) -> Int? {
        tokenizer.hasPrefix(trained) ? Int(tokenizer.dropFirst(trained.count)) : nil
    }

    /// - Parameter trainingBatch: the shared one, where it is given.
    private func evaluation(_ value: JSONValue?, trainingBatch: Int?) -> EvaluationSpec {
        var spec = EvaluationSpec()
        guard let value, let members = reader.members(value, at: "evaluation") else { return spec }
        reader.refuseUnknown(members, known: EvaluationSpec.CodingKeys.allCases.map(\.rawValue), at: "evaluation") {
            $0 == "eval_every" ? "here it is 'every'" : home(of: $0, not: "evaluation")
        }
        if let every = value["every"] {
            let allowed = "a whole number of updates; 0 for the end only"
            spec.every = reader.wholeNumber(every, 0...Int(Int32.max), at: "evaluation.every", allowed: allowed) ?? spec.every
        }
        if let tokens = value["tokens"] {
            spec.tokens = reader.wholeNumber(tokens, 1...Self.mostTokens, at: "evaluation.tokens", allowed: "a whole number from 1 to 10^15") ?? spec.tokens
        }
        if let mode = value["mode"] { spec.mode = choice(mode, EvaluationSpec.Mode.allCases, at: "evaluation.mode") ?? spec.mode }
        let batch = value["batch_size"].flatMap { reader.option($0, Self.evaluationBatch, at: "evaluation.batch_size")?.integer }
        switch spec.mode {
        case .galoreCompat: spec.batchSize = batch ?? trainingBatch ?? TrainingKeys.standardBatchSize
        case .tokenWeighted where value["batch_size"] != nil && value["mode"].map { $0 == .string(spec.mode.rawValue) } ?? true:
            reader.report(
                "evaluation.batch_size", "has no effect with mode \"\(spec.mode.rawValue)\", whose mean is over tokens",
                allowed: "mode \"\(EvaluationSpec.Mode.galoreCompat.rawValue)\"")
        case .tokenWeighted: break
        }
        return spec
    }

    func choice<Choice: RawRepresentable>(_ value: JSONValue, _ choices: [Choice], at path: String) -> Choice?
    where Choice.RawValue == String {
        if case .string(let text) = value, let choice = Choice(rawValue: text) { return choice }
        let names = choices.map(\.rawValue)
        reader.report(
            path, "\(value.text) given", allowed: names.map { "\"\($0)\"" }.joined(separator: ", "),
            hint: NearestName.choice(value, among: names))
        return nil
    }
}
