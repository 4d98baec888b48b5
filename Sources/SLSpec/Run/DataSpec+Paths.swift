extension DataSpec {
    /// Corpora and tokenizers that are named, not pointed to.
    private static let names: Set<String> = ["bytes", noTokenizer, heldOutTest]

    private static func isName(_ text: String) -> Bool {
        names.contains(text) || CorpusName.isKnown(text) || text.hasPrefix("sentencepiece:")
    }

    /// The same with its paths changed.
    public func mappingPaths(_ change: (String) -> String) -> DataSpec {
        var result = self
        if !Self.isName(corpus) { result.corpus = change(corpus) }
        if !Self.isName(tokenizer) { result.tokenizer = change(tokenizer) }
        result.validation = validation.map { Self.isName($0) ? $0 : change($0) }
        result.test = test.map { Self.isName($0) ? $0 : change($0) }
        result.heldOut = heldOut.map { Self.isName($0) ? $0 : change($0) }
        return result
    }
}
