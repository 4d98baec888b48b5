/// The small markup of a report's text, read once for every format but Markdown, which shows it as it is: `**strong**`,
/// `*emphasis*`, `` `code` ``, a backslash before punctuation, and the entities that ``MarkdownText`` writes. What is not
/// closed stands for itself.
package enum InlineText {
    package indirect enum Run: Sendable, Hashable {
        case text(String)
        case code(String)
        case strong([Run])
        case emphasis([Run])
    }

    package static func parse(_ text: String) -> [Run] {
        guard text.unicodeScalars.contains(where: { "\\`*&\n\r".unicodeScalars.contains($0) }) else {
            return text.isEmpty ? [] : [.text(text)]
        }
        let scalars = Array(text.unicodeScalars)
        return parse(scalars, 0..<scalars.count)
    }

    /// Without any markup.
    package static func plain(_ text: String) -> String { plain(parse(text)) }

    private static func plain(_ runs: [Run]) -> String {
        runs.map { run in
            switch run {
            case .text(let text), .code(let text): text
            case .strong(let inner), .emphasis(let inner): plain(inner)
            }
        }.joined()
    }

    private static func parse(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> [Run] {
        var runs: [Run] = []
        var text = String.UnicodeScalarView()
        func flush() {
            if !text.isEmpty { runs.append(.text(String(text))) }
            text = String.UnicodeScalarView()
        }
        var place = range.lowerBound
        while place < range.upperBound {
            if let code = codeSpan(scalars, place, range.upperBound) {
                flush()
                runs.append(.code(string(scalars, code.inner)))
                place = code.end
            } else if let span = starSpan(scalars, place, range.upperBound) {
                flush()
                let inner = parse(scalars, span.inner)
                runs.append(span.width == 2 ? .strong(inner) : .emphasis(inner))
                place = span.end
            } else {
                let (scalar, next) = literal(scalars, place, range.upperBound)
                text.append(scalar)
                place = next
            }
        }
        flush()
        return runs
    }

    /// One scalar of text, escapes and entities resolved; a line break is a space.
    private static func literal(_ scalars: [Unicode.Scalar], _ place: Int, _ end: Int) -> (scalar: Unicode.Scalar, next: Int) {
        switch scalars[place] {
        case "\\" where place + 1 < end && isPunctuation(scalars[place + 1]): return (scalars[place + 1], place + 2)
        case "\n", "\r": return (" ", place + 1)
        case "&":
            for (name, meaning) in entities where scalars[place..<end].starts(with: name.unicodeScalars) {
                return (meaning, place + name.unicodeScalars.count)
            }
            return ("&", place + 1)
        default: return (scalars[place], place + 1)
        }
    }

    private static let entities: [(String, Unicode.Scalar)] = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&#124;", "|")]

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "!"..."/", ":"..."@", "["..."`", "{"..."~": true
        default: false
        }
    }

    /// A span of code that starts here: it ends at the next run of as many backticks.
    private static func codeSpan(_ scalars: [Unicode.Scalar], _ place: Int, _ end: Int) -> (inner: Range<Int>, end: Int)? {
        let width = run(of: "`", scalars, place, end)
        guard width > 0 else { return nil }
        var other = place + width
        while other < end {
            let length = run(of: "`", scalars, other, end)
            if length == width { return (place + width..<other, other + width) }
            other += max(1, length)
        }
        return nil
    }

    /// Strong text or emphasis that starts here and is closed.
    private static func starSpan(_ scalars: [Unicode.Scalar], _ place: Int, _ end: Int) -> (width: Int, inner: Range<Int>, end: Int)? {
        let width = min(2, run(of: "*", scalars, place, end))
        guard width > 0, place + width < end, !scalars[place + width].properties.isWhitespace else { return nil }
        var other = place + width
        while other < end {
            if let code = codeSpan(scalars, other, end) {
                other = code.end
                continue
            }
            let length = run(of: "*", scalars, other, end)
            let closes = length == width || length == 3
            if closes, other > place + width, !scalars[other - 1].properties.isWhitespace {
                return (width, place + width..<other + length - width, other + length)
            }
            other = length > 0 ? other + length : literal(scalars, other, end).next
        }
        return nil
    }

    private static func run(of scalar: Unicode.Scalar, _ scalars: [Unicode.Scalar], _ place: Int, _ end: Int) -> Int {
        var length = 0
        while place + length < end, scalars[place + length] == scalar { length += 1 }
        return length
    }

    private static func string(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }
}
