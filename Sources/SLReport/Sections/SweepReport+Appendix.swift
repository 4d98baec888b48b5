import SLSpec

extension SweepReport {
    /// Which runs a cell's numbers come from, and the specs that decide what they computed.
    static func appendix(_ groups: [SizeGroup]) -> String {
        guard !groups.isEmpty else { return "" }
        let columns: [TextTable.Column] = [
            .init("model", .left), .init("cell", .left), .init("seed"), .init("status", .left), .init("wall time"), .init("run id", .left),
            .init("key (SHA-256 of the spec)", .left),
        ]
        let rows = groups.flatMap { group in
            group.cells.flatMap { cell in
                cell.runs.map { run in
                    [
                        MarkdownText.inline(group.model.name), MarkdownText.inline(cell.label), String(run.spec.seed), run.status.rawValue,
                        NumberFormat.duration(seconds: run.result?.wallSeconds), MarkdownText.code(run.runID),
                        (try? run.spec.runKey()).map(MarkdownText.code) ?? NumberFormat.missing,
                    ]
                }
            }
        }
        return """
            ## Appendix: runs

            A run's key is the SHA-256 of its canonical spec: the same key is the same computation.


            """ + TextTable(columns: columns, rows: rows).markdown() + "\n" + specs(groups)
    }

    private static func specs(_ groups: [SizeGroup]) -> String {
        let blocks = groups.flatMap(\.cells).map { cell in
            "\(cell.spec.model.name) \(cell.label), seed \(cell.spec.seed):\n" + ((try? cell.spec.identityJSON()) ?? NumberFormat.missing)
        }
        // A fence longer than any run of backticks inside can't be closed from inside.
        let text = blocks.joined(separator: "\n\n")
        let fence = String(repeating: "`", count: max(3, longestBacktickRun(text) + 1))
        return "<details><summary>Canonical specs, one per cell (first seed)</summary>\n\n\(fence)text\n\(text)\n\(fence)\n\n</details>\n"
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
