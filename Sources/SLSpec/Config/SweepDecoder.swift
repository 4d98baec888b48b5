import Foundation

/// From a config's tree to a `SweepConfig`: names, types and ranges first, then what depends on the model, cell by cell.
struct SweepDecoder {
    let reader: ConfigReader
    let catalog: [MethodDescriptor]
    let folder: URL

    static let topKeys = [
        "$schema", "description", "name", "schema_version", "model", "methods", "seeds", "data", "training", "evaluation", "database",
        "report", "threads",
    ]

    /// - Returns: `nil` when something essential is missing; the reader knows what.
    func decode(_ tree: JSONValue, stem: String) -> SweepConfig? {
        guard let members = reader.members(tree, at: "") else { return nil }
        reader.refuseUnknown(members, known: Self.topKeys, at: "") { key in
            TrainingKeys.names.contains(key) ? "'\(key)' belongs inside \"training\"" : nil
        }
        if let version = tree["schema_version"], version != .integer(1) {
            reader.report("schema_version", "\(version.text) given", allowed: "1")
        }
        let name = tree["name"].flatMap { sweepName($0) } ?? stem
        let models = models(tree["model"])
        let base = tree["training"].map { values($0, known: TrainingKeys.all, at: "training") } ?? [:]
        let entries = methods(tree["methods"])
        let seeds = seeds(tree["seeds"])
        let data = data(tree["data"])
        let evaluation = evaluation(tree["evaluation"])
        let threads = tree["threads"].flatMap { value -> Int? in
            if case .integer(let count) = value, (1...1024).contains(count) { return count }
            reader.report("threads", "\(value.text) given", allowed: "a whole number from 1 to 1024")
            return nil
        }
        let database = tree["database"].flatMap { reader.text($0, at: "database") }
        let report = tree["report"].flatMap { reader.text($0, at: "report") }
        guard let models, let entries, !seeds.isEmpty else { return nil }
        var cells: [CellDraft] = []
        var seen: Set<CellDraft> = []
        var duplicates = 0
        for model in models {
            for entry in entries {
                for combination in entry.combinations {
                    guard let draft = draft(model, entry, combination, base, evaluation) else { continue }
                    for seed in seeds {
                        var cell = draft
                        cell.seed = seed
                        if seen.insert(cell).inserted { cells.append(cell) } else { duplicates += 1 }
                    }
                }
            }
        }
        return SweepConfig(
            name: name, data: data, evaluation: evaluation, database: database, report: report, threads: threads, cells: cells,
            duplicates: duplicates)
    }

    private func sweepName(_ value: JSONValue) -> String? {
        guard let name = reader.text(value, at: "name") else { return nil }
        if name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) { return name }
        reader.report("name", "\"\(name)\" given", allowed: "letters, digits, '-', '_' and '.'")
        return nil
    }

    /// Members of an object as option values; lists are refused here.
    private func values(_ value: JSONValue, known: [OptionDescriptor], at path: String) -> [String: OptionValue] {
        guard let members = reader.members(value, at: path) else { return [:] }
        reader.refuseUnknown(members, known: known.map(\.name), at: path) { authorsName($0, known) }
        var result: [String: OptionValue] = [:]
        for member in members {
            guard let descriptor = known.first(where: { $0.name == member.key }) else { continue }
            result[member.key] = reader.option(member.value, descriptor, at: reader.join(path, member.key))
        }
        if result["warmup_steps"] != nil, result["warmup_ratio"] != nil {
            reader.report(reader.join(path, "warmup_ratio"), "given beside warmup_steps", allowed: "one of the two")
        }
        return result
    }

    func authorsName(_ key: String, _ known: [OptionDescriptor]) -> String? {
        known.first { $0.authorsName?.split(separator: " / ").contains { $0 == key } ?? false }
            .map { "'\(key)' is the authors' name; here it is '\($0.name)'" }
    }

    // MARK: Shared parts

    private func seeds(_ value: JSONValue?) -> [UInt64] {
        guard let value else { return [1] }
        guard case .array(let values) = value, !values.isEmpty else {
            reader.report("seeds", "\(value.text) given", allowed: "a list of whole numbers from 0, e.g. [1, 2, 3]")
            return []
        }
        return values.enumerated().compactMap { index, value in
            if case .integer(let seed) = value, seed >= 0 { return UInt64(seed) }
            reader.report("seeds[\(index)]", "\(value.text) given", allowed: "a whole number from 0")
            return nil
        }
    }

    private func data(_ value: JSONValue?) -> DataSpec {
        var spec = DataSpec()
        guard let value, let members = reader.members(value, at: "data") else { return spec }
        reader.refuseUnknown(members, known: DataSpec.CodingKeys.allCases.map(\.rawValue), at: "data")
        if let corpus = value["corpus"].flatMap({ reader.text($0, at: "data.corpus") }) { spec.corpus = corpus }
        if let validation = value["validation"], validation != .null { spec.validation = reader.text(validation, at: "data.validation") }
        if let tokenizer = value["tokenizer"].flatMap({ reader.text($0, at: "data.tokenizer") }) {
            spec.tokenizer = tokenizer
            if tokenizer.hasPrefix("sentencepiece:"), !((Int(tokenizer.dropFirst(14)) ?? 0) >= 300) {
                reader.report(
                    "data.tokenizer", "\"\(tokenizer)\" given",
                    allowed: "\"sentencepiece:N\" with N from 300 (256 bytes and the special pieces come first), \"bytes\", or the path of a .model file")
            }
        }
        if let packing = value["packing"] {
            spec.packing = choice(packing, DataSpec.Packing.allCases, at: "data.packing") ?? spec.packing
        }
        return spec
    }

    private func evaluation(_ value: JSONValue?) -> EvaluationSpec {
        var spec = EvaluationSpec()
        guard let value, let members = reader.members(value, at: "evaluation") else { return spec }
        reader.refuseUnknown(members, known: EvaluationSpec.CodingKeys.allCases.map(\.rawValue), at: "evaluation")
        if let every = value["every"] {
            if case .integer(let steps) = every, steps >= 0 { spec.every = steps } else {
                reader.report("evaluation.every", "\(every.text) given", allowed: "a whole number of updates; 0 for the end only")
            }
        }
        if let tokens = value["tokens"] {
            if case .integer(let count) = tokens, count >= 1 { spec.tokens = count } else {
                reader.report("evaluation.tokens", "\(tokens.text) given", allowed: "a whole number from 1")
            }
        }
        if let mode = value["mode"] { spec.mode = choice(mode, EvaluationSpec.Mode.allCases, at: "evaluation.mode") ?? spec.mode }
        return spec
    }

    private func choice<Choice: RawRepresentable>(_ value: JSONValue, _ choices: [Choice], at path: String) -> Choice?
    where Choice.RawValue == String {
        if case .string(let text) = value, let choice = Choice(rawValue: text) { return choice }
        let names = choices.map(\.rawValue)
        var hint: String?
        if case .string(let text) = value { hint = NearestName.of(text, among: names).map { "did you mean \"\($0)\"?" } }
        reader.report(path, "\(value.text) given", allowed: names.map { "\"\($0)\"" }.joined(separator: ", "), hint: hint)
        return nil
    }
}
