import Foundation
import SLData
import SLSpec
import Testing

@Suite("Tokenizers")
struct TokenizerTests {
    @Test("bytes: every byte of a text comes back, ids are byte + 3")
    func bytesRoundTrip() throws {
        let tokenizer = ByteTokenizer()
        let text = "Zwölf Boxkämpfer\n\tjagen 😀\u{0}"
        let ids = try tokenizer.encode(text)
        #expect(ids == text.utf8.map { Int32($0) + 3 })
        #expect(try tokenizer.decode(ids) == text)
        #expect(try tokenizer.decode([0] + ids + [1]) == text)
        #expect(tokenizer.vocabularySize == 259)
        #expect(dataError { _ = try tokenizer.decode([259]) }?.problem.contains("259") == true)
    }

    @Test("sentencepiece:N is trained on the training part, with T5's special ids, and gives back what it is given")
    func trainedRoundTrip() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 60_000), "prose.txt")
        let data = try place.prepare(corpus, tokenizer: "sentencepiece:320")
        let file = try #require(data.tokenizerFile)
        let tokenizer = try SentencePieceTokenizer(file: file.path)
        #expect(tokenizer.vocabularySize == 320)
        #expect(tokenizer.endOfSequence == 1)
        #expect(tokenizer.padding == 0)
        #expect(tokenizer.sha256 == data.identity.tokenizerSHA256)
        #expect(data.identity.tokenizer == "sentencepiece:320")

        let text = "the river carries a 漢字 and a 😀 beyond the bridge."
        let ids = try tokenizer.encode(text)
        #expect(try tokenizer.decode(ids) == text, "characters that were never seen go through bytes")
        #expect(!ids.contains(2), "nothing is unknown")
        #expect(ids.count < text.utf8.count)
        #expect(dataError { _ = try tokenizer.decode([320]) }?.problem.contains("320") == true)

        let spelled = try tokenizer.spell(text)
        let ends = spelled.ends
        #expect(spelled.ids == ids)
        #expect(spelled.bytes.reduce(0, +) == text.utf8.count)
        #expect(ends.last == text.utf8.count)
        #expect(zip(ends, ends.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test("a model trained twice on the same text is the same file, wherever the text lies")
    func trainingRepeats() throws {
        let text = prose(bytes: 40_000)
        let hashes = try ["a.txt", "deeper/b.txt"].map { name in
            let place = try Workplace()
            defer { place.remove() }
            return try place.prepare(try place.write(text, name), tokenizer: "sentencepiece:320").identity.tokenizerSHA256
        }
        #expect(hashes[0] == hashes[1])
    }

    @Test("a tokenizer sees the training part only")
    func trainedOnTrainingPart() throws {
        let place = try Workplace()
        defer { place.remove() }
        // The last tenth is held out; only there is a word in another script.
        let text = prose(bytes: 40_000)
        let tail = String(repeating: "жжж жжжж the river\n", count: 40)
        let data = try place.prepare(try place.write(text + tail, "t.txt"), tokenizer: "sentencepiece:300")
        let file = try #require(data.tokenizerFile)
        let held = try documents(data.validation, try SentencePieceTokenizer(file: file.path)).joined()
        #expect(held.contains("жжж"))
        #expect(try SentencePieceTokenizer(file: file.path).encode("ж").count >= 2, "two bytes, no piece of its own")
    }

    @Test("a text with fewer pieces than asked for gives a smaller vocabulary and says so; too few for its characters is an error")
    func vocabularySizes() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 20_000), "small.txt")
        var said: [String] = []
        let data = try place.prepare(corpus, tokenizer: "sentencepiece:20000") { said.append($0) }
        let size = data.identity.vocabularySize
        #expect(size > 300 && size < 20_000)
        #expect(said.contains { $0.contains("\(size)") && $0.contains("20000") })
        #expect(try data.train.checkTokens(vocabularySize: size).isEmpty == false)
        let error = try #require(dataError { _ = try place.prepare(corpus, tokenizer: "sentencepiece:100") })
        #expect(error.problem.contains("100") && error.problem.contains("special pieces"))
    }

    @Test("a tokenizer larger than the model's vocabulary is refused with both numbers", arguments: ["bytes", "sentencepiece:320"])
    func vocabularyDoesNotFit(_ tokenizer: String) throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 30_000), "prose.txt")
        let size = tokenizer == "bytes" ? "259" : "320"
        let error = try #require(dataError { _ = try place.prepare(corpus, tokenizer: tokenizer, vocabularySize: 256) })
        #expect(error.problem.contains(size) && error.problem.contains("256"))
        #expect(try place.prepare(corpus, tokenizer: tokenizer, vocabularySize: 320).identity.vocabularySize == Int(size))
    }

    @Test("what isn't a tokenizer says so")
    func badTokenizers() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 30_000), "prose.txt")
        let garbage = try place.write("this is no model", "garbage.model")
        let empty = try place.write("", "empty.model")
        #expect(dataError { _ = try place.prepare(corpus, tokenizer: garbage) }?.problem.contains("not a SentencePiece model") == true)
        #expect(dataError { _ = try place.prepare(corpus, tokenizer: empty) }?.problem.contains("empty") == true)
        #expect(dataError { _ = try place.prepare(corpus, tokenizer: "nowhere.model") }?.isMissingFile == true)
        for bad in ["sentencepiece", "sentencepiece:", "sentencepiece:many", "sentencepiece:0", "sentencepiece:-5"] {
            #expect(dataError { _ = try place.prepare(corpus, tokenizer: bad) }?.problem.contains("number") == true)
        }
    }

    @Test("a model file from elsewhere is used as it is")
    func givenModel() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 40_000), "prose.txt")
        let trained = try place.prepare(corpus, tokenizer: "sentencepiece:320")
        let copy = place.folder.appendingPathComponent("spiece.model")
        try FileManager.default.copyItem(at: try #require(trained.tokenizerFile), to: copy)
        let given = try place.prepare(corpus, tokenizer: copy.path)
        #expect(given.identity.tokenizer == "spiece.model")
        #expect(given.identity.tokenizerSHA256 == trained.identity.tokenizerSHA256)
        #expect(given.train[0..<given.train.count] == trained.train[0..<trained.train.count])
    }
}
