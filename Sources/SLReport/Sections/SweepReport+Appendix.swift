import SLSpec

extension SweepReport {
    /// Which runs a cell's numbers come from, and the specs that decide what they computed.
    static func appendix(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        guard !groups.isEmpty else { return [] }
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
        return [
            .section("Appendix: runs"), .paragraph("A run's key is the SHA-256 of its canonical spec: the same key is the same computation."),
            .table("runs", "The runs behind every cell.", TextTable(columns: columns, rows: rows)), specs(groups),
        ]
    }

    private static func specs(_ groups: [SizeGroup]) -> ReportDocument.Block {
        let blocks = groups.flatMap(\.cells).map { cell in
            "\(cell.spec.model.name) \(cell.label), seed \(cell.spec.seed):\n" + ((try? cell.spec.identityJSON()) ?? NumberFormat.missing)
        }
        return .folded(summary: "Canonical specs, one per cell (first seed)", language: "text", text: blocks.joined(separator: "\n\n"))
    }
}
