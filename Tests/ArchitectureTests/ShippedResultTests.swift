import Foundation
import Testing

/// What lies in `results` is whole: finished runs, each report with the command that makes it.
struct ShippedResultTests {
    static let folder = SourceTree.root.appending(path: "results")

    /// Reports that are about runs that fail, by their path in the folder. A name is added here with its reason or not at all.
    static let aboutFailures: Set<String> = []

    /// What is committed; what else lies in the folder itself are sweeps of whoever works here.
    static func files(_ extensions: Set<String>) throws -> [(path: String, text: String)] {
        let kept = try ["published", "benchmarks"].flatMap { name in
            try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path).map { "\(name)/\($0)" }
        }
        return try (["claims.md", "exports.md", "fuzz.md", "scale.md", "soak.md", "soak-slurm.md"] + kept).sorted().filter { extensions.contains(URL(filePath: $0).pathExtension) }.map {
            ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
        }
    }

    /// States other than `finished` that the line that counts a report's runs names, or a field of a table or a CSV file.
    static func unfinished(_ text: String) -> [String] {
        let states: Set<String> = ["interrupted", "failed", "running"]
        return text.split(separator: "\n").flatMap { line in
            let isCount = line.contains(" runs: ") || line.contains(" run: ")
            let fields = line.split { (isCount ? ":,. |<>" : "|,<>").contains($0) }
            return fields.map { $0.trimmingCharacters(in: .whitespaces) }.filter(states.contains)
        }
    }

    @Test func everyReportIsOfFinishedRuns() throws {
        let reports = try Self.files(["md", "html", "csv", "tex"])
        #expect(reports.count >= 10)
        for (path, text) in reports where !Self.aboutFailures.contains(path) {
            #expect(Self.unfinished(text) == [], "\(path) holds runs that did not finish")
        }
    }

    /// The check sees what it is there for, in each form that a report has.
    @Test(arguments: [
        "1 run: 1 interrupted. Written from the results database alone.",
        "<p>24 runs: 23 finished, 1 failed. Written from the results database alone.",
        "| 350m | full_rank (bf16) | — | 1 | interrupted | — | `3fdd43c07bc6` |",
        "3fdd43c07bc6,memory,350m,full_rank,,1,3,768,6.3,5.4,223.1,7.8,1,1,1,1,1,1,49.0,34.4,interrupted,0.0",
        "<tr><td>350m</td><td>failed</td></tr>",
    ])
    func anUnfinishedRunIsSeen(line: String) {
        #expect(Self.unfinished("# Sweep\n\n\(line)\n").count == 1)
    }

    @Test(arguments: [
        "24 runs: 24 finished. Written from the results database alone.",
        "A run that was interrupted and went on from a checkpoint is listed with the updates that it went on after.",
        "| 9m | galore | 32 | 1 | finished | — | `3fdd43c07bc6` |",
    ])
    func aFinishedRunIsNone(line: String) { #expect(Self.unfinished(line) == []) }

    /// Nobody can write a report again without its command.
    @Test func everyReportHasItsCommand() throws {
        let table = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("|") }
        for (path, _) in try Self.files(["md", "html", "csv", "json"]) {
            let rows = table.filter { row in
                row.contains("`\(path)`") || (path.hasSuffix(".json") && row.contains("`\(path.replacing(".json", with: ".md"))`, `.json`"))
            }
            #expect(rows.count == 1, "results/README.md names \(path) in \(rows.count) rows")
            for row in rows {
                let command = row.split(separator: "|").last { !$0.allSatisfy(\.isWhitespace) } ?? ""
                #expect(command.contains("`") || command.contains("the same"), "\(path) without a command")
            }
        }
    }
}
