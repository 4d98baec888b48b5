import SLSpec

/// Cuts text that comes in parts into lines, and knows where in the file they stand.
struct LineCutter {
    let path: String
    /// As ``LineReader/longestLine``.
    let longestLine: Int?
    let vouchesForUTF8: Bool
    let isCompressed: Bool

    private(set) var lineNumber = 1
    /// Of the next line or piece in the (inflated) file.
    private var offset = 0

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    init(path: String, longestLine: Int?, vouchesForUTF8: Bool, isCompressed: Bool) {
        self.path = path
        self.longestLine = longestLine
        self.vouchesForUTF8 = vouchesForUTF8
        self.isCompressed = isCompressed
    }

    /// Hands out the whole lines of a part of the file.
    ///
    /// - Parameters:
    ///   - searched: how much of its front is known to hold no line break.
    ///   - isAtEnd: whether nothing comes behind it: what is left is then a line, too.
    /// - Returns: how much of it was handed out; the next part begins with the rest.
    mutating func cut(_ text: Span<UInt8>, searched: Int, isAtEnd: Bool, _ body: LineReader.Body) throws -> Int {
        var start = 0
        while let lineBreak = text.firstIndex(of: 0x0A, from: max(searched, start)) {
            let end = lineBreak + 1
            while start < end { start += try emit(text.extracting(start..<end), body) }
            lineNumber += 1
        }
        // What is left has no line break yet; pieces of a long line need not wait for it.
        while text.count - start > (longestLine ?? Int.max) || (isAtEnd && start < text.count) {
            start += try emit(text.extracting(start...), body)
        }
        return start
    }

    /// - Returns: how much of the line its first piece takes.
    private mutating func emit(_ line: Span<UInt8>, _ body: LineReader.Body) throws -> Int {
        var piece = line
        if let longestLine { piece = line.extracting(first: TextCut.length(of: line, longest: longestLine)) }
        let length = piece.count
        if vouchesForUTF8, let invalid = UTF8Validation.firstInvalidOffset(in: piece) {
            throw notUTF8(at: offset + invalid, byte: piece[invalid])
        }
        // Some editors mark UTF-8 with a byte order mark; it is no text.
        if offset == 0, piece.holds(Self.byteOrderMark) { piece = piece.extracting(droppingFirst: Self.byteOrderMark.count) }
        if !piece.isEmpty { try body(piece, lineNumber) }
        offset += length
        return length
    }

    private func notUTF8(at position: Int, byte: UInt8) -> DataError {
        let place = "byte \(position)\(isCompressed ? " of the inflated text" : "") (line \(lineNumber))"
        let hint = position == 0 && (byte == 0xFF || byte == 0xFE) ? "it looks like UTF-16: " : ""
        return DataError(
            file: path, problem: "not UTF-8 at \(place): 0x\(String(byte, radix: 16, uppercase: true)) is not part of a character",
            fix: "\(hint)convert the file, e.g. with iconv -t UTF-8")
    }
}
