import Foundation
import SLDigest
public import SLSpec

extension TokenFile {
    /// Reads the whole file once: its digest, and whether every id is below `vocabularySize`.
    ///
    /// Reads instead of walking through the mapping, whose pages would count as resident memory of the run.
    ///
    /// - Returns: The SHA-256 of the file.
    /// - Throws: `DataError` naming the largest id and the vocabulary's size.
    @discardableResult
    public func checkTokens(vocabularySize: Int) throws(DataError) -> String {
        let (digest, largest) = try header.width == 2 ? scan(UInt16.self) : scan(UInt32.self)
        guard largest < vocabularySize else {
            throw DataError(
                file: url.path,
                problem: "holds the token id \(largest), but the vocabulary has \(vocabularySize) ids, 0 to \(vocabularySize - 1)")
        }
        return digest
    }

    private func scan<ID: UnsignedInteger & FixedWidthInteger & BitwiseCopyable>(_ type: ID.Type) throws(DataError) -> (digest: String, largest: Int) {
        let hash = SHA256()
        var largest: ID = 0
        try forEachChunk(of: type) { chunk, head in
            hash.update(chunk)
            for index in head..<chunk.count { largest = max(largest, ID(littleEndian: chunk[index])) }
        }
        return (hash.hexDigest(), Int(largest))
    }

    /// Calls `body` with every id in order. Reads, as above.
    func forEachToken(_ body: (Int) -> Void) throws(DataError) {
        if header.width == 2 { try forEachToken(UInt16.self, body) } else { try forEachToken(UInt32.self, body) }
    }

    private func forEachToken<ID: FixedWidthInteger & BitwiseCopyable>(_ type: ID.Type, _ body: (Int) -> Void) throws(DataError) {
        try forEachChunk(of: type) { chunk, head in
            for index in head..<chunk.count { body(Int(ID(littleEndian: chunk[index]))) }
        }
    }

    /// Calls `body` with the file piece by piece in numbers of an id's width, and how many of the piece still belong to the header.
    private func forEachChunk<ID: FixedWidthInteger & BitwiseCopyable>(of type: ID.Type, _ body: (Span<ID>, Int) -> Void) throws(DataError) {
        let file = try FileDescriptor.reading(url.path)
        let width = MemoryLayout<ID>.size
        var chunk: [ID] = []
        // The header's size is a multiple of both widths.
        var skip = headerBytes / width
        while true {
            try file.next((1 << 20) / width, into: &chunk)
            if chunk.isEmpty { return }
            let head = min(skip, chunk.count)
            skip -= head
            body(chunk.span, head)
        }
    }
}
