import ArgumentParser

/// What is written when the runs have ended.
struct ReportOptions: ParsableArguments {
    @Option(help: "Where the report goes; beside the database if not given.", completion: .file(extensions: ["md"]))
    var report: String?

    @Flag(help: "Write no report at the end.")
    var noReport = false

    /// `nil` for none.
    func file(otherwise: String) -> String? { noReport ? nil : report ?? otherwise }
}
