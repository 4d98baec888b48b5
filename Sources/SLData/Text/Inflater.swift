import SLSpec

/// Makes plain bytes of compressed ones, piece by piece, in memory that does not grow with the file.
protocol Inflater: AnyObject {
    /// Appends compressed bytes, as many as come at once and have room; none at the end of the file.
    typealias Refill = (inout OutputSpan<UInt8>) throws(DataError) -> Void

    /// Appends plain bytes until `output` is full, asking `refill` for compressed ones as needed, or the last member ends.
    ///
    /// - Throws: `DataError` for damaged data, and for data that ends in the middle.
    func inflate(into output: inout OutputSpan<UInt8>, refill: Refill) throws(DataError)
}

/// How a file is compressed, known by its first bytes and not by its name.
enum Compression: Sendable, CaseIterable {
    case gzip
    case zstd

    /// As many first bytes as tell one kind from another.
    static let headBytes = 4

    static func of(head: [UInt8], path: String) -> Compression? { allCases.first { $0.begins(head, path: path) } }

    private func begins(_ head: [UInt8], path: String) -> Bool {
        switch self {
        case .gzip: return head.starts(with: [0x1F, 0x8B])
        case .zstd:
            let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
            if head == magic { return true }
            // Frames to be passed over stand first in what parallel compressors write.
            if head.count == 4, head[0] & 0xF0 == 0x50, head[1...].elementsEqual([0x2A, 0x4D, 0x18]) { return true }
            // Cut off within its first bytes: by its name it is no short text.
            return head.count < 4 && magic.starts(with: head) && path.lowercased().hasSuffix(".zst")
        }
    }

    func inflater(path: String) throws(DataError) -> any Inflater {
        switch self {
        case .gzip: try GzipInflater(path: path)
        case .zstd: try ZstdInflater(path: path)
        }
    }
}
