import Foundation

/// Where a report goes, and in which format: what the file's name says and what is in the file agree.
public struct ReportTarget: Sendable, Hashable {
    public let path: String
    public let format: ReportFormat

    /// - Parameter format: what was asked for; without it the extension decides.
    /// - Throws: ``OutputNameError`` when the extension says something else, or nothing.
    public init(_ path: String, format: ReportFormat? = nil) throws(OutputNameError) {
        self.path = path
        if let format {
            try OutputName.check(path, holds: format == .csv ? nil : format.rawValue, extensions: format.extensions)
            self.format = format
            return
        }
        let given = URL(filePath: path).pathExtension
        guard let found = ReportFormat(fileExtension: given) else {
            throw OutputNameError(
                path: path, problem: given.isEmpty ? "the name doesn't say in which format the report is to be" : "a report can't be written as .\(given)",
                allowed: "a name that ends in .md, .html or .tex")
        }
        self.format = found
    }
}

extension ReportFormat {
    /// What the names of its files may end with; none for CSV, which is a folder.
    package var extensions: [String] {
        switch self {
        case .markdown: ["md", "markdown"]
        case .html: ["html", "htm"]
        case .latex: ["tex"]
        case .csv: []
        }
    }
}

/// The name of an output says something else than what would be in it.
public struct OutputNameError: Error, Sendable, Hashable, CustomStringConvertible {
    public var path: String
    public var problem: String
    public var allowed: String

    public init(path: String, problem: String, allowed: String) {
        self.path = path
        self.problem = problem
        self.allowed = allowed
    }

    public var description: String { "\(path): \(problem); possible: \(allowed)" }
}

/// Names of files that say what is in them.
public enum OutputName {
    /// Extensions that promise a content to a reader or a program.
    private static let telling: Set<String> = [
        "md", "markdown", "html", "htm", "tex", "csv", "tsv", "json", "jsonl", "ndjson", "pdf", "svg", "png", "jpg", "jpeg", "gif", "doc", "docx", "odt", "rtf",
        "xls", "xlsx", "ods", "xml", "yaml", "yml", "toml", "safetensors", "bin", "pt", "pth", "npz", "npy", "parquet", "sqlite", "db", "gz", "zip", "zst", "tar",
        "model", "eps", "ps",
    ]

    /// - Parameters:
    ///   - what: the content's name; `nil` for a folder, whose name is no file's.
    ///   - extensions: what the name may end with. No extension, `txt` and endings that mean nothing are possible too, since the
    ///     content was asked for by name.
    public static func check(_ path: String, holds what: String?, extensions: [String]) throws(OutputNameError) {
        let given = URL(filePath: path).pathExtension.lowercased()
        guard !extensions.contains(given), telling.contains(given) || (what == nil && given == "txt") else { return }
        guard let what else {
            throw OutputNameError(path: path, problem: "a folder is written, and the name ends as that of a .\(given) file", allowed: "a name without .\(given)")
        }
        throw OutputNameError(
            path: path, problem: "\(what) is written, and the name says .\(given)", allowed: "a name that ends in \(extensions.map { ".\($0)" }.joined(separator: " or "))")
    }
}
