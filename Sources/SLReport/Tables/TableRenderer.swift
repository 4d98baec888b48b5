public import SLSpec

/// The ways a table can be written: for a terminal, for a spreadsheet, for a program, for a document.
public enum TableFormat: String, Sendable, Hashable, CaseIterable {
    case table, csv, json, markdown, latex
}

/// Writes a table of plain cells in one of the ``TableFormat``s. Every result ends with a line feed.
public enum TableRenderer {
    public static func render(_ table: ValueTable, as format: TableFormat) -> String {
        switch format {
        case .table: readable(table).terminal()
        case .csv: csv(table)
        case .json: json(table)
        case .markdown: readable(table).markdown()
        case .latex: readable(table).latex { LaTeXText.escaped($0) }
        }
    }

    /// The table in words: numbers rounded for reading, columns of numbers to the right.
    static func readable(_ table: ValueTable) -> TextTable {
        let columns = table.columns.enumerated().map { index, name in
            TextTable.Column(name, isNumeric(table, column: index) ? .right : .left)
        }
        return TextTable(columns: columns, rows: rectangular(table).map { $0.map(text) })
    }

    /// Rows as wide as the head, whatever came in: too short a row is filled with NULL, too long a one is cut.
    static func rectangular(_ table: ValueTable) -> [[ValueTable.Cell]] {
        let width = table.columns.count
        return table.rows.map { row in
            row.count == width ? row : Array(row.prefix(width)) + Array(repeating: .null, count: max(0, width - row.count))
        }
    }

    private static func isNumeric(_ table: ValueTable, column: Int) -> Bool {
        var seen = false
        for row in table.rows where column < row.count {
            switch row[column] {
            case .null: continue
            case .integer, .real: seen = true
            case .text: return false
            }
        }
        return seen
    }

    private static func text(_ cell: ValueTable.Cell) -> String {
        switch cell {
        case .null: NumberFormat.missing
        case .integer(let value): String(value)
        case .real(let value): NumberFormat.general(value)
        case .text(let value): value
        }
    }
}
