import Foundation
import SLSpec

/// Prepared ids, mapped read-only from a file: llm.c's layout with 16 or 32 bits an id, or nanoGPT's bare 16-bit ids.
///
/// Sendable though it holds a pointer: the mapping is never written to, and goes with the last reference.
public final class TokenFile: @unchecked Sendable {
    public let url: URL
    let header: TokenFileHeader
    /// A copy in memory would count towards a run's resident size; mapped pages come and go.
    private let mapping: UnsafeRawPointer
    private let mappedBytes: Int
    /// Offset of the first id: 0 in nanoGPT's layout.
    let headerBytes: Int

    /// - Throws: `DataError` when the file is missing, or its size contradicts its header. The ids are not looked at:
    ///   see ``checkTokens(vocabularySize:)``.
    public init(_ url: URL) throws(DataError) {
        let file = try FileDescriptor.reading(url.path)
        var status = stat()
        guard fstat(file.raw, &status) == 0 else { throw DataError(errno: errno, file: url.path, doing: "examined") }
        let bytes = Int(status.st_size)
        guard bytes > 0 else { throw DataError(file: url.path, problem: "the token file is empty") }
        guard let base = mmap(nil, bytes, PROT_READ, MAP_SHARED, file.raw, 0), base != MAP_FAILED else {
            throw DataError(errno: errno, file: url.path, doing: "mapped into memory")
        }
        do throws(TokenFileHeader.Problem) {
            header = try TokenFileHeader(UnsafeRawBufferPointer(start: base, count: bytes), fileBytes: bytes)
        } catch {
            munmap(base, bytes)
            throw DataError(file: url.path, problem: "the token file \(error.text)")
        }
        self.url = url
        mapping = UnsafeRawPointer(base)
        mappedBytes = bytes
        headerBytes = bytes - header.width * header.tokenCount
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: mapping), mappedBytes) }

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
    public subscript(index: Int) -> Int32 {
        precondition(index >= 0 && index < count, "token \(index) of \(count)")
        return token(index)
    }

    /// - Precondition: the range lies within `0 ..< count`.
    public subscript(range: Range<Int>) -> [Int32] {
        [Int32](unsafeUninitializedCapacity: range.count) { buffer, initialized in
            copyTokens(range, into: buffer)
            initialized = range.count
        }
    }

    /// Copies ids to the front of `buffer`.
    ///
    /// - Precondition: the range lies within `0 ..< count` and fits the buffer.
    public func copyTokens(_ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Int32>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "tokens \(range) of \(count)")
        precondition(range.count <= buffer.count, "\(range.count) tokens into a buffer of \(buffer.count)")
        for (offset, index) in range.enumerated() { buffer[offset] = token(index) }
    }

    /// Calls `body` with a copy of some ids.
    ///
    /// - Precondition: the range lies within `0 ..< count`.
    public func withTokens<Result>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<Int32>) throws -> Result) rethrows -> Result {
        try self[range].withUnsafeBufferPointer(body)
    }

    private func token(_ index: Int) -> Int32 {
        let offset = headerBytes + index * header.width
        if header.width == 2 { return Int32(UInt16(littleEndian: mapping.loadUnaligned(fromByteOffset: offset, as: UInt16.self))) }
        return Int32(truncatingIfNeeded: UInt32(littleEndian: mapping.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
}
