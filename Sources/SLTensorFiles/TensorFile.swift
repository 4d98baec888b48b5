import Foundation
import SLDigest
import SLSpec

/// A safetensors file for reading: its header is checked against its size when it is opened, and tensors are read straight
/// into memory that is there already.
///
/// Every claim of the header is checked before it is used, so that a damaged or hostile file gives an error that names the
/// place and never more memory than its size.
public final class TensorFile: Sendable {
    public let path: String
    public let table: TensorTable
    private let descriptor: Int32
    /// Bytes before the data section.
    private let start: Int

    /// - Throws: `DataError` with what is wrong.
    public init(path: String) throws(DataError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        let code = errno
        guard descriptor >= 0 else {
            throw DataError(errno: code, file: path, doing: "read")
        }
        do throws(DataError) {
            (table, start) = try Self.header(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    public var metadata: [String: String] { table.metadata }

    private static func header(_ descriptor: Int32, _ path: String) throws(DataError) -> (TensorTable, Int) {
        func bad(_ problem: String) -> DataError { DataError(file: path, problem: "not a safetensors file: \(problem)") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw bad("it is no regular file") }
        let size = Int(status.st_size)
        guard size >= 8 else { throw bad("\(size) bytes, at least 8 needed") }
        let prefix = try bytes(descriptor, 0..<8, path)
        let length = prefix.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
        guard length <= UInt64(size - 8), length <= UInt64(TensorTable.longestHeader) else {
            throw bad("a header of \(length) bytes in a file of \(size)")
        }
        let start = 8 + Int(length)
        let json = try bytes(descriptor, 8..<start, path)
        do throws(TensorTable.Problem) {
            return (try TensorTable(header: json, dataCount: size - start), start)
        } catch {
            throw bad(error.text)
        }
    }

    private static func bytes(_ descriptor: Int32, _ range: Range<Int>, _ path: String) throws(DataError) -> Data {
        var data = Data(count: range.count)
        let problem = data.withUnsafeMutableBytes { read(descriptor, range.lowerBound, into: $0) }
        if let problem { throw DataError(file: path, problem: problem) }
        return data
    }

    /// - Returns: what went wrong, if something did.
    private static func read(_ descriptor: Int32, _ offset: Int, into target: UnsafeMutableRawBufferPointer) -> String? {
        var done = 0
        while done < target.count {
            guard let base = target.baseAddress else { return nil }
            let count = pread(descriptor, base + done, min(target.count - done, 1 << 30), off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            if count < 0 { return "can't be read at byte \(offset + done): \(String(cString: strerror(errno)))" }
            if count == 0 { return "ends at byte \(offset + done), in the middle of what its header announces" }
            done += count
        }
        return nil
    }

    /// - Throws: `DataError` when there is no such tensor.
    public func entry(_ name: String) throws(DataError) -> TensorTable.Entry {
        guard let entry = table.entries[name] else { throw DataError(file: path, problem: "no tensor '\(name)'") }
        return entry
    }

    /// Reads a tensor into memory of its very size.
    ///
    /// - Throws: `DataError` when the file has no such tensor, or one of another type or shape.
    public func read(_ name: String, _ type: TensorType, _ shape: [Int], into target: UnsafeMutableRawBufferPointer) throws(DataError) {
        let entry = try entry(name)
        guard entry.type == type, entry.shape == shape, entry.range.count == target.count else {
            throw DataError(
                file: path, problem: "tensor '\(name)' is \(entry.type.rawValue) \(entry.shape), \(type.rawValue) \(shape) needed")
        }
        if let problem = Self.read(descriptor, start + entry.range.lowerBound, into: target) { throw DataError(file: path, problem: problem) }
    }

    public func floats(_ name: String) throws(DataError) -> [Float] { try values(name, .float32, 0) }
    public func doubles(_ name: String) throws(DataError) -> [Double] { try values(name, .float64, 0) }
    public func int32s(_ name: String) throws(DataError) -> [Int32] { try values(name, .int32, 0) }
    public func uint8s(_ name: String) throws(DataError) -> [UInt8] { try values(name, .uint8, 0) }
    public func int64s(_ name: String) throws(DataError) -> [Int64] { try values(name, .int64, 0) }

    private func values<Value: BitwiseCopyable>(_ name: String, _ type: TensorType, _ zero: Value) throws(DataError) -> [Value] {
        let entry = try entry(name)
        var result = [Value](repeating: zero, count: entry.range.count / MemoryLayout<Value>.size)
        let error = result.withUnsafeMutableBytes { target -> DataError? in
            do throws(DataError) {
                try read(name, type, entry.shape, into: target)
                return nil
            } catch { return error }
        }
        if let error { throw error }
        return result
    }

    // MARK: Seal

    static func placeOfSeal(in header: Data, _ seal: String) -> Int? {
        let key = "\"\(TensorFileWriter.sealKey)\":\""
        return header.range(of: Data((key + seal + "\"").utf8)).map { $0.lowerBound + key.utf8.count }
    }

    /// Reads the whole file and compares it with its seal.
    ///
    /// - Throws: `DataError` when it has none, or another.
    public func checkSeal() throws(DataError) {
        guard let seal = metadata[TensorFileWriter.sealKey], seal.utf8.count == 64 else { throw DataError(file: path, problem: "has no seal") }
        var header = try Self.bytes(descriptor, 0..<start, path)
        guard let place = Self.placeOfSeal(in: header, seal) else { throw DataError(file: path, problem: "has no seal") }
        header.replaceSubrange(place..<place + 64, with: Data(TensorFileWriter.openSeal.utf8))
        let hash = SHA256()
        hash.update(header)
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        var offset = start
        let end = start + table.dataCount
        while offset < end {
            let count = min(piece.count, end - offset)
            let problem = piece.withUnsafeMutableBytes { bytes -> String? in
                let part = UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
                let problem = Self.read(descriptor, offset, into: part)
                if problem == nil { hash.update(UnsafeRawBufferPointer(part)) }
                return problem
            }
            if let problem { throw DataError(file: path, problem: problem) }
            offset += count
        }
        guard hash.hexDigest() == seal else {
            throw DataError(file: path, problem: "is damaged: its bytes are not those that its seal was made of")
        }
    }
}
