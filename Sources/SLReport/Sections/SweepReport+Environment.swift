package import SLSpec

extension SweepReport {
    /// Where and with what the runs were made; one column for every environment that differs.
    package static func environment(_ history: SweepHistory) -> [ReportDocument.Block] {
        let records = history.runs.compactMap(\.environment)
        let distinct = MarkdownText.distinct(records)
        guard !distinct.isEmpty else { return [] }
        let names = distinct.indices.map { distinct.count == 1 ? "value" : "environment \($0 + 1)" }
        let further = (ranks: distinct.contains { $0.ranks != nil }, exclusive: distinct.contains { $0.exclusive != nil })
        let fields = distinct.map { environmentFields($0) + furtherFields($0, further) }
        let counts = distinct.map { record in String(records.filter { $0 == record }.count) }
        let heads = ["runs"] + fields[0].map(\.name)
        let columns = [ReportColumn("environment", heads, .left, figures: .words("environment", ["runs"] + fields[0].map { $0.bytes == nil ? $0.name : "\($0.name)_bytes" }))]
            + names.indices.map { place in
                let bare = fields[place].map { field in field.bytes.map(String.init) ?? (field.value == NumberFormat.missing ? nil : field.value) }
                return ReportColumn(
                    names[place], [counts[place]] + fields[place].map { MarkdownText.inline($0.value) }, .left,
                    figures: .words(names[place], [counts[place]] + bare))
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
        return blocks + [.table("environment", "Where and with what the runs were made.", columns)]
    }

    /// What only runs of several processes and jobs of a cluster say.
    private static func furtherFields(_ record: EnvironmentRecord, _ shown: (ranks: Bool, exclusive: Bool)) -> [(name: String, value: String, bytes: Int?)] {
        var fields: [(name: String, value: String, bytes: Int?)] = []
        if shown.ranks { fields.append(("ranks", record.ranks.map { String($0) } ?? NumberFormat.missing, nil)) }
        if shown.exclusive {
            let use = record.exclusive.map { $0 ? "alone on it" : "beside others" }
            fields.append(("machine", use ?? NumberFormat.missing, nil))
        }
        return fields
    }

    private static func environmentFields(_ record: EnvironmentRecord) -> [(name: String, value: String, bytes: Int?)] {
        let commit = record.commit.map { $0 + (record.commitIsDirty == true ? " with uncommitted changes" : "") }
        return [
            ("program", record.programVersion, nil), ("commit", commit ?? NumberFormat.missing, nil), ("host", record.host, nil),
            ("operating system", record.operatingSystem, nil), ("CPU", record.cpu, nil), ("cores", String(record.cores), nil),
            ("memory", NumberFormat.bytes(record.memoryBytes), record.memoryBytes), ("BLAS", record.blas, nil),
            ("BLAS core", record.blasCore, nil), ("threads", String(record.threads), nil), ("Swift", record.swiftVersion, nil),
            ("SQLite", record.sqliteVersion ?? NumberFormat.missing, nil),
        ]
    }
}
