import Foundation
import SLSpec

/// Turns the units of one side of a split into a token file.
final class SplitEncoder {
    private let tokenizer: any Tokenizer
    /// T when every unit gets a row of its own; `nil` for one stream.
    private let sequenceLength: Int?
    private let writer: TokenFileWriter
    private let url: URL
    private var documents = 0
    private var textBytes = 0
    private var paddingTokens = 0
    private var targetTokens = 0
    /// Text bytes that no target stands for: of the first token of the stream, or of every row.
    private var leadingBytes = 0
    private var documentIsOpen = false
    private var ids: [Int32] = []

    init(_ url: URL, tokenizer: any Tokenizer, packing: DataSpec.Packing, sequenceLength: Int) throws {
        self.url = url
        self.tokenizer = tokenizer
        self.sequenceLength = packing == .truncate ? sequenceLength : nil
        writer = try TokenFileWriter(url, vocabularySize: tokenizer.vocabularySize)
    }

    func append(_ text: UnsafeRawBufferPointer) throws {
        if let sequenceLength { try appendRow(text, sequenceLength) } else { try appendToStream(text) }
    }

    /// What comes next is not the continuation of what came last. Each passage of a text has a row of its own anyway.
    func endDocument() throws {
        guard documentIsOpen else { return }
        try writer.append([tokenizer.endOfSequence])
        documents += 1
        documentIsOpen = false
    }

    func finish(sha256: (URL) throws -> String) throws -> PreparedManifest.Split {
        try endDocument()
        let rowLength = sequenceLength.map { $0 + 1 }
        if sequenceLength == nil { targetTokens = max(writer.count - 1, 0) }
        try writer.finish(
            endOfSequence: tokenizer.endOfSequence, padding: tokenizer.padding, documentCount: documents, rowLength: rowLength,
            tokenizerFNV1a: tokenizer.fnv1a, textBytes: textBytes)
        return PreparedManifest.Split(
            sha256: try sha256(url), tokens: writer.count, paddingTokens: paddingTokens, documents: documents, textBytes: textBytes,
            targetTokens: targetTokens, targetBytes: textBytes - leadingBytes)
    }

    var tokenCount: Int { writer.count }

    private func appendToStream(_ text: UnsafeRawBufferPointer) throws {
        if writer.count == 0 {
            let encoded = try tokenizer.encodeWithEnds(text)
            leadingBytes = encoded.ends.first ?? 0
            ids = encoded.ids
        } else {
            ids.removeAll(keepingCapacity: true)
            try tokenizer.encode(text, into: &ids)
        }
        guard !ids.isEmpty else { return }
        try writer.append(ids)
        textBytes += text.count
        documentIsOpen = true
    }

    /// At most T ids, the end of sequence, padding up to T + 1: inputs and targets of T positions.
    private func appendRow(_ text: UnsafeRawBufferPointer, _ sequenceLength: Int) throws {
        let (found, ends) = try tokenizer.encodeWithEnds(text)
        guard let firstEnd = ends.first else { return }
        let kept = min(found.count, sequenceLength)
        ids.removeAll(keepingCapacity: true)
        ids.append(contentsOf: found[..<kept])
        ids.append(tokenizer.endOfSequence)
        let missing = sequenceLength - kept
        ids.append(contentsOf: repeatElement(tokenizer.padding ?? tokenizer.endOfSequence, count: missing))
        try writer.append(ids)
        documents += 1
        paddingTokens += missing
        targetTokens += kept
        leadingBytes += firstEnd
        textBytes += kept == found.count ? text.count : ends[kept - 1]
    }
}
