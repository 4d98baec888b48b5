import Foundation
import SLSpec

/// The bytes of a file from front to back, inflated when they are gzip (known by its first two bytes, not by its name).
final class ByteStream {
    let path: String
    let isCompressed: Bool
    private let file: FileDescriptor
    private var head: [UInt8]
    private var inflater: GzipInflater?

    init(path: String) throws(DataError) {
        self.path = path
        file = try FileDescriptor.reading(path)
        var first = [UInt8](repeating: 0, count: 2)
        var count = 0
        while count < 2 {
            let got = try Self.read(file, into: &first, from: count)
            if got == 0 { break }
            count += got
        }
        guard count > 0 else { throw DataError(file: path, problem: "the file is empty") }
        head = Array(first[..<count])
        isCompressed = head == [0x1F, 0x8B]
        inflater = isCompressed ? try GzipInflater(path: path) : nil
    }

    /// Fills the front of `buffer`; 0 at the end.
    ///
    /// - Throws: `DataError` when the file can't be read, or is gzip and damaged or cut off.
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
