package import SLSpec

extension TableRenderer {
    /// RFC 4180: a head, CRLF after every record, quotes where a field needs them. NULL is an empty field and an empty
    /// text is `""`, so that the two stay apart. Reals are the shortest decimals that read back as the same number.
    package static func csv(_ table: ValueTable) -> String {
        let records = [table.columns.map { csvText($0) }] + rectangular(table).map { $0.map(csvField) }
        return records.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static func csvField(_ cell: ValueTable.Cell) -> String {
        switch cell {
        case .null: ""
        case .integer(let value): String(value)
        case .real(let value): machineReal(value)
        case .text(let value): csvText(value)
        }
    }

    /// Unicode scalars and not characters are looked at: CRLF is one character that equals neither of its halves.
    package static func csvText(_ text: String) -> String {
        let special = text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
        guard text.isEmpty || special || text.first == " " || text.last == " " else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// `nan`, `inf` and `-inf` are what Swift writes and what the usual readers of CSV know.
    static func machineReal(_ value: Double) -> String { value.description }
}
