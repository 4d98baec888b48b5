/// Text for HTML.
package enum HTMLText {
    /// As content and as a quoted attribute. What HTML can't hold becomes U+FFFD.
    package static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\n", "\t": result.append(scalar)
            case _ where scalar.properties.generalCategory == .control || scalar.properties.isNoncharacterCodePoint: result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Text with the markup of ``InlineText``.
    package static func inline(_ text: String) -> String { inline(InlineText.parse(text)) }

    /// Papers link to where they are kept.
    private static func linked(_ text: String) -> String {
        text.contains("arXiv") ? text.replacing(#/arXiv[ :](\d{4}\.\d{4,5})/#) { "<a href=\"https://arxiv.org/abs/\($0.1)\">\($0.0)</a>" } : text
    }

    private static func inline(_ runs: [InlineText.Run]) -> String {
        runs.map { run in
            switch run {
            case .text(let text): linked(escaped(text))
            case .code(let text): "<code>\(escaped(text))</code>"
            case .strong(let inner): "<strong>\(inline(inner))</strong>"
            case .emphasis(let inner): "<em>\(inline(inner))</em>"
            }
        }.joined()
    }
}
