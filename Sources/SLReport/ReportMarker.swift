public import SLSpec

/// What a report's file says of itself to this program: that it is one, and how many finished runs it holds, so that none is
/// replaced by one that holds fewer.
public struct ReportMarker: Sendable, Hashable {
    public var finishedRuns: Int
    public var runs: Int

    public init(_ history: SweepHistory) {
        finishedRuns = history.runs.count { $0.status == .finished }
        runs = history.runs.count
    }

    private var words: String { "slbench report: \(finishedRuns) finished of \(runs) runs" }

    /// The text with the marker as a comment: at its end, of LaTeX in front of it; CSV has no comments.
    public func stamped(_ text: String, as format: ReportFormat) -> String {
        switch format {
        case .markdown: text + "\n<!-- \(words) -->\n"
        case .html: text + "<!-- \(words) -->\n"
        case .latex: "% \(words)\n" + text
        case .csv: text
        }
    }

    /// Reads what a file says of itself.
    ///
    /// - Parameters:
    ///   - head: its beginning, as much as holds the opening words.
    ///   - tail: its end.
    /// - Returns: `nil` for a file that is no report in this format. One that was written before there were markers is known by
    ///   its opening words.
    public init?(head: String, tail: String, format: ReportFormat) {
        guard Self.begins(head, as: format) else { return nil }
        if let match = (format == .latex ? head : tail).matches(of: /slbench report: (\d+) finished of (\d+) runs/).last,
            let finished = Int(match.1), let runs = Int(match.2) {
            (finishedRuns, self.runs) = (finished, runs)
        } else if let match = head.firstMatch(of: /(\d+) runs?: ([^.<\n]*)\. Written from the results database alone/) {
            runs = Int(match.1) ?? 0
            finishedRuns = match.2.firstMatch(of: /(\d+) finished/).flatMap { Int($0.1) } ?? 0
        } else if head.contains("This sweep has no runs yet") {
            (finishedRuns, runs) = (0, 0)
        } else {
            return nil
        }
    }

    private static func begins(_ head: String, as format: ReportFormat) -> Bool {
        switch format {
        case .markdown: head.hasPrefix("# ")
        case .html: head.lowercased().hasPrefix("<!doctype html>")
        case .latex: head.contains("\\documentclass") && !head.hasPrefix("#") && !head.hasPrefix("<")
        case .csv: false
        }
    }
}
