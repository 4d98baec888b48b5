import Foundation
import SLHarness
import SLMethodKit
import SLReport
import SLSpec

/// Where a sweep's report goes: checked before anything runs, and never over one that holds more finished runs.
struct ReportOutput {
    let name: String
    let format: ReportFormat
    let protection: OutputGuard

    /// - Parameter format: `nil` for what the name's extension says.
    /// - Throws: `ValidationError` when the name says another content; `OutputRefusal` or `FileError` when it can't be written there.
    init(_ name: String, format: ReportFormat? = nil, protection: OutputGuard) throws {
        self.name = name
        self.format = try ReportTarget.ofOption(name, format: format).format
        self.protection = protection
        try protection.report(name, format: self.format)
    }

    /// - Parameter goesOnWhenStopped: whether a request to stop costs the pictures only.
    /// - Returns: what was written, and where.
    @discardableResult
    func write(_ history: SweepHistory, goesOnWhenStopped: Bool = true) throws -> ReportWriter.Outcome {
        let (place, shown) = try place(for: history)
        let columns: (URL, [String]) throws -> Void = { file, columns in
            try protection.file(file.path, what: "table of a report", isFormer: FormerOutput.isTable(columns))
        }
        let written = try ReportWriter.write(
            history: history, to: place, format: format, catalog: Program.registry.descriptors, goesOnWhenStopped: goesOnWhenStopped,
            checkTable: columns)
        let tables = written.tables.isEmpty ? "" : " (\(written.tables.count) tables)"
        Talk.say("report: \(shown)\(tables)" + (written.absence.map { " (without pictures: \($0))" } ?? ""))
        return written
    }

    /// The file that was asked for, or one beside it when that holds more finished runs.
    private func place(for history: SweepHistory) throws -> (file: URL, shown: String) {
        let asked = try protection.report(name, format: format)
        guard format != .csv else { return (asked, name) }
        let new = ReportMarker(history)
        var place = asked
        var number = 1
        while let file = FileHead(path: place.path), let there = FormerOutput.marker(file, format), there.finishedRuns > new.finishedRuns {
            let ending = asked.pathExtension.isEmpty ? "" : ".\(asked.pathExtension)"
            let next = asked.deletingPathExtension().path + ".partial" + (number == 1 ? "" : "-\(number)") + ending
            if number == 1 {
                Talk.say(
                    "\(name): holds \(there.finishedRuns) finished runs, and this report holds \(new.finishedRuns): it stays, and the new one "
                        + "is written beside it")
            }
            place = try protection.report(next, format: format)
            number += 1
        }
        guard number > 1 else { return (asked, name) }
        let folder = (name as NSString).deletingLastPathComponent
        return (place, folder.isEmpty ? place.lastPathComponent : "\(folder)/\(place.lastPathComponent)")
    }
}
