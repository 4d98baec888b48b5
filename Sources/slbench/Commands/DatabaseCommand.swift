import ArgumentParser
import Foundation
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

                  slbench db merge results/slbench.sqlite /mnt/other/slbench.sqlite
                """)

        @Argument(help: "The database that grows; it is made when it is missing.", completion: .file(extensions: ["sqlite"]))
        var target: String

        @Argument(help: "The databases that stay as they are.", completion: .file(extensions: ["sqlite"]))
        var sources: [String]

        func validate() throws {
            if sources.isEmpty { throw ValidationError("db merge: name the databases to take over after the one that grows") }
            for source in sources where URL(filePath: source).standardizedFileURL == URL(filePath: target).standardizedFileURL {
                throw ValidationError("db merge: \(source) is the database that grows itself")
            }
        }

        func run() throws {
            // A name that is mistyped must not leave an empty database behind.
            for source in sources where !FileManager.default.fileExists(atPath: source) {
                throw StorageError(file: source, problem: "no such file", fix: "name a database that holds results", isMissingFile: true)
            }
            let store = try ResultStore(path: target)
            for source in sources {
                let outcome = try store.merge(source)
                Talk.say(
                    "\(source): \(outcome.added) runs added, \(outcome.replaced) replaced by further ones, \(outcome.kept) kept, "
                        + "\(outcome.sweeps) sweeps added")
            }
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
