import CSentencePiece
package import Foundation
package import SLSpec

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
        var bytes: UnsafeMutableRawPointer?
        var count = 0
        var reason: UnsafeMutablePointer<CChar>?
        defer {
            unsafe slspm_release(bytes)
            unsafe slspm_release(reason)
        }
        let next: slspm_next_sentence = { context, text, count in
            guard let context = unsafe context,
                let line = unsafe Unmanaged<Cursor>.fromOpaque(context).takeUnretainedValue().next()
            else { return false }
            unsafe text?.pointee = line.baseAddress
            unsafe count?.pointee = line.count
            return true
        }
        let succeeded = unsafe lines.text.withUnsafeBytes { text in
            let cursor = unsafe Cursor(text.assumingMemoryBound(to: CChar.self), lines.ranges)
            return unsafe withExtendedLifetime(cursor) {
                // Level 2 of the library's log: errors only, which come back as text anyway.
                unsafe slspm_train(flags + " --minloglevel=2", next, Unmanaged.passUnretained(cursor).toOpaque(), &bytes, &count, &reason)
            }
        }
        guard succeeded, let bytes = unsafe bytes else {
            let detail = unsafe reason.map { unsafe SentencePieceMessage.clean($0) } ?? ""
            throw DataError(
                file: place,
                problem: "a SentencePiece tokenizer of \(vocabularySize) pieces can't be trained on this text"
                    + (detail.isEmpty ? "" : ": " + Self.inOurWords(detail)),
                fix: "choose another N in sentencepiece:N, or the tokenizer 'bytes'")
        }
        return unsafe Data(bytes: bytes, count: count)
    }

    /// The advice in the library's messages names its own flags.
    private static func inOurWords(_ detail: String) -> String {
        if detail.contains("smaller than required_chars"), let least = detail.range(of: " vs ") {
            return "its characters and the special pieces alone are \(detail[least.upperBound...].prefix(while: \.isNumber))"
        }
        return detail
    }

    /// Hands out lines of a text that stays where it is while this lives.
    @unsafe private final class Cursor {
        private let text: UnsafeBufferPointer<CChar>
        private let ranges: [Range<Int>]
        private var index = 0

        init(_ text: UnsafeBufferPointer<CChar>, _ ranges: [Range<Int>]) {
            unsafe self.text = text
            unsafe self.ranges = ranges
        }

        func next() -> UnsafeBufferPointer<CChar>? {
            guard unsafe index < ranges.count else { return nil }
            defer { unsafe index += 1 }
            return unsafe text.extracting(ranges[index])
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
    package mutating func append(_ unit: Span<UInt8>) {
        var start = 0
        while start < unit.count {
            let end = unit.firstIndex(of: 0x0A, from: start) ?? unit.count
            let line = unit.extracting(start..<end)
            start = end + 1
            guard !line.isBlank else { continue }
            TextCut.forEachPiece(of: line, longest: Self.longestLineBytes) { piece in
                let start = text.count
                text.append(contentsOf: piece)
                ranges.append(start..<text.count)
            }
        }
    }
}
