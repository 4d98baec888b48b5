import Foundation
import SLSpec

/// Reads the ids of a token file from front to back, whoever wrote it. Unlike a mapping it survives a file that gets shorter.
struct TokenReader {
    let path: String
    let header: TokenFileHeader
    private let headerBytes: Int

    /// - Throws: `DataError` when the file is missing, or its size contradicts its header.
    init(path: String) throws(DataError) {
        self.path = path
        let bytes = try FileFingerprint(path: path).bytes
        guard bytes > 0 else { throw DataError(file: path, problem: "the file is empty") }
        let file = try FileDescriptor.reading(path)
        var head: [UInt8] = []
        try file.next(TokenFileHeader.byteCount, into: &head)
        do throws(TokenFileHeader.Problem) {
            header = try TokenFileHeader(head.span, fileBytes: bytes)
        } catch {
            throw DataError(
                file: path, problem: "the token file \(error.text)",
                fix: "ids of 16 bits as nanoGPT writes them, or with llm.c's header, are read; if it was cut off, fetch it again")
        }
        headerBytes = bytes - header.width * header.tokenCount
    }

    /// Calls `body` with the ids, many at a time.
    func forEachChunk(_ body: ([UInt32]) throws -> Void) throws {
        if header.width == 2 { try forEachChunk(of: UInt16.self, body) } else { try forEachChunk(of: UInt32.self, body) }
    }

    private func forEachChunk<ID: FixedWidthInteger & BitwiseCopyable>(of type: ID.Type, _ body: ([UInt32]) throws -> Void) throws {
        let file = try FileDescriptor.reading(path)
        let width = MemoryLayout<ID>.size
        var chunk: [ID] = []
        // The header's size is a multiple of both widths.
        var skip = headerBytes / width
        var left = header.tokenCount
        while left > 0 {
            try file.next((1 << 20) / width, into: &chunk)
            let head = min(skip, chunk.count)
            skip -= head
            guard !chunk.isEmpty, chunk.count - head <= left else { throw DataError.changedWhileRead(path) }
            left -= chunk.count - head
            try body(chunk[head...].map { UInt32(truncatingIfNeeded: ID(littleEndian: $0)) })
        }
    }
}
