/// UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
package enum UTF8Validation {
    /// The offset of the first byte that doesn't belong to a well-formed character, or `nil`.
    package static func firstInvalidOffset(in text: Span<UInt8>) -> Int? {
        var offset = 0
        while true {
            offset = text.asciiEnd(from: offset)
            guard offset < text.count else { return nil }
            let length = characterLength(text, at: offset)
            guard length > 0 else { return offset }
            offset += length
        }
    }

    /// Bytes of the character at `offset`; 0 when it is ill-formed or cut off.
    private static func characterLength(_ text: Span<UInt8>, at offset: Int) -> Int {
        let lead = text[offset]
        let length: Int
        // The second byte's range excludes overlong forms (E0, F0), surrogates (ED) and what is beyond Unicode (F4).
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0:
            length = 3
            second = 0xA0...0xBF
        case 0xED:
            length = 3
            second = 0x80...0x9F
        case 0xE1...0xEF: length = 3
        case 0xF0:
            length = 4
            second = 0x90...0xBF
        case 0xF1...0xF3: length = 4
        case 0xF4:
            length = 4
            second = 0x80...0x8F
        default: return 0
        }
        guard offset + length <= text.count, second.contains(text[offset + 1]) else { return 0 }
        for position in 2..<max(length, 2) where text[offset + position] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
