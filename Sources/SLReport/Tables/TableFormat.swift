/// The ways a table can be written: for a terminal, for a spreadsheet, for a program, for a document.
public enum TableFormat: String, Sendable, Hashable, CaseIterable {
    case table, csv, json, markdown, latex
}
