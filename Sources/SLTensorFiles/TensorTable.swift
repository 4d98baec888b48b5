import Foundation

/// The header of a safetensors file: which tensors it holds and where.
///
/// Source: the format description of github.com/huggingface/safetensors: 8 bytes header length (little-endian), a JSON
/// object from names to dtype, shape and data_offsets, then the data without holes.
public struct TensorTable: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public let type: TensorType
        public let shape: [Int]
        /// Bytes of the data section.
        public let range: Range<Int>

        public var count: Int { shape.reduce(1, *) }
    }

    /// Why a header can't be used.
    struct Problem: Error { let text: String }

    /// A header above this is no header.
    static let longestHeader = 100 << 20

    public private(set) var entries: [String: Entry] = [:]
    public private(set) var metadata: [String: String] = [:]
    public private(set) var dataCount = 0

    /// - Parameter tensors: in the order of their data.
    public init(_ tensors: [(name: String, type: TensorType, shape: [Int])], metadata: [String: String]) {
        self.metadata = metadata
        for tensor in tensors {
            let bytes = tensor.shape.reduce(1, *) * tensor.type.size
            entries[tensor.name] = Entry(type: tensor.type, shape: tensor.shape, range: dataCount..<dataCount + bytes)
            dataCount += bytes
        }
    }

    /// - Parameters:
    ///   - header: the JSON alone.
    ///   - dataCount: bytes behind it; the tensors must fill them.
    init(header: Data, dataCount: Int) throws(Problem) {
        guard let table = try? JSONDecoder().decode([String: Item].self, from: header) else {
            throw Problem(text: "the header is not the expected JSON")
        }
        for (name, item) in table {
            if name == "__metadata__" {
                metadata = item.words
            } else {
                entries[name] = try Self.entry(name, item, dataCount)
            }
        }
        self.dataCount = dataCount
        var end = 0
        for (name, entry) in entries.sorted(by: { ($0.value.range.lowerBound, $0.value.range.upperBound) < ($1.value.range.lowerBound, $1.value.range.upperBound) }) {
            guard entry.range.lowerBound == end else {
                throw Problem(text: "entry '\(name)' begins at byte \(entry.range.lowerBound) of the data, where \(end) was expected")
            }
            end = entry.range.upperBound
        }
        guard end == dataCount else { throw Problem(text: "the tensors take \(end) bytes, but \(dataCount) follow the header") }
    }

    private static func entry(_ name: String, _ item: Item, _ dataCount: Int) throws(Problem) -> Entry {
        guard let type = item.type.flatMap({ TensorType(rawValue: $0) }), let shape = item.shape, let offsets = item.offsets,
            offsets.count == 2, shape.allSatisfy({ $0 >= 0 })
        else { throw Problem(text: "entry '\(name)' has no usable dtype, shape or data_offsets") }
        var bytes = type.size
        for side in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: side)
            guard !overflow else { throw Problem(text: "entry '\(name)' of shape \(shape) is larger than any memory") }
            bytes = product
        }
        guard offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] <= dataCount, offsets[1] - offsets[0] == bytes else {
            throw Problem(text: "entry '\(name)' of shape \(shape) does not fit its offsets \(offsets)")
        }
        return Entry(type: type, shape: shape, range: offsets[0]..<offsets[1])
    }

    /// The JSON with its length in front, padded with spaces to a multiple of 8 as the format's own writer does.
    func encoded() throws -> Data {
        var table: [String: Item] = entries.mapValues {
            Item(type: $0.type.rawValue, shape: $0.shape, offsets: [$0.range.lowerBound, $0.range.upperBound])
        }
        if !metadata.isEmpty { table["__metadata__"] = Item(words: metadata) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var json = try encoder.encode(table)
        while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
        var result = Data((0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) })
        result.append(json)
        return result
    }

    /// A tensor's entry or, under `__metadata__`, the words of the file.
    private struct Item: Codable {
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        var words: [String: String] = [:]

        init(type: String, shape: [Int], offsets: [Int]) {
            self.type = type
            self.shape = shape
            self.offsets = offsets
        }

        init(words: [String: String]) { self.words = words }

        enum CodingKeys: String, CodingKey {
            case type = "dtype"
            case shape
            case offsets = "data_offsets"
        }

        init(from decoder: any Decoder) throws {
            if decoder.codingPath.last?.stringValue == "__metadata__" {
                words = try [String: String](from: decoder)
                return
            }
            let container = try decoder.container(keyedBy: CodingKeys.self)
            type = try container.decode(String.self, forKey: .type)
            shape = try container.decode([Int].self, forKey: .shape)
            offsets = try container.decode([Int].self, forKey: .offsets)
        }

        func encode(to encoder: any Encoder) throws {
            guard let type, let shape, let offsets else { return try words.encode(to: encoder) }
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(type, forKey: .type)
            try container.encode(shape, forKey: .shape)
            try container.encode(offsets, forKey: .offsets)
        }
    }
}
