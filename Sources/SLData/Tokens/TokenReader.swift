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
        let head = UnsafeMutableRawBufferPointer.allocate(byteCount: TokenFileHeader.byteCount, alignment: 16)
        defer { head.deallocate() }
        let count = try file.fill(head)
        do throws(TokenFileHeader.Problem) {
            header = try TokenFileHeader(UnsafeRawBufferPointer(rebasing: head[..<count]), fileBytes: bytes)
        } catch {
            throw DataError(
                file: path, problem: "the token file \(error.text)",
                fix: "ids of 16 bits as nanoGPT writes them, or with llm.c's header, are read; if it was cut off, fetch it again")
        }
        headerBytes = bytes - header.width * header.tokenCount
    }

    /// Calls `body` with the ids, many at a time.
    func forEachChunk(_ body: ([UInt32]) throws -> Void) throws {
        let file = try FileDescriptor.reading(path)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { chunk.deallocate() }
        // Whole ids only: the chunk's size is a multiple of both widths and the header's too.
        var skip = headerBytes
        var left = header.tokenCount
        while left > 0 {
            let count = try file.fill(chunk)
            guard count > 0 else { throw DataError.changedWhileRead(path) }
            let ids = UnsafeRawBufferPointer(rebasing: chunk[min(skip, count)..<count])
            skip -= min(skip, count)
            let found = ids.count / header.width
            guard found <= left, ids.count % header.width == 0 else { throw DataError.changedWhileRead(path) }
            left -= found
            try body((0..<found).map { index in
                if header.width == 2 { return UInt32(UInt16(littleEndian: ids.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))) }
                return UInt32(littleEndian: ids.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
            })
        }
    }
}
