import Foundation
import SLSpec

/// The bytes of a file from front to back, inflated when they are gzip or Zstandard (known by their first bytes, not by the name).
final class ByteStream {
    let path: String
    let isCompressed: Bool
    private let file: FileDescriptor
    private var head: [UInt8]
    private let inflater: (any Inflater)?

    init(path: String) throws(DataError) {
        self.path = path
        file = try FileDescriptor.reading(path)
        var first = [UInt8](repeating: 0, count: Compression.headBytes)
        var count = 0
        while count < first.count {
            let got = try Self.read(file, into: &first, from: count)
            if got == 0 { break }
            count += got
        }
        guard count > 0 else { throw DataError(file: path, problem: "the file is empty") }
        head = Array(first[..<count])
        inflater = try Compression.of(head: head, path: path)?.inflater(path: path)
        isCompressed = inflater != nil
    }

    /// Fills the front of `buffer`; 0 at the end.
    ///
    /// - Throws: `DataError` when the file can't be read, or is compressed and damaged or cut off.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        guard let inflater else { return try readRaw(into: buffer) }
        return try inflater.inflate(into: buffer) { (input) throws(DataError) in try self.readRaw(into: input) }
    }

    private func readRaw(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        guard !head.isEmpty else { return try file.read(into: buffer) }
        let count = min(head.count, buffer.count)
        buffer.copyBytes(from: head[..<count])
        head.removeFirst(count)
        return count
    }

    private static func read(_ file: borrowing FileDescriptor, into bytes: inout [UInt8], from start: Int) throws(DataError) -> Int {
        var result: Result<Int, DataError> = .success(0)
        bytes.withUnsafeMutableBytes { buffer in
            do throws(DataError) {
                result = .success(try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...])))
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }
}
