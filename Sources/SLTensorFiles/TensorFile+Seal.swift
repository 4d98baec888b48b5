import Foundation
import SLDigest
public import SLSpec

extension TensorFile {
    static func placeOfSeal(in header: Data, _ seal: String) -> Int? {
        let key = "\"\(TensorFileWriter.sealKey)\":\""
        return header.range(of: Data((key + seal + "\"").utf8)).map { $0.lowerBound + key.utf8.count }
    }

    /// Reads the whole file and compares it with its seal.
    ///
    /// - Throws: `DataError` when it has none, or another.
    public func checkSeal() throws(DataError) {
        guard let seal = metadata[TensorFileWriter.sealKey], seal.utf8.count == 64 else { throw DataError(file: path, problem: "has no seal") }
        let written: [UInt8] = try file.elements(start, at: 0)
        var header = Data(written)
        guard let place = Self.placeOfSeal(in: header, seal) else { throw DataError(file: path, problem: "has no seal") }
        header.replaceSubrange(place..<place + 64, with: Data(TensorFileWriter.openSeal.utf8))
        let hash = SHA256()
        hash.update(header.bytes)
        var piece: [UInt8] = []
        var offset = start
        let end = start + table.dataCount
        while offset < end {
            let count = min(1 << 20, end - offset)
            piece.removeAll(keepingCapacity: true)
            try piece.append(addingCapacity: count) { (bytes: inout OutputSpan<UInt8>) throws(DataError) in
                try file.append(count, at: offset, to: &bytes)
            }
            hash.update(piece.span)
            offset += count
        }
        guard hash.hexDigest() == seal else {
            throw DataError(file: path, problem: "is damaged: its bytes are not those that its seal was made of")
        }
    }
}
