import ArgumentParser
import SLHarness
import SLReport

/// What is written when the runs have ended.
struct ReportOptions: ParsableArguments {
    @Option(help: "Where the report goes, in the format that the name says (.md, .html, .tex); beside the database if not given.", completion: .file(extensions: ["md", "html", "tex"]))
    var report: String?

    @Flag(help: "Write no report at the end.")
    var noReport = false

    func validate() throws {
        if let report { _ = try ReportTarget.ofOption(report) }
    }

    /// `nil` for none.
    ///
    /// - Throws: `OutputRefusal` or `FileError` when it can't be written there, before anything is run.
    func place(otherwise: String, protection: OutputGuard) throws -> ReportOutput? {
        noReport ? nil : try ReportOutput(report ?? otherwise, protection: protection)
    }
}

extension ReportTarget {
    /// Of the command line, whose mistakes are usage errors.
    static func ofOption(_ path: String, format: ReportFormat? = nil) throws -> ReportTarget {
        do {
            return try ReportTarget(path, format: format)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

extension OutputName {
    /// Of the command line, whose mistakes are usage errors.
    static func checkOption(_ path: String, holds what: String?, extensions: [String] = []) throws {
        do {
            try check(path, holds: what, extensions: extensions)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
