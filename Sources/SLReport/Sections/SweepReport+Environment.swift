import SLSpec

extension SweepReport {
    /// Where and with what the runs were made; one column for every environment that differs.
    static func environment(_ history: SweepHistory) -> [ReportDocument.Block] {
        let records = history.runs.compactMap(\.environment)
        let distinct = MarkdownText.distinct(records)
        guard !distinct.isEmpty else { return [] }
        let names = distinct.indices.map { distinct.count == 1 ? "value" : "environment \($0 + 1)" }
        let columns = [TextTable.Column("environment", .left)] + names.map { TextTable.Column($0, .left) }
        let fields = distinct.map(environmentFields)
        let counts = distinct.map { record in String(records.filter { $0 == record }.count) }
        let rows = [["runs"] + counts] + fields[0].indices.map { row in
            [fields[0][row].name] + fields.map { MarkdownText.inline($0[row].value) }
        }
        var blocks: [ReportDocument.Block] = [.section("Environment")]
        let differing = fields[0].indices.filter { row in Set(fields.map { $0[row].value }).count > 1 }.map { fields[0][$0].name }
        if !differing.isEmpty {
            blocks.append(.quote([
                "**The runs were not all made in one environment:** they differ in \(differing.joined(separator: ", ")). "
                    + "Speed and resident memory compare only between runs of the same one."
            ]))
        }
        if distinct.contains(where: { $0.commitIsDirty == true }) {
            blocks.append(.quote([
                "The program was built from a tree with uncommitted changes: the commit alone does not give it back."
            ]))
        }
        let unknown = history.runs.count - records.count
        if unknown > 0 { blocks.append(.paragraph("\(unknown) of \(history.runs.count) runs recorded no environment.")) }
        return blocks + [.table("environment", "Where and with what the runs were made.", TextTable(columns: columns, rows: rows))]
    }

    private static func environmentFields(_ record: EnvironmentRecord) -> [(name: String, value: String)] {
        let commit = record.commit.map { $0 + (record.commitIsDirty == true ? " with uncommitted changes" : "") }
        return [
            ("program", record.programVersion), ("commit", commit ?? NumberFormat.missing), ("host", record.host),
            ("operating system", record.operatingSystem), ("CPU", record.cpu), ("cores", String(record.cores)),
            ("memory", NumberFormat.bytes(record.memoryBytes)), ("BLAS", record.blas), ("BLAS core", record.blasCore),
            ("threads", String(record.threads)), ("Swift", record.swiftVersion), ("SQLite", record.sqliteVersion ?? NumberFormat.missing),
        ]
    }
}
