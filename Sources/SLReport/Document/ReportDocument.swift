/// A report before it has a format: blocks in reading order. The text of a block may hold the small markup that
/// ``InlineText`` reads; foreign text in it has gone through ``MarkdownText``.
public struct ReportDocument: Sendable, Hashable {
    package enum Block: Sendable, Hashable {
        /// - Parameters:
        ///   - level: 1 is the title, 2 a section, 3 a part of one.
        ///   - anchor: what links point to; unique in a document.
        case heading(level: Int, text: String, anchor: String)
        case paragraph(String)
        /// Warnings; a paragraph a line.
        case quote([String])
        case list([String])
        case table(ReportTable)
        case picture(ReportPictures.Drawn)
        /// Text as it is, without markup, shown on demand.
        case folded(summary: String, language: String, text: String)
    }

    /// Plain text.
    public let title: String
    let blocks: [Block]

    /// Anchors and names of tables that occur twice are told apart by a number.
    package init(title: String, blocks: [Block]) {
        self.title = title
        var anchors = Set<String>()
        var slugs = Set<String>()
        self.blocks = blocks.map { block in
            switch block {
            case .heading(let level, let text, let anchor):
                return .heading(level: level, text: text, anchor: Slug.unique(anchor, among: &anchors))
            case .table(var table):
                table.slug = Slug.unique(table.slug, among: &slugs)
                return .table(table)
            default: return block
            }
        }
    }

    package var tables: [ReportTable] {
        blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
    }
}

extension ReportDocument.Block {
    /// A heading of the second level; its anchor is made from its words.
    package static func section(_ text: String) -> Self {
        .heading(level: 2, text: text, anchor: Slug.make(InlineText.plain(text)))
    }

    /// A heading of the third level.
    ///
    /// - Parameter anchor: words that name the section too, since parts of several sections are called alike.
    package static func subsection(_ text: String, anchor: String) -> Self {
        .heading(level: 3, text: text, anchor: Slug.make(anchor))
    }

    /// - Parameters:
    ///   - slug: the table's name in a report, from any words.
    ///   - caption: what the table shows; with markup.
    ///   - note: what a reader of this table must know, in every format; with markup.
    package static func table(_ slug: String, _ caption: String, _ columns: [ReportColumn], note: String? = nil) -> Self {
        .table(ReportTable(slug: Slug.make(slug), caption: caption, note: note, columns: columns))
    }

    /// A table of words alone.
    package static func table(_ slug: String, _ caption: String, _ table: TextTable, note: String? = nil) -> Self {
        .table(ReportTable(slug: Slug.make(slug), caption: caption, note: note, table: table))
    }
}
