import Foundation
import SLRandom
import SLSpec

/// Writes ids in llm.c's layout. The header comes last, so that a file that was not finished has none.
final class TokenFileWriter {
    private let file: FileDescriptor
    private let width: Int
    private let vocabularySize: Int
    private var buffer: [UInt8] = []
    private(set) var count = 0

    private static let flushBytes = 1 << 20

    init(_ url: URL, vocabularySize: Int) throws(FileError) {
        file = try FileDescriptor.creating(url.path)
        width = TokenFileHeader.width(vocabularySize: vocabularySize)
        self.vocabularySize = vocabularySize
        buffer.reserveCapacity(Self.flushBytes + 4096)
        buffer.append(contentsOf: repeatElement(0, count: TokenFileHeader.byteCount))
    }

    /// - Throws: `DataError` for an id outside the vocabulary or too many ids, `FileError` when the disk refuses.
    func append(_ ids: [Int32]) throws {
        guard count + ids.count <= TokenFileHeader.mostTokens else {
            throw DataError(
                file: file.path, problem: "more than \(TokenFileHeader.mostTokens) tokens don't fit a token file", fix: "use less text")
        }
        for id in ids {
            guard id >= 0, Int(id) < vocabularySize else {
                throw DataError(file: file.path, problem: "the tokenizer gave the id \(id), but its vocabulary has \(vocabularySize) ids")
            }
            buffer.append(UInt8(truncatingIfNeeded: id))
            buffer.append(UInt8(truncatingIfNeeded: id >> 8))
            if width == 4 {
                buffer.append(UInt8(truncatingIfNeeded: id >> 16))
                buffer.append(UInt8(truncatingIfNeeded: id >> 24))
            }
        }
        count += ids.count
        if buffer.count >= Self.flushBytes { try flush() }
    }

    /// Writes what is left, then the header, and waits for the disk.
    func finish(
        endOfSequence: Int32, padding: Int32?, documentCount: Int, rowLength: Int?, tokenizerFNV1a: UInt64, textBytes: Int
    ) throws(FileError) {
        try flush()
        let header = TokenFileHeader(
            width: width, tokenCount: count, vocabularySize: vocabularySize, endOfSequence: endOfSequence, padding: padding,
            documentCount: documentCount, rowLength: rowLength, tokenizerFNV1a: tokenizerFNV1a, textBytes: UInt64(textBytes))
        try write(header.encoded, at: 0)
        try file.synchronize()
    }

    private func flush() throws(FileError) {
        try write(buffer, at: nil)
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: [UInt8], at offset: Int?) throws(FileError) { try file.write(bytes.span, at: offset) }
}
