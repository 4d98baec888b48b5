import ArgumentParser
import Foundation
import SLHarness
import SLReport
import SLSpec
import SLStore

struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Merge and check results databases.", subcommands: [Merge.self, Check.self])

    struct Merge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the runs of other databases over into one.",
            discussion: """
                All of a database or nothing of it: a run that both have finished with other losses or weights is a conflict, which is named.
                Of a run that one side has finished that side's is taken; of one that neither has, the longer.

                Weights come along, and the checkpoints of runs that go on here.

                  slbench db merge results/slbench.sqlite /mnt/other/slbench.sqlite
                """)

        @Argument(help: "The database that grows; it is made when it is missing.", completion: .file(extensions: ["sqlite"]))
        var target: String

        @Argument(help: "The databases that stay as they are.", completion: .file(extensions: ["sqlite"]))
        var sources: [String]

        func validate() throws {
            if sources.isEmpty { throw ValidationError("db merge: name the databases to take over after the one that grows") }
            for source in sources where Self.isSameFile(source, target) {
                throw ValidationError("db merge: \(source) is the database that grows itself")
            }
        }

        private static func isSameFile(_ one: String, _ two: String) -> Bool {
            RunsFolder(database: one).url == RunsFolder(database: two).url
        }

        func run() throws {
            // A name that is mistyped must not leave an empty database behind.
            for source in sources where !FileManager.default.fileExists(atPath: source) {
                throw FileError(file: source, problem: "no such file", fix: "name a database that holds results", isMissingFile: true)
            }
            let store = try ResultStore(path: target)
            for source in sources {
                let outcome = try store.merge(source)
                Talk.say(
                    "\(source): \(outcome.added) runs added, \(outcome.replaced) replaced by further ones, \(outcome.kept) kept, "
                        + "\(outcome.sweeps) sweeps added")
                try bringFiles(of: outcome, from: source, store)
            }
        }

        private func bringFiles(of outcome: MergeOutcome, from source: String, _ store: ResultStore) throws {
            let status = try outcome.takenRuns.map { (id: $0, status: try store.history(run: $0).status) }
            let taken = RunsFolder(database: target).bring(
                from: RunsFolder(database: source), weights: status.filter { $0.status == .finished }.map(\.id) + outcome.keptRuns,
                checkpoints: status.filter { $0.status != .finished }.map(\.id))
            if taken.weights + taken.checkpoints > 0 {
                Talk.say("\(source): weights of \(taken.weights) and checkpoints of \(taken.checkpoints) runs brought along")
            }
            guard !taken.left.isEmpty else { return }
            throw FileError(
                file: source, problem: "the runs are merged, and files of \(taken.left.count) stay where they are: \(taken.left.joined(separator: "; "))",
                fix: "free some space or make the folder writable, and merge again: only what is missing is brought")
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Verify a database: structure, references, keys, completeness. Exit code 3 if something is wrong.")

        @OptionGroup var database: DatabaseOptions

        func run() throws {
            let path = database.path()
            let issues = try Stores.reading(path).check()
            for issue in issues { print((issue.runID.map { "run \($0): " } ?? "") + issue.problem) }
            guard issues.isEmpty else {
                Talk.say("\(path): \(issues.count) \(issues.count == 1 ? "problem" : "problems")")
                throw ExitCode(3)
            }
            print("\(path): sound")
        }
    }
}
