import SLSpec

/// A text that models are measured on besides the validation part, before it is read.
struct EvaluatedSource: Sendable {
    let kind: EvaluatedKind
    /// Its corpus, or the training corpus that it is a part of.
    let corpus: Corpus
    let digests: [SourceDigest]
    /// Of its files by content; `nil` for a part of the training corpus.
    let sha256: String?
    /// For people, and unique among the texts of its kind.
    private(set) var name: String

    /// The corpus where it has one of its own.
    var own: Corpus? { sha256 == nil ? nil : corpus }

    init(kind: EvaluatedKind, corpus: Corpus, digests: [SourceDigest], sha256: String) {
        self.kind = kind
        self.corpus = corpus
        self.digests = digests
        self.sha256 = sha256
        name = corpus.name
    }

    /// The part that is held out of the training corpus for the final test.
    init(partOf corpus: Corpus) {
        kind = .test
        self.corpus = corpus
        digests = []
        sha256 = nil
        name = corpus.name
    }

    /// Files in different folders may have one name, and results are told apart by it.
    static func named(_ texts: [EvaluatedSource]) -> [EvaluatedSource] {
        var seen: Set<String> = []
        return texts.map { text in
            var text = text
            var number = 1
            while !seen.insert("\(text.kind.rawValue) \(text.name)").inserted {
                number += 1
                text.name = "\(text.corpus.name) (\(number))"
            }
            return text
        }
    }
}
