import Foundation
public import SLSpec

/// A safetensors file for reading: its header is checked against its size when it is opened, and tensors are read straight
/// into memory that is there already.
///
/// Every claim of the header is checked before it is used, so that a damaged or hostile file gives an error that names the
/// place and never more memory than its size.
public final class TensorFile: Sendable {
    public let path: String
    public let table: TensorTable
    let file: OpenFile
    /// Bytes before the data section.
    let start: Int

    /// - Throws: `DataError` with what is wrong.
    public init(path: String) throws(DataError) {
        self.path = path
        file = try OpenFile(path: path)
        (table, start) = try Self.header(of: file)
    }

    public var metadata: [String: String] { table.metadata }

    private static func header(of file: borrowing OpenFile) throws(DataError) -> (TensorTable, Int) {
        let path = file.path
        func bad(_ problem: String) -> DataError { DataError(file: path, problem: "not a safetensors file: \(problem)") }
        guard let size = file.size else { throw bad("it is no regular file") }
        guard size >= 8 else { throw bad("\(size) bytes, at least 8 needed") }
        let prefix: [UInt8] = try file.elements(8, at: 0)
        let length = prefix.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
        guard length <= UInt64(size - 8), length <= UInt64(TensorTable.longestHeader) else {
            throw bad("a header of \(length) bytes in a file of \(size)")
        }
        let start = 8 + Int(length)
        let json: [UInt8] = try file.elements(Int(length), at: 8)
        do throws(TensorTable.Problem) {
            return (try TensorTable(header: Data(json), dataCount: size - start), start)
        } catch {
            throw bad(error.text)
        }
    }

    /// - Throws: `DataError` when there is no such tensor.
    public func entry(_ name: String) throws(DataError) -> TensorTable.Entry {
        guard let entry = table.entries[name] else { throw DataError(file: path, problem: "no tensor '\(name)'") }
        return entry
    }

    /// Reads a tensor into memory of its very size.
    ///
    /// - Throws: `DataError` when the file has no such tensor, or one of another type or shape.
    public func read(_ name: String, _ type: TensorType, _ shape: [Int], into target: inout MutableRawSpan) throws(DataError) {
        let entry = try entry(name)
        guard entry.type == type, entry.shape == shape, entry.range.count == target.byteCount else { throw unlike(name, entry, type, shape) }
        try file.read(at: start + entry.range.lowerBound, into: &target)
    }

    public func floats(_ name: String) throws(DataError) -> [Float] { try values(name, .float32) }
    public func doubles(_ name: String) throws(DataError) -> [Double] { try values(name, .float64) }
    public func int32s(_ name: String) throws(DataError) -> [Int32] { try values(name, .int32) }
    public func uint8s(_ name: String) throws(DataError) -> [UInt8] { try values(name, .uint8) }
    public func int64s(_ name: String) throws(DataError) -> [Int64] { try values(name, .int64) }

    private func values<Element: TensorElement>(_ name: String, _ type: TensorType) throws(DataError) -> [Element] {
        let entry = try entry(name)
        guard entry.type == type else { throw unlike(name, entry, type, entry.shape) }
        return try contents(entry)
    }

    /// All bytes of a tensor, as elements of a size that divides its own elements'.
    func contents<Element: TensorElement>(_ entry: TensorTable.Entry) throws(DataError) -> [Element] {
        try file.elements(entry.range.count / MemoryLayout<Element>.size, at: start + entry.range.lowerBound)
    }

    private func unlike(_ name: String, _ entry: TensorTable.Entry, _ type: TensorType, _ shape: [Int]) -> DataError {
        DataError(file: path, problem: "tensor '\(name)' is \(entry.type.rawValue) \(entry.shape), \(type.rawValue) \(shape) needed")
    }
}
