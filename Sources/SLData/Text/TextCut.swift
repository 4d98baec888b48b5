/// Where text that is too long to be handled whole is cut: behind a blank where it has one, and never inside a character.
/// Where the cuts fall depends on the text alone.
enum TextCut {
    /// Bytes of the first piece of at most `longest` bytes.
    static func length(of text: Span<UInt8>, longest: Int) -> Int {
        guard text.count > longest else { return text.count }
        for length in stride(from: longest, to: 0, by: -1) where text[length - 1] == 0x20 || text[length - 1] == 0x0A { return length }
        // No blank: back to the start of a character, which is at most three bytes away in UTF-8.
        for length in stride(from: longest, to: max(longest - 4, 0), by: -1) where text[length] & 0xC0 != 0x80 { return length }
        return longest
    }

    /// Calls `body` with the pieces in order; together they are the text.
    static func forEachPiece(of text: Span<UInt8>, longest: Int, _ body: (Span<UInt8>) throws -> Void) rethrows {
        var start = 0
        while start < text.count {
            let rest = text.extracting(start...)
            let length = length(of: rest, longest: longest)
            try body(rest.extracting(first: length))
            start += length
        }
    }
}
