import Foundation
import SLDigest
import SLSpec

extension TokenFile {
    /// Reads the whole file once: its digest, and whether every id is below `vocabularySize`.
    ///
    /// Reads instead of walking through the mapping, whose pages would count as resident memory of the run.
    ///
    /// - Returns: The SHA-256 of the file.
    /// - Throws: `DataError` naming the largest id and the vocabulary's size.
    @discardableResult
    public func checkTokens(vocabularySize: Int) throws(DataError) -> String {
        let hash = SHA256()
        var largest: UInt32 = 0
        try forEachChunk { bytes, head in
            hash.update(bytes)
            largest = max(largest, Self.largestID(UnsafeRawBufferPointer(rebasing: bytes[head...]), width: header.width))
        }
        guard Int(largest) < vocabularySize else {
            throw DataError(
                file: url.path,
                problem: "holds the token id \(largest), but the vocabulary has \(vocabularySize) ids, 0 to \(vocabularySize - 1)")
        }
        return hash.hexDigest()
    }

    /// Calls `body` with every id in order. Reads, as above.
    func forEachToken(_ body: (Int) -> Void) throws(DataError) {
        let width = header.width
        try forEachChunk { bytes, head in
            for offset in stride(from: head, to: bytes.count, by: width) {
                if width == 2 {
                    body(Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))))
                } else {
                    body(Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))))
                }
            }
        }
    }

    /// Calls `body` with the file piece by piece, and how many bytes of the piece still belong to the header.
    private func forEachChunk(_ body: (UnsafeRawBufferPointer, Int) -> Void) throws(DataError) {
        let file = try FileDescriptor.reading(url.path)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { chunk.deallocate() }
        var skip = headerBytes
        while true {
            // Whole ids only: the chunk's size is a multiple of both widths and the header's too.
            let count = try file.fill(chunk)
            if count == 0 { return }
            let head = min(skip, count)
            skip -= head
            body(UnsafeRawBufferPointer(rebasing: chunk[..<count]), head)
        }
    }

    private static func largestID(_ bytes: UnsafeRawBufferPointer, width: Int) -> UInt32 {
        if width == 2 { return UInt32(bytes.bindMemory(to: UInt16.self).reduce(0) { max($0, UInt16(littleEndian: $1)) }) }
        return bytes.bindMemory(to: UInt32.self).reduce(0) { max($0, UInt32(littleEndian: $1)) }
    }
}
