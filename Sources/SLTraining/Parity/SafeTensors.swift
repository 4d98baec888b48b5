import Foundation
import SLSpec

/// A safetensors file: 8 bytes header length (little-endian), a JSON header, raw data.
///
/// Source: the format description of github.com/huggingface/safetensors. Every offset is checked against the file.
public struct SafeTensors: Sendable {
    public struct Entry: Sendable, Hashable {
        public let type: String
        public let shape: [Int]
        let range: Range<Int>
    }

    private let file: String
    private let data: Data
    public let entries: [String: Entry]

    /// - Throws: `DataError` with what is wrong and where.
    public init(contentsOf url: URL) throws {
        file = url.path
        guard let data = try? Data(contentsOf: url, options: .alwaysMapped) else {
            throw DataError(file: url.path, problem: "can't be read", isMissingFile: !FileManager.default.fileExists(atPath: url.path))
        }
        self.data = data
        func bad(_ problem: String) -> DataError { DataError(file: url.path, problem: "not a safetensors file: \(problem)") }
        guard data.count >= 8 else { throw bad("\(data.count) bytes, at least 8 needed") }
        let length = data.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
        guard length <= UInt64(data.count - 8), length <= 100 << 20 else { throw bad("header of \(length) bytes in a file of \(data.count)") }
        let start = 8 + Int(length)
        let header = data.subdata(in: 8..<start)
        guard let table = try? JSONDecoder().decode([String: HeaderEntry].self, from: header) else { throw bad("the header is not the expected JSON") }
        var entries: [String: Entry] = [:]
        for (name, item) in table where name != "__metadata__" {
            guard let type = item.dtype, let shape = item.shape, let offsets = item.data_offsets, offsets.count == 2,
                let size = ["F32": 4, "F64": 8, "I32": 4, "I64": 8][type], shape.allSatisfy({ $0 >= 0 })
            else { throw bad("entry '\(name)' has no usable dtype, shape or data_offsets") }
            let count = shape.reduce((1, false)) { partial, side in
                let (product, overflow) = partial.0.multipliedReportingOverflow(by: side)
                return (product, partial.1 || overflow)
            }
            guard !count.1, offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] <= data.count - start,
                (offsets[1] - offsets[0]) % size == 0, (offsets[1] - offsets[0]) / size == count.0
            else { throw bad("entry '\(name)' of shape \(shape) does not fit its offsets \(offsets)") }
            entries[name] = Entry(type: type, shape: shape, range: start + offsets[0]..<start + offsets[1])
        }
        self.entries = entries
    }

    private struct HeaderEntry: Decodable {
        // The format's own keys.
        let dtype: String?
        let shape: [Int]?
        let data_offsets: [Int]?
    }

    public func floats(_ name: String) throws -> [Float] { try values(name, "F32", Float.self) }
    public func int32s(_ name: String) throws -> [Int32] { try values(name, "I32", Int32.self) }
    public func int64s(_ name: String) throws -> [Int64] { try values(name, "I64", Int64.self) }

    private func values<Value: BitwiseCopyable>(_ name: String, _ type: String, _: Value.Type) throws -> [Value] {
        guard let entry = entries[name] else { throw DataError(file: file, problem: "no tensor '\(name)'") }
        guard entry.type == type else { throw DataError(file: file, problem: "tensor '\(name)' is \(entry.type), \(type) needed") }
        return data[entry.range].withUnsafeBytes { bytes in
            (0..<bytes.count / MemoryLayout<Value>.size).map {
                bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.size, as: Value.self)
            }
        }
    }
}
