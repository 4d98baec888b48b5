/// Looking through bytes, eight at a time where they are many.
extension Span where Element == UInt8 {
    /// Where `byte` comes next, from `start` on.
    package func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        let pattern = UInt64(byte) &* Self.ones
        var offset = start
        while offset + 8 <= count {
            // Zero where the byte is. The lowest zero is found exactly: what is subtracted borrows from above it only.
            let difference = word(at: offset) ^ pattern
            let found = (difference &- Self.ones) & ~difference & Self.highBits
            if found != 0 { return offset + found.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < count {
            if self[offset] == byte { return offset }
            offset += 1
        }
        return nil
    }

    /// Where ASCII ends that begins at `start`: most text is nothing else.
    func asciiEnd(from start: Int) -> Int {
        var offset = start
        while offset + 8 <= count, word(at: offset) & Self.highBits == 0 { offset += 8 }
        while offset < count, self[offset] < 0x80 { offset += 1 }
        return offset
    }

    /// Whether these bytes stand at `start`.
    func holds(_ bytes: some Collection<UInt8>, at start: Int = 0) -> Bool {
        guard start + bytes.count <= count else { return false }
        var offset = start
        for byte in bytes {
            guard self[offset] == byte else { return false }
            offset += 1
        }
        return true
    }

    /// Whether there is nothing but blanks, tabs and line ends.
    var isBlank: Bool {
        for index in indices {
            switch self[index] {
            case 0x20, 0x09, 0x0A, 0x0D: continue
            default: return false
            }
        }
        return true
    }

    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// The first of the eight bytes is the lowest of the number.
    private func word(at offset: Int) -> UInt64 {
        // The bounds are checked; unsafe is only that a type may have patterns of bits that are no value, and a number has none.
        UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
