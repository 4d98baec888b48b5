/// A table with the name it has in a report and what is said of it.
struct ReportTable: Sendable, Hashable {
    /// Lower-case letters, digits and dashes; unique in a document: the name of a file, the target of a link.
    var slug: String
    /// With markup. Markdown, whose headings say the same, leaves it out.
    var caption: String
    /// With markup; shown in every format.
    var note: String?
    /// Cells with markup.
    var table: TextTable
}
