import Foundation

/// Pieces of Markdown, and the taming of text that comes from outside.
package enum MarkdownText {
    /// Foreign text inside a paragraph or cell: one line, no markup of its own, no absolute paths.
    package static func inline(_ text: String) -> String {
        var result = ""
        for scalar in withoutPaths(text).unicodeScalars {
            switch scalar {
            case "\\", "*", "`", "[", "]", "#": result += "\\" + String(scalar)
            case "<": result += "&lt;"
            case "&": result += "&amp;"
            case _ where scalar.properties.generalCategory == .control: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Foreign text as code. A code span ends at the next backtick, so the text can't hold one.
    package static func code(_ text: String) -> String {
        let plain = withoutPaths(text).map { $0 == "`" ? "'" : $0.isNewline ? " " : $0 }
        return plain.isEmpty ? NumberFormat.missing : "`" + String(plain) + "`"
    }

    /// Absolute paths cut to their last part: a report must read the same wherever it was made.
    package static func withoutPaths(_ text: String) -> String {
        guard text.contains("/"),
            let pattern = try? NSRegularExpression(pattern: #"(?<![\w.:/~-])/(?:[^\s/'"`,:;()]+/)+([^\s/'"`,:;()]*)"#)
        else { return text }
        let range = NSRange(text.startIndex..., in: text)
        return pattern.stringByReplacingMatches(in: text, range: range, withTemplate: "$1")
    }

    /// Different values once each, in their order.
    static func distinct<Value: Hashable>(_ values: some Sequence<Value>) -> [Value] {
        var seen = Set<Value>()
        return values.filter { seen.insert($0).inserted }
    }

    /// Rows in a sentence: of many the first few, and how many more there are.
    static func rows(_ labels: [String], most: Int = 12) -> String {
        labels.count > most ? joined(Array(labels.prefix(most - 2)) + ["\(labels.count - most + 2) others"]) : joined(labels)
    }

    /// `200`, or `200, 400` when the runs don't agree.
    package static func joined(_ values: some Sequence<String>) -> String {
        let all = distinct(values)
        return all.isEmpty ? NumberFormat.missing : all.joined(separator: ", ")
    }
}
