import Foundation
import SLHarness
import SLSpec
import Testing

/// The live table on a terminal that is played here: what is on its screen after each drawing.
@Suite struct DisplayTests {
    /// Understands what the display writes: text, `\r`, `\n`, cursor up, erase below, colours. Breaks long lines.
    private final class Screen {
        var columns: Int
        var height: Int
        private(set) var rows: [[Character]] = [[]]
        private var row = 0
        private var column = 0
        var time = 0.0

        init(columns: Int, height: Int = 24) { (self.columns, self.height) = (columns, height) }

        var terminal: Terminal { Terminal(isInteractive: true, hasColor: true, columns: columns, rows: height) }
        var lines: [String] { rows.map { String($0).trimmingCharacters(in: .whitespaces) } }

        func write(_ text: String) {
            var rest = Substring(text)
            while let character = rest.popFirst() {
                switch character {
                case "\r": column = 0
                case "\n":
                    row += 1
                    column = 0
                    if row == rows.count { rows.append([]) }
                case "\u{1B}":
                    let code = rest.dropFirst().prefix { $0.isNumber || $0 == ";" }
                    rest = rest.dropFirst(1 + code.count)
                    switch rest.popFirst() {
                    case "A": row = max(0, row - (Int(code) ?? 1))
                    case "J":
                        rows[row] = Array(rows[row].prefix(column))
                        rows.removeSubrange((row + 1)...)
                    case "m": break
                    default: Issue.record("what is this: \(code)")
                    }
                default:
                    if column == columns { (row, column) = (row + 1, 0) }
                    if row == rows.count { rows.append([]) }
                    while rows[row].count <= column { rows[row].append(" ") }
                    rows[row][column] = character
                    column += 1
                }
            }
        }

        /// As terminals do that break lines anew. The cursor stays behind the last character.
        func narrow(to columns: Int) {
            self.columns = columns
            rows = rows.flatMap { line in
                line.isEmpty ? [[]] : stride(from: 0, to: line.count, by: columns).map { Array(line[$0..<min($0 + columns, line.count)]) }
            }
            (row, column) = (rows.count - 1, rows.last?.count ?? 0)
        }
    }

    private let cells: [PlannedCell]
    init() throws { cells = try Sample.plan((1...6).map { try Sample.spec("sltrain", seed: $0) }).cells }

    private func display(_ screen: Screen) -> ProgressDisplay {
        ProgressDisplay(terminal: { screen.terminal }, clock: { screen.time }, write: { screen.write($0) })
    }

    private func training(_ step: Int) -> CellProgress {
        CellProgress(activity: "training", step: step, totalSteps: 10, loss: 5.5, tokensPerSecond: 128)
    }

    @Test func aTableThatIsDrawnAnew() {
        let screen = Screen(columns: 120)
        var display = display(screen)
        display.begin(cells[0], index: 1, of: 6)
        display.begin(cells[1], index: 2, of: 6)
        let standing = SweepStanding(done: 3, failed: 1, waitingSeconds: [10, 10, 10, 10], jobs: 2)
        for step in 1...5 {
            screen.time += 1
            display.update(cells[0].runKey, training(step))
            display.update(cells[1].runKey, CellProgress(activity: "preparing", step: 0, totalSteps: 10))
            display.show(standing)
        }
        #expect(screen.lines.count == 3)
        #expect(screen.lines[0] == "[1/6] tiny sltrain r4 seed 1  step 5/10 (50 %)  loss 5.5000  128 tokens/s  eta 5 s", "\(screen.lines)")
        #expect(screen.lines[1] == "[2/6] tiny sltrain r4 seed 2  preparing")
        #expect(screen.lines[2].hasPrefix("3 done, 1 failed, 2 running, 4 waiting, eta "))

        display.end(cells[0].runKey, "finished", isGood: true)
        display.show(standing)
        #expect(screen.lines.count == 3 && screen.lines[0] == "[1/6] tiny sltrain r4 seed 1: finished (5 s)")
        #expect(screen.lines[1].hasPrefix("[2/6]") && screen.lines[2].contains("1 running"))
        display.end(cells[1].runKey, "failed", isGood: false)
        display.show(standing)
        display.close()
        #expect(screen.lines.count == 3 && screen.lines[2].isEmpty, "\(screen.lines)")
    }

    @Test func neverMoreThanTheTerminalHas() {
        let screen = Screen(columns: 30, height: 4)
        var display = display(screen)
        for (index, cell) in cells.enumerated() { display.begin(cell, index: index + 1, of: 6) }
        display.show(SweepStanding(jobs: 6))
        #expect(screen.lines.count == 3 && screen.lines.allSatisfy { $0.count < 30 })
        #expect(screen.lines[1] == "and 5 more" && screen.lines[2].hasPrefix("0 done, 0 failed, 6 running"))
        screen.height = 1
        screen.time += 1
        display.show(SweepStanding(jobs: 6))
        #expect(screen.lines.count == 1)
    }

    @Test func aNarrowerTerminalKeepsNoLeftovers() {
        let screen = Screen(columns: 100)
        var display = display(screen)
        display.say("a line that stays")
        display.begin(cells[0], index: 1, of: 6)
        display.begin(cells[1], index: 2, of: 6)
        for cell in cells.prefix(2) { display.update(cell.runKey, training(3)) }
        display.show(SweepStanding(jobs: 2))
        screen.narrow(to: 40)
        screen.time += 1
        display.show(SweepStanding(jobs: 2))
        #expect(screen.lines.count == 4 && screen.lines[0] == "a line that stays", "\(screen.lines)")
        display.close()
        #expect(screen.lines == ["a line that stays", ""])
    }

    @Test func drawingIsNotForEveryUpdate() {
        let screen = Screen(columns: 80)
        var drawn = 0
        var display = ProgressDisplay(terminal: { screen.terminal }, clock: { screen.time }, write: { _ in drawn += 1 })
        display.begin(cells[0], index: 1, of: 1)
        for _ in 1...50 {
            screen.time += 0.01
            display.update(cells[0].runKey, training(1))
            display.show(SweepStanding())
        }
        #expect(drawn >= 4 && drawn <= 6)
    }

    @Test func plainLinesHaveNoControlCharacters() {
        var text = ""
        var time = 0.0
        var display = ProgressDisplay(
            terminal: { Terminal(isInteractive: false, hasColor: false) }, clock: { time }, write: { text += $0 })
        display.begin(cells[0], index: 1, of: 6)
        for step in 1...10 {
            time += 2
            display.update(cells[0].runKey, training(step))
            display.show(SweepStanding())
        }
        display.update(cells[0].runKey, CellProgress(activity: "waiting", step: 0, totalSteps: 10, notice: "waiting: r.sqlite: is gone"))
        display.end(cells[0].runKey, "finished", isGood: true)
        display.close()
        let lines = text.split(separator: "\n")
        #expect(!text.contains("\u{1B}") && !text.contains("\r"))
        #expect(lines.first == "[1/6] tiny sltrain r4 seed 1: started" && lines.last == "[1/6] tiny sltrain r4 seed 1: finished (20 s)")
        #expect(lines.contains("[1/6] tiny sltrain r4 seed 1: waiting: r.sqlite: is gone"))
        #expect(lines.contains { $0.contains("step 4/10 (40 %)  loss 5.5000  128 tokens/s  eta 6 s, sweep 6 s") }, "\(text)")
    }

    @Test func theTerminalIsAskedProperly() {
        let fancy = ["TERM": "xterm"]
        #expect(Terminal.standardError(environment: fancy, isTerminal: true).hasColor)
        for (key, value) in [("CI", "true"), ("TERM", "dumb")] {
            let terminal = Terminal.standardError(environment: fancy.merging([key: value]) { $1 }, isTerminal: true)
            #expect(!terminal.isInteractive && !terminal.hasColor)
        }
        let plain = Terminal.standardError(environment: fancy.merging(["NO_COLOR": "1"]) { $1 }, isTerminal: true)
        #expect(plain.isInteractive && !plain.hasColor)
        #expect(!Terminal.standardError(environment: fancy, isTerminal: false).isInteractive)
    }
}
