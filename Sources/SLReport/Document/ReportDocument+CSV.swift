extension ReportDocument {
    /// Every table as RFC 4180, without markup; a missing value is an empty field.
    ///
    /// - Parameter stem: what the files' names begin with.
    public func csvFiles(stem: String) -> [(name: String, text: String)] {
        tables.map { ("\(stem)-\($0.slug).csv", Self.csv($0.table)) }
    }

    private static func csv(_ table: TextTable) -> String {
        let records = [table.columns.map { InlineText.plain($0.title) }] + table.rows.map { $0.map(InlineText.plain) }
        return records.map { record in
            record.map { $0 == NumberFormat.missing ? "" : TableRenderer.csvText($0) }.joined(separator: ",") + "\r\n"
        }.joined()
    }
}
