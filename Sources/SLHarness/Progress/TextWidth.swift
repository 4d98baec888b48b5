/// How many columns of a terminal text takes.
enum TextWidth {
    /// East Asian wide and full-width characters and pictographs, roughly.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD,
    ]

    static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first?.value, first >= 0x1100 else { return 1 }
        return wide.contains { $0.contains(first) } ? 2 : 1
    }

    static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

    /// As much from the beginning as fits. Control characters, which would move the cursor, are shown as `?`.
    static func cut(_ text: String, to columns: Int) -> String {
        var result = ""
        var width = 0
        for character in text {
            width += of(character)
            guard width <= columns else { break }
            result.append(character.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "?" : character)
        }
        return result
    }
}
