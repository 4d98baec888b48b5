import ArgumentParser
import SLHarness
import SLSpec

struct CollectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect", abstract: "Take over what the jobs of a sweep have recorded so far.",
        discussion: """
            A job on a cluster records into a file of its own in its run's folder; this brings them into the results database: finished
            runs, and of those at work how far they are. It can be done from any machine that sees the folder, at any time and as often as
            wanted; what is half-written is taken the next time. Exit code 3 when two attempts at one run finished and disagree.

              slbench collect 60m
              slbench collect --db /shared/results/slbench.sqlite --prune
            """)

    @Argument(help: "The sweep's name; `all`, or nothing, for every sweep of the database.")
    var sweep: String?

    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Remove the files of runs that are finished and taken over.")
    var prune = false

    func run() throws {
        let outcome = try Collector(database: database.path()).collect(sweep: sweep == "all" ? nil : sweep, prunes: prune)
        print(Self.summary(outcome))
        try Self.conclude(outcome)
    }

    /// Says what could not be taken over.
    ///
    /// - Throws: `ExitCode` 3 when attempts disagree.
    static func conclude(_ outcome: Collector.Outcome) throws {
        for words in outcome.unusable { Talk.say("not used: \(words)") }
        guard outcome.disagreements.isEmpty else {
            for words in outcome.disagreements { Talk.say("DISAGREEMENT: \(words)") }
            Talk.say(
                "\(outcome.disagreements.count) finished \(outcome.disagreements.count == 1 ? "attempt does" : "attempts do") not agree with the record of "
                    + "the run: the record stays, and the files too. Equal bits are promised on equal processors, threads and BLAS cores only; see `slbench check`.")
            throw ExitCode(3)
        }
    }

    static func summary(_ outcome: Collector.Outcome) -> String {
        let counts = RunStatus.allCases.compactMap { status in outcome.standing[status].map { "\($0) \(status.rawValue)" } }
            + (outcome.unrecorded > 0 ? ["\(outcome.unrecorded) begun without a record yet"] : [])
        let runs = counts.isEmpty ? "no runs of jobs" : counts.joined(separator: ", ")
        return "\(runs); \(outcome.taken) taken over" + (outcome.pruned > 0 ? ", files of \(outcome.pruned) removed" : "")
    }
}
