import Foundation
import SLData
import SLSpec
import Testing

/// Models as others publish them, which lose text by their own rules.
@Suite("Tokenizers that lose text")
struct LossyTokenizerTests {
    /// T5's rules: NFKC, runs of white space become one blank, a blank before the first word, no bytes.
    private static let t5 = "--normalization_rule_name=nmt_nfkc --byte_fallback=false"
    /// LLaMA's: text as it is, a blank before the first word, bytes.
    private static let llama = "--normalization_rule_name=identity --remove_extra_whitespaces=false --byte_fallback=true"

    private func model(_ rules: String, _ place: Workplace) throws -> String {
        var training = SentencePieceTraining(vocabularySize: 400)
        training.flags =
            "--model_type=unigram --vocab_size=400 --character_coverage=1.0 --pad_id=0 --eos_id=1 --unk_id=2 --bos_id=-1 "
            + "--hard_vocab_limit=false --num_threads=2 " + rules
        var lines = TrainingLines()
        let text = Array(prose(bytes: 60_000).utf8)
        lines.append(text.span)
        let url = place.folder.appendingPathComponent("foreign.model")
        try training.model(from: lines, place: "test").write(to: url)
        return url.path
    }

    private func lost(_ tokenizer: SentencePieceTokenizer, _ text: String) throws -> Int {
        let spelled = try tokenizer.spell(text)
        #expect(spelled.ids == (try tokenizer.encode(text)))
        #expect(spelled.ids.count == spelled.bytes.count)
        return text.utf8.count - spelled.bytes.reduce(0, +)
    }

    @Test("bytes that a normaliser drops or replaces are counted, byte by byte")
    func dropped() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokenizer = try SentencePieceTokenizer(file: try model(Self.t5, place))
        for (text, bytes) in [
            ("the river", 0), ("the  river", 1), ("the      river", 5), ("  the river", 2), ("the river   ", 3), ("the\nriver", 1),
            ("the\t\triver", 2), ("the \r\n river", 3), ("the \u{ff41} river", 3), ("the r\u{200b}iver", 3), ("   ", 3),
        ] {
            #expect(try lost(tokenizer, text) == bytes, "\(text.debugDescription)")
        }
    }

    @Test("a blank put before the first word is neither text nor loss")
    func dummyBlank() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokenizer = try SentencePieceTokenizer(file: try model(Self.llama, place))
        for text in ["the river", "  the   river ", "the\n\triver\r\n", "漢字 the \u{ff41}"] {
            #expect(try lost(tokenizer, text) == 0, "\(text.debugDescription)")
        }
    }

    @Test("what the vocabulary has no piece for is unknown, and given back by nothing")
    func unknown() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokenizer = try SentencePieceTokenizer(file: try model(Self.t5, place))
        let spelled = try tokenizer.spell("the длинный river")
        #expect(spelled.ids.contains(2))
        #expect(spelled.bytes.reduce(0, +) == "the  river".utf8.count)
    }

    @Test("text that the tokenizer doesn't know is refused, training or validation, in tokens or in bytes; and used when told to")
    func refused() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokenizer = try model(Self.t5, place)
        let known = try place.write(prose(bytes: 40_000), "known.txt")
        let cyrillic = try place.write(String(repeating: "длинная река течёт под мостом\n", count: 400), "cyrillic.txt")
        let dense = prose(bytes: 30_000, seed: 4) + String(repeating: "長", count: 4_000) + "\n"
        let sparse = try place.write(dense, "one-word.txt")
        func fails(_ corpus: String, _ validation: String?) -> DataError? {
            dataError { _ = try place.prepare(corpus, tokenizer: tokenizer, validation: validation) }
        }
        #expect(fails(cyrillic, nil)?.problem.contains("training text") == true)
        #expect(fails(cyrillic, nil)?.fix?.contains("allow_unknown") == true)
        #expect(fails(known, cyrillic)?.problem.contains("validation text") == true)
        #expect(fails(sparse, known) != nil, "one unknown id for a third of the text")
        #expect(fails(known, nil) == nil)
        let spec = DataSpec(corpus: cyrillic, tokenizer: tokenizer, allowsUnknown: true)
        let data = try DataPreparation.prepare(
            spec, sequenceLength: 32, modelVocabularySize: 32_000, directory: place.directory, progress: { _ in })
        #expect((data.facts.training.unknownShare ?? 0) > 0.3)
        #expect((data.facts.training.droppedShare ?? 0) > 0.8)
        #expect(try data.evaluationSet(sequenceLength: 32, targetTokens: 256).byteCount ?? .max < 256)
    }

    @Test("little unknown text is refused where it is what is evaluated")
    func evaluatedUnknown() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokenizer = try model(Self.t5, place)
        let held = "длинная река течёт под мостом\n" + prose(bytes: 30_000, seed: 5)
        let data = try place.prepare(
            try place.write(prose(bytes: 40_000), "known.txt"), tokenizer: tokenizer, validation: try place.write(held, "held.txt"))
        let error = dataError { _ = try data.record(evaluationTokens: 32) }
        #expect(error?.problem.contains("evaluated text") == true)
        #expect(try data.record(evaluationTokens: .max).validation.unknownTokens ?? 0 > 0)
    }

    @Test("dropped bytes of both parts are on record, in either packing")
    func recorded() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokenizer = try model(Self.t5, place)
        let wide = prose(bytes: 40_000).replacing("\n", with: " ").replacing(" ", with: "  ")
        let corpus = try place.write(try records((0..<200).map { String(wide.dropFirst(200 * $0).prefix(200)) }), "wide.jsonl")
        for packing in DataSpec.Packing.allCases {
            let facts = try place.prepare(corpus, tokenizer: tokenizer, packing: packing, sequenceLength: 24).facts
            for part in [facts.training, facts.validation] {
                #expect((part.droppedShare ?? 0) > 0.1 && (part.droppedShare ?? 0) < 0.25)
                #expect(part.unknownTokens == 0)
            }
        }
    }
}
