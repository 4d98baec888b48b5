public import SLSpec

/// What is known of a run's text, in sentences for a plan, a report and a check.
public struct DataWords: Sendable {
    /// More passes over a text than this are many: up to here repeated text was found to be worth almost as much as new
    /// (Muennighoff et al. 2023, arXiv:2305.16264).
    public static let manyPasses = DataSpec.standardMaxPasses

    private let record: DataRecord

    public init(_ record: DataRecord) { self.record = record }

    /// What the text is like, whether or not anything is wrong with it.
    public var facts: [String] {
        [
            "Training part \(Self.size(record.training)), validation part \(Self.size(record.validation)).", kept, shared,
            record.trainingPasses.map { "\($0 < 0.005 ? "below 0.01" : NumberFormat.fixed($0, decimals: 2)) passes over the training part." },
        ].compactMap(\.self) + texts.map { Self.textFact($0) }
    }

    /// What weakens the figures that rest on the text.
    public var concerns: [String] {
        [sharedConcern, passesConcern, lossConcern("training", record.training), lossConcern("validation", record.validation)].compactMap(\.self)
            + texts.flatMap { textConcerns($0) }
    }

    private var texts: [DataRecord.Text] { record.texts ?? [] }

    private static func textName(_ text: DataRecord.Text) -> String {
        text.kind == .test ? "test text" : "held-out corpus \(text.corpus)"
    }

    private static func sharedWords(_ text: DataRecord.Text) -> String? {
        text.sharedRecords.map { shared in "\(shared)\(text.records.map { " of \($0)" } ?? "") of its passages stand in the training text too" }
    }

    private static func textFact(_ text: DataRecord.Text) -> String {
        SeedEvidence.capitalized(textName(text)) + ": \(size(text.part))" + (sharedWords(text).map { "; \($0)." } ?? ".")
    }

    private func textConcerns(_ text: DataRecord.Text) -> [String] {
        var concerns: [String] = []
        if (text.sharedRecords ?? 0) > 0, let words = Self.sharedWords(text) {
            let tokens = text.sharedTargets.map { $0 == 0 ? ", with none of the evaluated tokens" : ", with \($0) of the evaluated tokens" } ?? ""
            concerns.append("\(Self.textName(text)): \(words), at least half of each word for word\(tokens).")
        }
        if let concern = lossConcern(text.kind == .test ? "test" : "held-out", text.part) { concerns.append(concern) }
        return concerns
    }

    /// What the test text is, as a reader of losses must know it; continues "on".
    package static func testText(_ records: [DataRecord?]) -> String {
        let tests = records.map { record in record?.texts?.first { $0.kind == .test } }
        let known = tests.compactMap(\.self).filter { $0.sharedRecords != nil }
        guard known.count == tests.count, !tests.isEmpty else {
            return "the test text (whether any of it stands in the training text too was not counted for every run)"
        }
        let shared = MarkdownText.distinct(known.filter { ($0.sharedRecords ?? 0) > 0 }.map { "\($0.sharedRecords ?? 0)\($0.records.map { " of \($0)" } ?? "")" })
        guard !shared.isEmpty else { return "test text, of which no passage was found in the training text" }
        return "test text, **of which \(MarkdownText.joined(shared)) passages stand in the training text too**"
    }

    /// Where the evaluated text comes from, as a reader of losses must know it; continues "on".
    package static func evaluatedText(_ records: [DataRecord?]) -> String {
        let known = records.compactMap(\.self).filter { $0.sharedRecords != nil }
        guard known.count == records.count, !records.isEmpty else {
            return "the validation text (whether any of it stands in the training text too was not counted for every run)"
        }
        let shared = MarkdownText.distinct(known.filter { ($0.sharedRecords ?? 0) > 0 }.map { Self.count($0) })
        guard !shared.isEmpty else { return "validation text, of which no passage was found in the training text" }
        return "validation text, **of which \(MarkdownText.joined(shared)) passages stand in the training text too**"
    }

    private static func size(_ part: DataRecord.Part) -> String {
        "\(NumberFormat.tokens(part.tokens)) tokens" + (part.bytes > 0 ? " of \(NumberFormat.tokens(part.bytes)) bytes of text" : "")
    }

    private static func count(_ record: DataRecord) -> String {
        "\(record.sharedRecords ?? 0)" + (record.validationRecords.map { " of \($0)" } ?? "")
    }

    private var parts: [(name: String, part: DataRecord.Part)] { [("training", record.training), ("validation", record.validation)] }

    /// What the tokens keep of the text; `nil` where nobody counted.
    private var kept: String? {
        let counted = parts.filter { $0.part.droppedBytes != nil || $0.part.unknownTokens != nil }
        guard !counted.isEmpty else { return nil }
        let lossy = counted.filter { ($0.part.droppedBytes ?? 0) > 0 || ($0.part.unknownTokens ?? 0) > 0 }
        guard !lossy.isEmpty else { return "The tokens give back every byte of the text." }
        return lossy.map { name, part in
            "Of the \(name) text the tokens do not give back \(NumberFormat.tokens(part.droppedBytes)) bytes (\(Self.percent(part.droppedShare))); "
                + "\(part.unknownTokens ?? 0) of its tokens (\(Self.percent(part.unknownShare))) are unknown."
        }.joined(separator: " ")
    }

    private var shared: String? {
        guard record.sharedRecords != nil else { return nil }
        return "\(Self.count(record)) validation passages stand in the training text too\(evaluatedShare)."
    }

    /// The evaluation set may be a small part of the validation part.
    private var evaluatedShare: String {
        guard let targets = record.sharedTargets, (record.sharedRecords ?? 0) > 0 else { return "" }
        return targets == 0 ? ", with none of the evaluated tokens" : ", with \(targets) of the evaluated tokens"
    }

    private var sharedConcern: String? {
        guard let shared = record.sharedRecords, shared > 0 else { return nil }
        let words = "\(Self.count(record)) validation passages stand in the training text too, at least half of each word for word\(evaluatedShare)"
        return words + (record.sharedTargets == 0 ? "; more of them may be evaluated with another evaluation set." : ": losses are partly those of text that was trained on.")
    }

    private var passesConcern: String? {
        guard let passes = record.trainingPasses, passes > Self.manyPasses else { return nil }
        return "\(NumberFormat.fixed(passes, decimals: 1)) passes over a training text of \(NumberFormat.tokens(record.training.tokens)) tokens: "
            + "beyond about \(NumberFormat.general(Self.manyPasses)) repeated text is worth less than new, and what is learnt by heart helps no other text."
    }

    private func lossConcern(_ name: String, _ part: DataRecord.Part) -> String? {
        let unknown = part.unknownTokens ?? 0
        guard (part.droppedBytes ?? 0) > 0 || unknown > 0 else { return nil }
        let words = unknown > 0 ? ", and \(Self.percent(part.unknownShare)) of its tokens are unknown" : ""
        return "the tokenizer loses \(Self.percent(part.droppedShare)) of the \(name) text\(words): losses and bits per byte are those of what is left, "
            + "and compare with no other tokenizer's."
    }

    /// A share in percent that is never rounded to nothing.
    private static func percent(_ share: Double?) -> String {
        guard let share, share > 0, share < 0.0005 else { return NumberFormat.share(share) }
        return "below 0.1 %"
    }
}
