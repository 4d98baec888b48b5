/// The ways a report can be written.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    case markdown, html, latex
    /// Every table as a file of its own in a folder.
    case csv

    /// By the extension of a file's name: `md`, `html`, `htm` or `tex`; `nil` for any other.
    public init?(fileExtension: String) {
        switch fileExtension.lowercased() {
        case "md", "markdown": self = .markdown
        case "html", "htm": self = .html
        case "tex": self = .latex
        default: return nil
        }
    }
}

extension ReportDocument {
    /// The whole document as text; `nil` for CSV, which is a file for each table: ``csvFiles(stem:)``.
    public func text(as format: ReportFormat) -> String? {
        switch format {
        case .markdown: markdown()
        case .html: html()
        case .latex: latex()
        case .csv: nil
        }
    }
}
