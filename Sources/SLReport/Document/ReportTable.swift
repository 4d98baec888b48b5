package import SLSpec

/// A table with the name it has in a report and what is said of it.
package struct ReportTable: Sendable, Hashable {
    /// Lower-case letters, digits and dashes; unique in a document: the name of a file, the target of a link.
    package var slug: String
    /// With markup. Markdown, whose headings say the same, leaves it out.
    package var caption: String
    /// With markup; shown in every format.
    package var note: String?
    /// Cells with markup.
    package var table: TextTable
    /// The same rows as bare figures, for a spreadsheet.
    package let figures: ValueTable

    package init(slug: String, caption: String, note: String? = nil, columns: [ReportColumn]) {
        self.slug = slug
        self.caption = caption
        self.note = note
        let height = columns.map(\.texts.count).max() ?? 0
        let bare = columns.flatMap(\.figures)
        table = TextTable(
            columns: columns.map(\.head),
            rows: (0..<height).map { row in columns.map { row < $0.texts.count ? $0.texts[row] : NumberFormat.missing } })
        figures = ValueTable(
            columns: bare.map(\.name), rows: (0..<height).map { row in bare.map { row < $0.values.count ? $0.values[row] : .null } })
    }

    /// A table of words alone.
    package init(slug: String, caption: String, note: String? = nil, table: TextTable) {
        self.init(
            slug: slug, caption: caption, note: note,
            columns: table.columns.indices.map { index in
                let head = table.columns[index]
                return ReportColumn(words: head.title, table.rows.map { index < $0.count ? $0[index] : NumberFormat.missing }, head.alignment)
            })
    }
}
