import ArgumentParser
import Foundation
import SLCluster
import SLHarness
import SLSpec

/// The job that comes last: it takes over what the runs recorded and writes the report, when nobody is logged in.
///
/// It is one of the few processes besides the user's own that open the sweep's database, on a machine that may know its folder as a network's: from the
/// first submission on the database has a rollback journal on every machine (`JournalMode`). Whatever it takes over, a `collect`
/// of the user's takes over as well, before it, after it, or at once.
enum ClosingRun {
    /// - Throws: `DataError` when the file says nothing that could be done; `ExitCode` 3 when two attempts at one run disagree.
    static func execute(_ file: String) throws {
        let bytes = try DataError.contents(of: file, missing: "there is nothing to conclude here")
        let task: ClosingTask
        do { task = try RecordJSON.decoder().decode(ClosingTask.self, from: Data(bytes)) } catch {
            throw DataError(file: file, problem: "not what the last job of a sweep is told: \(error)")
        }
        // On another disk than that of the runs it would be made anew.
        guard FileManager.default.fileExists(atPath: task.database) else {
            throw FileError(
                file: task.database, problem: "\(MachineProbe.host) does not see the database", fix: "`slbench collect \(task.sweep)` where it is",
                isMissingFile: true)
        }
        let outcome = try Collector(database: task.database).collect(sweep: task.sweep)
        Talk.say(CollectCommand.summary(outcome))
        if let report = task.report {
            try ReportOutput(report, protection: OutputGuard(database: task.database)).write(try Stores.history(task.database, sweep: task.sweep))
        }
        try CollectCommand.conclude(outcome)
    }
}
