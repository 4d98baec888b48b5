import ArgumentParser
import SLHarness
import SLReport
import SLSpec
import SLStore
import SLSystem

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how a sweep stands: from another terminal, while it runs, or afterwards.",
        discussion: """
            Reads the database alone and changes nothing. Without a name the sweep that was planned last is shown. Where a terminal has
            too few lines for --watch, runs at work come first, then those that ended badly, and the rest is counted.

              slbench status 60m --watch
            """)

    @Argument(help: "The sweep's name; the last one if not given.")
    var sweep: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: FormatOptions

    @Flag(help: "Show it again every few seconds until everything has ended.")
    var watch = false

    @Option(help: "Seconds between two looks with --watch.")
    var every: Double = 2

    func validate() throws {
        if !(every >= 0.2 && every <= 86_400) { throw ValidationError("--every \(every): 0.2 to 86400 seconds are possible") }
    }

    func run() throws {
        let path = database.path()
        if watch { StopFlag.raise() }
        var shownLines = 0
        while true {
            // Its size may change meanwhile.
            let terminal = Terminal.standardOutput()
            let store = try Stores.reading(path)
            guard let name = try sweep ?? store.sweepNames().last else {
                throw FileError(file: path, problem: "holds no sweep", fix: "run one: slbench sweep CONFIG")
            }
            let runs = try store.standing(sweep: name)
            // Drawn anew in its place it must fit the screen: a line above the table, two of its head, and the cursor's own.
            let isDrawn = watch && terminal.isInteractive
            let text = output.format == .table
                ? Self.readable(name, runs, lines: isDrawn ? max(1, terminal.rows - 4) : nil, columns: isDrawn ? terminal.columns : nil) : TableRenderer.render(Self.table(runs), as: output.format)
            // On a terminal the new table takes the place of the old one.
            let back = terminal.isInteractive && shownLines > 0 ? "\u{1B}[\(shownLines)A\u{1B}[J" : ""
            print(back + text, terminator: "")
            shownLines = text.count { $0 == "\n" }
            guard watch, runs.contains(where: { $0.status == .running || $0.status == nil }), !StopFlag.isRaised, StandardOutput.failure == nil
            else { return }
            StopFlag.wait(seconds: every)
            if StopFlag.isRaised { return }
        }
    }

    static func table(_ runs: [RunStanding]) -> ValueTable {
        ValueTable(
            columns: [
                "run_id", "size", "method", "rank", "seed", "status", "step", "steps", "loss", "eval_loss", "tokens_per_second",
                "remaining_seconds", "silent_seconds", "failure",
            ],
            rows: runs.map { run in
                [
                    .text(run.runID), .text(run.size), .text(run.method), .init(run.rank), .integer(run.seed),
                    .text(run.status?.rawValue ?? "waiting"), .integer(run.step), .integer(run.steps), .init(run.loss), .init(run.evalLoss),
                    .init(run.tokensPerSecond), .init(run.status == .running ? run.remainingSeconds : nil), .init(run.silentSeconds),
                    .init(run.failure),
                ]
            })
    }

    /// - Parameters:
    ///   - lines: for the runs; `nil` for all of them.
    ///   - columns: at which a line is cut; `nil` for no cut.
    static func readable(_ name: String, _ runs: [RunStanding], lines: Int?, columns: Int?) -> String {
        let excerpt = StandingExcerpt(runs, lines: lines)
        let table = ValueTable(
            columns: ["run", "size", "method", "rank", "seed", "status", "step", "loss", "eval loss", "tokens/s", "eta"],
            rows: excerpt.shown.map { run in
                [
                    .text(run.runID), .text(run.size), .text(run.method), .init(run.rank), .integer(run.seed), .text(words(run)),
                    .text("\(run.step)/\(run.steps)"), .text(NumberFormat.loss(run.loss)), .text(NumberFormat.loss(run.evalLoss)),
                    .text(NumberFormat.tokensPerSecond(run.tokensPerSecond)),
                    run.status == .running ? run.remainingSeconds.map { .text(DurationText.clock($0)) } ?? .null : .null,
                ]
            })
        let text = "sweep \(name): \(StandingExcerpt.counts(runs))\n" + TableRenderer.render(table, as: .table) + (excerpt.rest.map { $0 + "\n" } ?? "")
        guard let columns else { return text }
        let cut = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0.prefix(max(1, columns - 1))) }
        return cut.joined(separator: "\n")
    }

    /// A run that says `running` and has been silent for long may have lost its process.
    private static func words(_ run: RunStanding) -> String {
        guard let status = run.status else { return "waiting" }
        if status == .running, let silent = run.silentSeconds, silent > 60 { return "running, silent for \(DurationText.clock(silent))" }
        if status == .running, let silent = run.silentSeconds, silent < -60 { return "running, by a clock that is \(DurationText.clock(-silent)) ahead" }
        guard let failure = run.failure else { return status.rawValue }
        return "\(status.rawValue): \(failure.prefix { !$0.isNewline }.prefix(60))"
    }
}
