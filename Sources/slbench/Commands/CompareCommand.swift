import ArgumentParser
import SLReport
import SLSpec
import SLStore

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Show two runs side by side: settings, loss curves, results, weights.",
        discussion: """
            Runs are named by the beginning of their id or key, as `plan`, `status` and reports show it. Where the database holds
            further seeds of either, what another seed changes is said, too.

              slbench compare 2f39fbc733c4 d630979f2e0e
              slbench compare 2f39fb 2f39fb --other-db /mnt/other/slbench.sqlite --assert-equal
            """)

    @Argument(help: "One run.")
    var first: String

    @Argument(help: "The other run.")
    var second: String

    @OptionGroup var database: DatabaseOptions

    @Option(help: "Database of the second run, if it is another.", completion: .file(extensions: ["sqlite"]))
    var otherDB: String?

    @Flag(help: "Exit code 3 unless losses, evaluations and final weights are the same to the bit.")
    var assertEqual = false

    func run() throws {
        let store = try Stores.reading(database.path())
        let other = try otherDB.map { try Stores.reading($0) } ?? store
        let runs = (try store.history(run: first), try other.history(run: second))
        let groups = [try runs.0.spec.groupKey(), try runs.1.spec.groupKey()]
        let finished = try store.finishedRuns(ofGroups: groups) + (otherDB == nil ? [] : other.finishedRuns(ofGroups: groups))
        let comparison = RunComparison(runs.0, runs.1, finished: finished)
        print(comparison.markdown(), terminator: "")
        guard assertEqual, !comparison.inequalities.isEmpty else { return }
        throw ExitCode(3)
    }
}
