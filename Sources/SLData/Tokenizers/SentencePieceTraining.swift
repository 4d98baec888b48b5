import CSentencePiece
import Foundation
import SLSpec

/// Trains a SentencePiece model on lines of text.
package struct SentencePieceTraining: Sendable {
    package var vocabularySize: Int
    /// As spm_train's.
    package var flags: String

    package init(vocabularySize: Int) {
        self.vocabularySize = vocabularySize
        flags = Self.losslessFlags(vocabularySize: vocabularySize)
    }

    /// More text than this makes training slow and large (about 25 bytes of memory per byte) and the vocabulary little better.
    static let mostTextBytes = 32 << 20

    /// Unigram with T5's special ids. Nothing of a text is lost: no character is replaced by another, blanks stay where and
    /// as many as they are, none is put before the first word, and what has no piece goes through bytes. The library's longest
    /// sentence is 4192 bytes by default and longer ones would be dropped. A text that doesn't hold as many pieces as asked for
    /// gives a smaller vocabulary. Two threads whatever the machine: same text, same model.
    private static func losslessFlags(vocabularySize: Int) -> String {
        [
            "--model_type=unigram", "--vocab_size=\(vocabularySize)", "--character_coverage=0.9995", "--byte_fallback=true",
            "--pad_id=0", "--eos_id=1", "--unk_id=2", "--bos_id=-1", "--normalization_rule_name=identity", "--add_dummy_prefix=false",
            "--remove_extra_whitespaces=false", "--allow_whitespace_only_pieces=true",
            "--max_sentence_length=65536", "--hard_vocab_limit=false", "--num_threads=2",
        ].joined(separator: " ")
    }

    /// The model file's bytes. They hold no path and no date.
    ///
    /// - Parameter place: What messages call the text.
    /// - Throws: `DataError` when the vocabulary is too small for the characters of the text, or there is no text.
    package func model(from lines: TrainingLines, place: String) throws(DataError) -> Data {
        let cursor = Cursor(lines)
        var bytes: UnsafeMutableRawPointer?
        var count = 0
        var reason: UnsafeMutablePointer<CChar>?
        defer {
            slspm_release(bytes)
            slspm_release(reason)
        }
        let next: slspm_next_sentence = { context, text, count in
            guard let context else { return false }
            guard let line = Unmanaged<Cursor>.fromOpaque(context).takeUnretainedValue().next() else { return false }
            text?.pointee = line.baseAddress?.assumingMemoryBound(to: CChar.self)
            count?.pointee = line.count
            return true
        }
        let succeeded = withExtendedLifetime(cursor) {
            // Level 2 of the library's log: errors only, which come back as text anyway.
            slspm_train(flags + " --minloglevel=2", next, Unmanaged.passUnretained(cursor).toOpaque(), &bytes, &count, &reason)
        }
        guard succeeded, let bytes else {
            let detail = reason.map { SentencePieceMessage.clean($0) } ?? ""
            throw DataError(
                file: place,
                problem: "a SentencePiece tokenizer of \(vocabularySize) pieces can't be trained on this text"
                    + (detail.isEmpty ? "" : ": " + Self.inOurWords(detail)),
                fix: "choose another N in sentencepiece:N, or the tokenizer 'bytes'")
        }
        return Data(bytes: bytes, count: count)
    }

    /// The advice in the library's messages names its own flags.
    private static func inOurWords(_ detail: String) -> String {
        if detail.contains("smaller than required_chars"), let least = detail.range(of: " vs ") {
            return "its characters and the special pieces alone are \(detail[least.upperBound...].prefix(while: \.isNumber))"
        }
        return detail
    }

    private final class Cursor {
        private let lines: TrainingLines
        private let text: UnsafeMutableRawBufferPointer
        private var index = 0

        init(_ lines: TrainingLines) {
            self.lines = lines
            text = .allocate(byteCount: max(lines.text.count, 1), alignment: 1)
            text.copyBytes(from: lines.text)
        }

        deinit { text.deallocate() }

        func next() -> UnsafeRawBufferPointer? {
            guard index < lines.ranges.count else { return nil }
            defer { index += 1 }
            return UnsafeRawBufferPointer(rebasing: text[lines.ranges[index]])
        }
    }
}

/// The lines a tokenizer is trained on, in one buffer.
package struct TrainingLines: Sendable {
    private(set) var text: [UInt8] = []
    private(set) var ranges: [Range<Int>] = []

    /// Longer lines count as several: the library leaves out sentences that are longer than it was told, without a word.
    private static let longestLineBytes = PassageRule.standard.longestLineBytes

    package init() {}

    /// Adds the lines of a unit that aren't blank.
    package mutating func append(_ unit: UnsafeRawBufferPointer) {
        for line in unit.split(separator: 0x0A) where line.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) {
            TextCut.forEachPiece(of: UnsafeRawBufferPointer(rebasing: line), longest: Self.longestLineBytes) { piece in
                let start = text.count
                text.append(contentsOf: piece)
                ranges.append(start..<text.count)
            }
        }
    }
}
