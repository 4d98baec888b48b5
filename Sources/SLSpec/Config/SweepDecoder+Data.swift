/// The key `data`: which text, and how it becomes tokens.
extension SweepDecoder {
    func data(_ value: JSONValue?) -> DataSpec {
        var spec = DataSpec()
        guard let value, members(value, of: DataKeys.section) != nil else { return spec }
        if let corpus = read(DataKeys.corpus, in: value)?.text { spec.corpus = corpus }
        spec.validation = read(DataKeys.validation, in: value)?.text
        spec.test = read(DataKeys.test, in: value)?.text
        spec.exclude = texts(DataKeys.exclude, in: value) ?? []
        if let passes = read(DataKeys.maxPasses, in: value)?.real { spec.maxPasses = passes }
        if let name = read(DataKeys.tokenizer, in: value)?.text { spec.tokenizer = tokenizer(name) }
        if let packing = read(DataKeys.packing, in: value)?.text.flatMap({ DataSpec.Packing(rawValue: $0) }) { spec.packing = packing }
        // Ids that another program made have a tokenizer only when somebody says which.
        if value[DataKeys.tokenizer] == nil, spec.corpus.lowercased().hasSuffix(".bin") { spec.tokenizer = DataSpec.noTokenizer }
        switch read(DataKeys.skipMalformed, in: value) {
        case .bool(let isAllowed)?: spec.skipMalformed = isAllowed ? .max : 0
        case .integer(let most)?: spec.skipMalformed = most
        default: break
        }
        if let allows = read(DataKeys.allowsUnknown, in: value)?.bool { spec.allowsUnknown = allows }
        return spec
    }

    /// A list of texts, no two the same; reports what else is given.
    func texts(_ key: ConfigKey, in object: JSONValue) -> [String]? {
        guard let given = object[key] else { return nil }
        guard case .array(let values) = given else {
            reader.report(key.path, "\(given.text) given", allowed: key.refusal ?? "a list of texts")
            return nil
        }
        var known: Set<String> = []
        return values.enumerated().compactMap { index, value in
            let place = "\(key.path)[\(index)]"
            guard let text = reader.text(value, at: place) else { return nil }
            guard known.insert(text).inserted else {
                reader.report(place, "\"\(text)\" given twice", allowed: "every name once")
                return nil
            }
            return text
        }
    }

    /// The same, where nobody names a tokenizer, with one that has as many pieces as the smallest vocabulary of the models; those of the
    /// published shapes at most.
    func fitting(_ data: DataSpec, _ given: JSONValue?, to models: [ModelShape]) -> DataSpec {
        guard given == nil, data.tokenizer != DataSpec.noTokenizer, let least = models.map(\.vocabularySize).min(), (300..<32_000).contains(least) else { return data }
        var data = data
        data.tokenizer = "\(Self.trained)\(least)"
        return data
    }

    private static let trained = "sentencepiece:"

    /// A tokenizer's name, or the path of its file; reports one whose size can't be trained.
    private func tokenizer(_ name: String) -> String {
        let isTrained = name == "sentencepiece" || name.hasPrefix(Self.trained)
        let size = name.hasPrefix(Self.trained) ? Int(name.dropFirst(Self.trained.count)) : nil
        if isTrained, !(300...1_000_000).contains(size ?? 0) {
            reader.report(
                DataKeys.tokenizer.path, "\"\(name)\" given",
                allowed: "\"sentencepiece:N\" with N from 300 (256 bytes and the special pieces come first) to 1000000, "
                    + "\"bytes\", \"none\" for a corpus of tokens, or the path of a .model file")
        }
        return isTrained || name == "bytes" || name == DataSpec.noTokenizer ? name : path(name, at: DataKeys.tokenizer.path)
    }
}
