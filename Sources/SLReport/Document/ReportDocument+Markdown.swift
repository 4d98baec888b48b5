extension ReportDocument {
    /// As GitHub reads it. Pictures are links to files beside the report.
    package func markdown() -> String { blocks.map(Self.markdown).joined(separator: "\n") }

    private static func markdown(_ block: Block) -> String {
        switch block {
        case .heading(let level, let text, _): String(repeating: "#", count: level) + " \(text)\n"
        case .paragraph(let text): text + "\n"
        case .quote(let lines): lines.map { "> \($0)\n" }.joined(separator: ">\n")
        case .list(let items): items.map { "- \($0)\n" }.joined()
        case .table(let table): table.table.markdown() + (table.note.map { "\n*\($0)*\n" } ?? "")
        case .picture(let drawn): "![\(drawn.picture.alternative)](\(drawn.file.addingPercentEncodingForLink))\n\n\(drawn.picture.caption)\n"
        case .folded(let summary, let language, let text): folded(summary, language, text)
        }
    }

    private static func folded(_ summary: String, _ language: String, _ text: String) -> String {
        // A fence longer than any run of backticks inside can't be closed from inside.
        let fence = String(repeating: "`", count: max(3, longestBacktickRun(text) + 1))
        return "<details><summary>\(summary)</summary>\n\n\(fence)\(language)\n\(text)\n\(fence)\n\n</details>\n"
    }

    private static func longestBacktickRun(_ text: String) -> Int {
        var longest = 0
        var run = 0
        for scalar in text.unicodeScalars {
            run = scalar == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
