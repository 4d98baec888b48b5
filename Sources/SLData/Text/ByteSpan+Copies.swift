import Foundation

/// Copies of a span for what can't take one, all bytes at once.
extension [UInt8] {
    mutating func append(contentsOf bytes: Span<UInt8>) { unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) } }
}

extension Data {
    init(_ bytes: Span<UInt8>) { self = unsafe bytes.withUnsafeBufferPointer { unsafe Data(buffer: $0) } }
}

extension String {
    /// Well-formed text, or `nil`.
    init?(validating bytes: Span<UInt8>) {
        guard let text = try? UTF8Span(validating: bytes) else { return nil }
        self.init(copying: text)
    }
}
