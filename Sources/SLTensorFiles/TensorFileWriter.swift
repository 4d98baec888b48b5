import Foundation
import SLDigest
public import SLSpec

/// Writes a safetensors file atomically, tensor by tensor, without a copy of any.
///
/// The file is sealed: its metadata hold, under ``sealKey``, the SHA-256 of the whole file with zeros in the digest's place.
public final class TensorFileWriter {
    public static let sealKey = "sha256"
    static let openSeal = String(repeating: "0", count: 64)

    private let file: AtomicFile
    private let table: TensorTable
    private let hash: SHA256
    private let header: Data
    private var written = 0

    /// Opens the file and writes its header.
    ///
    /// - Parameter tensors: in the order in which their data will come.
    /// - Throws: `FileError`.
    public init(
        path: String, tensors: [(name: String, type: TensorType, shape: [Int])], metadata: [String: String]
    ) throws {
        table = TensorTable(tensors, metadata: metadata.merging([Self.sealKey: Self.openSeal]) { _, seal in seal })
        file = try AtomicFile(path: path)
        header = try table.encoded()
        hash = SHA256()
        hash.update(header)
        try file.write(header.bytes)
    }

    /// The next bytes of the data section.
    public func write(_ bytes: RawSpan) throws(FileError) {
        // Pieces that stay in the cache between the digest and the copy to the kernel.
        let piece = 1 << 18
        for start in stride(from: 0, to: bytes.byteCount, by: piece) {
            let part = bytes.extracting(start..<min(start + piece, bytes.byteCount))
            hash.update(part)
            try file.write(part)
        }
        written += bytes.byteCount
    }

    /// The next elements of the data section.
    public func write(_ elements: Span<some TensorElement>) throws(FileError) {
        // No byte of a tensor's elements is padding, whose memory could hold anything.
        try unsafe write(elements.bytes)
    }

    /// Seals the file and gives it its name.
    ///
    /// - Returns: the seal.
    @discardableResult
    public func commit() throws -> String {
        guard written == table.dataCount else {
            throw FileError(file: file.path, problem: "\(written) bytes of tensors were written, \(table.dataCount) announced")
        }
        let digest = hash.hexDigest()
        guard let place = TensorFile.placeOfSeal(in: header, Self.openSeal) else {
            throw FileError(file: file.path, problem: "has no place for its seal")
        }
        try file.overwrite(Data(digest.utf8).bytes, at: place)
        try file.commit()
        return digest
    }
}
