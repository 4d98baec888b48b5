import SLVector

/// A book's tables where the vector rooms read them; one object for all tensors of a book, as long as the process lives.
final class BookTables: @unchecked Sendable {
    let book: CodeBook

    /// - Parameters:
    ///   - bounds: the largest number with each code.
    ///   - starts: codes by the upper 16 bits of a number.
    init(values: [Float], bounds: [Float], starts: [UInt8], zeroCode: UInt8, isSigned: Bool) {
        let lines = DecadeLines(isSigned: isSigned, bounds: Array(bounds.dropFirst(Int(zeroCode))))
        book = CodeBook(
            values: Self.kept(values), bounds: Self.kept(bounds), starts: Self.kept(starts),
            decades: Self.kept(CodeBook.Table.allCases.flatMap { lines[$0] }), zeroCode: zeroCode, isSigned: isSigned)
    }

    /// In memory of its own, which begins with a cache line and is never given back: books are a handful of constants.
    private static func kept<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafePointer<Value> {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: values.count * MemoryLayout<Value>.stride, alignment: 64)
        let place = bytes.bindMemory(to: Value.self, capacity: values.count)
        for (index, value) in values.enumerated() { (place + index).initialize(to: value) }
        return UnsafePointer(place)
    }
}
