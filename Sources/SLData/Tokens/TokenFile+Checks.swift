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
        let file = try FileDescriptor.reading(url.path)
        let hash = SHA256()
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { chunk.deallocate() }
        var skip = headerBytes
        var largest: UInt32 = 0
        while true {
            // Whole ids only: the chunk's size is a multiple of both widths and the header's too.
            let count = try file.fill(chunk)
            if count == 0 { break }
            let bytes = UnsafeRawBufferPointer(rebasing: chunk[..<count])
            hash.update(bytes)
            let head = min(skip, count)
            skip -= head
            largest = max(largest, Self.largestID(UnsafeRawBufferPointer(rebasing: bytes[head...]), width: header.width))
        }
        guard Int(largest) < vocabularySize else {
            throw DataError(
                file: url.path,
                problem: "holds the token id \(largest), but the vocabulary has \(vocabularySize) ids, 0 to \(vocabularySize - 1)")
        }
        return hash.hexDigest()
    }

    private static func largestID(_ bytes: UnsafeRawBufferPointer, width: Int) -> UInt32 {
        if width == 2 { return UInt32(bytes.bindMemory(to: UInt16.self).reduce(0) { max($0, UInt16(littleEndian: $1)) }) }
        return bytes.bindMemory(to: UInt32.self).reduce(0) { max($0, UInt32(littleEndian: $1)) }
    }
}
