public import Foundation
public import SLSpec

/// Prepared ids, mapped read-only from a file: llm.c's layout with 16 or 32 bits an id, or nanoGPT's bare 16-bit ids.
public final class TokenFile: Sendable {
    public let url: URL
    let header: TokenFileHeader
    private let mapping: MappedFile
    /// Offset of the first id: 0 in nanoGPT's layout.
    let headerBytes: Int

    /// - Throws: `DataError` when the file is missing, or its size contradicts its header. The ids are not looked at:
    ///   see ``checkTokens(vocabularySize:)``.
    public init(_ url: URL) throws(DataError) {
        let file = try FileDescriptor.reading(url.path)
        let bytes = try file.size()
        guard bytes > 0 else { throw DataError(file: url.path, problem: "the token file is empty") }
        mapping = try MappedFile(file, count: bytes)
        do throws(TokenFileHeader.Problem) {
            header = try mapping.withNumbers(of: UInt8.self) { (head) throws(TokenFileHeader.Problem) in
                try TokenFileHeader(head, fileBytes: bytes)
            }
        } catch {
            throw DataError(file: url.path, problem: "the token file \(error.text)")
        }
        self.url = url
        headerBytes = bytes - header.width * header.tokenCount
    }

    /// Ids in the file, padding included.
    public var count: Int { header.tokenCount }
    /// Ids per row when every document has a row of its own (`truncate`); `nil` for one stream of documents (`concat`).
    public var rowLength: Int? { header.rowLength }
    public var documentCount: Int { header.documentCount }
    /// The id that closes documents; `nil` in files by others.
    public var endOfSequence: Int32? { header.endOfSequence >= 0 ? header.endOfSequence : nil }
    public var padding: Int32? { header.padding }
    /// `nil` in files by others.
    public var vocabularySize: Int? { header.vocabularySize > 0 ? header.vocabularySize : nil }
    /// UTF-8 bytes of the source text; `nil` in files by others.
    public var textBytes: Int? { header.textBytes > 0 ? Int(clamping: header.textBytes) : nil }

    /// - Precondition: `0 <= index < count`.
    public subscript(index: Int) -> Int32 { self[index..<index + 1][0] }

    /// - Precondition: the range lies within `0 ..< count`.
    public subscript(range: Range<Int>) -> [Int32] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "tokens \(range) of \(count)")
        return [Int32](capacity: range.count) { ids in
            if header.width == 2 { append(UInt16.self, range, to: &ids) } else { append(UInt32.self, range, to: &ids) }
        }
    }

    /// Calls `body` with a copy of some ids.
    ///
    /// - Precondition: the range lies within `0 ..< count`.
    public func withTokens<Result>(_ range: Range<Int>, _ body: (Span<Int32>) throws -> Result) rethrows -> Result {
        let ids = self[range]
        return try body(ids.span)
    }

    private func append<ID: FixedWidthInteger & BitwiseCopyable>(_ type: ID.Type, _ range: Range<Int>, to ids: inout OutputSpan<Int32>) {
        mapping.withNumbers(of: type, from: headerBytes) { stored in
            for index in range { ids.append(Int32(truncatingIfNeeded: ID(littleEndian: stored[index]))) }
        }
    }
}
