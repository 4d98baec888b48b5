import Foundation
import SLSpec

/// The bytes of a file from front to back, inflated when they are gzip or Zstandard (known by their first bytes, not by the name).
final class ByteStream {
    let path: String
    let isCompressed: Bool
    private let file: FileDescriptor
    /// The first bytes, as long as nobody has taken them.
    private var head: [UInt8]
    private let inflater: (any Inflater)?

    init(path: String) throws(DataError) {
        self.path = path
        file = try FileDescriptor.reading(path)
        var head: [UInt8] = []
        try file.next(Compression.headBytes, into: &head)
        guard !head.isEmpty else { throw DataError(file: path, problem: "the file is empty") }
        self.head = head
        inflater = try Compression.of(head: head, path: path)?.inflater(path: path)
        isCompressed = inflater != nil
    }

    /// Appends the next bytes, as many as come at once and have room; none at the end.
    ///
    /// - Throws: `DataError` when the file can't be read, or is compressed and damaged or cut off.
    func read(into output: inout OutputSpan<UInt8>) throws(DataError) {
        guard let inflater else { return try readRaw(into: &output) }
        try inflater.inflate(into: &output) { (input: inout OutputSpan<UInt8>) throws(DataError) in try self.readRaw(into: &input) }
    }

    /// Replaces `chunk` by the next bytes, at most `count`; by none at the end.
    ///
    /// - Throws: as ``read(into:)``.
    func next(_ count: Int, into chunk: inout [UInt8]) throws(DataError) {
        chunk.removeAll(keepingCapacity: true)
        try chunk.append(addingCapacity: count) { (free: inout OutputSpan<UInt8>) throws(DataError) in try read(into: &free) }
    }

    private func readRaw(into output: inout OutputSpan<UInt8>) throws(DataError) {
        guard !head.isEmpty else { return try file.read(into: &output) }
        let count = min(head.count, output.freeCapacity)
        for byte in head[..<count] { output.append(byte) }
        head.removeFirst(count)
    }
}
