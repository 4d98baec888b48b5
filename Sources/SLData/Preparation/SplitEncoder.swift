import Foundation
import SLRandom
import SLSpec

/// Turns the units of one side of a split into a token file, and counts what its tokens keep of the text.
final class SplitEncoder {
    private let tokenizer: any Tokenizer
    /// T when every unit gets a row of its own; `nil` for one stream.
    private let sequenceLength: Int?
    private let writer: TokenFileWriter
    /// For every id how many bytes of text it gives back, where losses will be measured on them.
    private let byteWriter: TokenFileWriter?
    private let url: URL
    private let bytesURL: URL?
    private var documents = 0
    private var paddingTokens = 0
    private var targetTokens = 0
    private var text = KeptText()
    private var documentIsOpen = false
    /// For each unit, how many ids there were before it.
    private(set) var starts: [Int] = []

    /// - Parameter bytesURL: where the bytes of every id are written; `nil` for nowhere.
    init(_ url: URL, bytesURL: URL? = nil, tokenizer: any Tokenizer, packing: DataSpec.Packing, sequenceLength: Int) throws {
        self.url = url
        self.bytesURL = bytesURL
        self.tokenizer = tokenizer
        self.sequenceLength = packing == .truncate ? sequenceLength : nil
        writer = try TokenFileWriter(url, vocabularySize: tokenizer.vocabularySize)
        byteWriter = try bytesURL.map { (url) throws(FileError) in try TokenFileWriter(url, vocabularySize: Self.mostBytes + 1) }
    }

    /// What is appended from here on belongs to the next unit.
    func beginUnit() { starts.append(writer.count) }

    /// A record may be one line of any length; tokenizers take time and memory with the length of what they are given at once.
    private static let longestEncodedBytes = 65_536

    /// In one stream a long record becomes tokens piece by piece. With a row for each unit only its beginning counts.
    func appendUnit(_ unit: Span<UInt8>) throws {
        beginUnit()
        guard sequenceLength == nil else { return try append(unit) }
        try TextCut.forEachPiece(of: unit, longest: Self.longestEncodedBytes) { try append($0) }
    }

    func append(_ unit: Span<UInt8>) throws {
        let found = try tokenizer.spell(unit)
        if let sequenceLength { try appendRow(found, of: unit.count, sequenceLength) } else { try appendToStream(found, of: unit.count) }
    }

    /// What comes next is not the continuation of what came last. Each passage of a text has a row of its own anyway.
    func endDocument() throws {
        guard documentIsOpen else { return }
        try write([tokenizer.endOfSequence], bytes: [0])
        documents += 1
        documentIsOpen = false
    }

    func finish(sha256: (URL) throws -> String) throws -> PreparedManifest.Split {
        try endDocument()
        let rowLength = sequenceLength.map { $0 + 1 }
        if sequenceLength == nil { targetTokens = max(writer.count - 1, 0) }
        for file in [writer, byteWriter].compactMap(\.self) {
            try file.finish(
                endOfSequence: tokenizer.endOfSequence, padding: tokenizer.padding, documentCount: documents, rowLength: rowLength,
                tokenizerFNV1a: tokenizer.fnv1a, textBytes: text.bytes)
        }
        return PreparedManifest.Split(
            sha256: try sha256(url), bytesSHA256: try bytesURL.map(sha256), tokens: writer.count, paddingTokens: paddingTokens,
            documents: documents, textBytes: text.bytes, targetTokens: targetTokens, droppedBytes: text.dropped,
            unknownTokens: text.unknownTokens, unknownBytes: text.unknownBytes)
    }

    var tokenCount: Int { writer.count }

    /// - Parameter count: bytes of the unit.
    private func appendToStream(_ found: SpelledTokens, of count: Int) throws {
        // Text of which nothing is left makes no document, and is lost all the same.
        text.add(found, count: found.ids.count, source: count, unknown: tokenizer.unknown)
        guard !found.ids.isEmpty else { return }
        try write(found.ids, bytes: found.bytes)
        documentIsOpen = true
    }

    /// At most T ids, the end of sequence, padding up to T + 1: inputs and targets of T positions.
    private func appendRow(_ found: SpelledTokens, of count: Int, _ sequenceLength: Int) throws {
        let kept = min(found.ids.count, sequenceLength)
        text.add(found, count: kept, source: kept == found.ids.count ? count : found.ends[kept - 1], unknown: tokenizer.unknown)
        guard kept > 0 else { return }
        let missing = sequenceLength - kept
        let padding = repeatElement(tokenizer.padding ?? tokenizer.endOfSequence, count: missing)
        try write(
            found.ids[..<kept] + [tokenizer.endOfSequence] + padding, bytes: found.bytes[..<kept] + repeatElement(0, count: missing + 1))
        documents += 1
        paddingTokens += missing
        targetTokens += kept
    }

    private func write(_ ids: some Collection<Int32>, bytes: some Collection<Int>) throws {
        try writer.append(Array(ids))
        try byteWriter?.append(bytes.map { Int32(min($0, Self.mostBytes)) })
    }

    /// A piece that spells more than 16 bits can count doesn't exist.
    private static let mostBytes = Int(UInt16.max)
}

/// What tokens keep of a text.
private struct KeptText {
    /// Of the text that became tokens, as UTF-8.
    var bytes = 0
    /// Of those, the ones that no token gives back.
    var dropped = 0
    var unknownTokens = 0
    /// Text that unknown tokens stand for.
    var unknownBytes = 0

    /// Adds the first `count` ids of a text, which stand for its first `source` bytes.
    mutating func add(_ found: SpelledTokens, count: Int, source: Int, unknown: Int32?) {
        bytes += source
        dropped += source - found.bytes[..<count].reduce(0, +)
        guard let unknown else { return }
        for index in 0..<count where found.ids[index] == unknown {
            unknownTokens += 1
            unknownBytes += found.ends[index] - (index > 0 ? found.ends[index - 1] : 0)
        }
    }
}
