import ArgumentParser
import SLCluster
import SLHarness
import SLReport
import SLSpec
import SLStore
import SLSystem

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how a sweep stands: from another terminal, while it runs, or afterwards.",
        discussion: """
            Without a name the sweep that was planned last is shown. Where a terminal has too few lines for --watch, runs at work come first,
            then those that ended badly, and the rest is counted.

            Of a sweep at home the database alone is read and nothing is changed. Of a sweep on a cluster what its runs recorded is taken over first,
            and the queue says where they are and why others wait; while its controller is down the records say what they can.

              slbench status 60m --watch
            """)

    @Argument(help: "The sweep's name; the last one if not given.")
    var sweep: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: FormatOptions

    @Flag(help: "Show it again every few seconds until everything has ended.")
    var watch = false

    @Option(help: "Seconds between two looks with --watch; 2 if not given, and 15 where a cluster's controller is asked.")
    var every: Double?

    func validate() throws {
        if let every, !(every >= 0.2 && every <= 86_400) { throw ValidationError("--every \(every): 0.2 to 86400 seconds are possible") }
    }

    func run() throws {
        let path = database.path()
        if watch { StopFlag.raise() }
        var shownLines = 0
        let collector = Collector(database: path)
        while true {
            // Its size may change meanwhile.
            let terminal = Terminal.standardOutput()
            guard let name = try sweep ?? Stores.reading(path).sweepNames().last else {
                throw FileError(file: path, problem: "holds no sweep", fix: "run one: slbench sweep CONFIG")
            }
            let cluster = ClusterSession(name: name, path: path)
            let view = try cluster.isOnCluster ? cluster.look(collector) : nil
            let runs = try view?.cells.map(\.standing) ?? Stores.reading(path).standing(sweep: name)
            // Drawn anew in its place it must fit the screen: a line above the table, two of its head, and the cursor's own.
            let isDrawn = watch && terminal.isInteractive
            let text = output.format == .table
                ? StandingTable.readable(
                    name, runs, view, lines: isDrawn ? max(1, terminal.rows - 4) : nil, columns: isDrawn ? terminal.columns : nil)
                : TableRenderer.render(StandingTable.of(runs, view), as: output.format)
            // On a terminal the new table takes the place of the old one.
            let back = terminal.isInteractive && shownLines > 0 ? "\u{1B}[\(shownLines)A\u{1B}[J" : ""
            print(back + text, terminator: "")
            shownLines = text.count { $0 == "\n" }
            let isOpen = view?.isOpen ?? runs.contains { $0.status == .running || $0.status == nil }
            guard watch, isOpen, !StopFlag.isRaised, StandardOutput.failure == nil else { return }
            StopFlag.wait(seconds: every ?? (view == nil ? 2 : 15))
            if StopFlag.isRaised { return }
        }
    }
}
