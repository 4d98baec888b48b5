/// The key `data`: which text, and how it becomes tokens.
extension SweepDecoder {
    func data(_ value: JSONValue?) -> DataSpec {
        var spec = DataSpec()
        guard let value, members(value, of: DataKeys.section) != nil else { return spec }
        if let corpus = read(DataKeys.corpus, in: value)?.text { spec.corpus = corpus }
        spec.validation = read(DataKeys.validation, in: value)?.text
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
