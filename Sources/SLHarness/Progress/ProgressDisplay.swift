import SLSpec

/// How a sweep stands beside the runs at work.
public struct SweepStanding: Sendable, Hashable {
    public var done: Int
    public var failed: Int
    /// Seconds that each cell to come is expected to take.
    public var waitingSeconds: [Double]
    public var jobs: Int

    public init(done: Int = 0, failed: Int = 0, waitingSeconds: [Double] = [], jobs: Int = 1) {
        self.done = done
        self.failed = failed
        self.waitingSeconds = waitingSeconds
        self.jobs = jobs
    }
}

/// Shows a sweep as it goes: on a terminal a table of the runs at work that is drawn anew, elsewhere a plain line now and
/// then.
public struct ProgressDisplay {
    static let liveInterval: Double = 0.1
    static let plainInterval: Double = 15
    static let shortestPlainInterval: Double = 3

    /// Asked anew for every drawing: its size may change.
    private let terminal: () -> Terminal
    private let isInteractive: Bool
    private let hasColor: Bool
    private let write: (String) -> Void
    private let clock: () -> Double
    private var rows: [RunningRow] = []
    private var standing = SweepStanding()
    private var block = LiveBlock()
    private var lastDrawn = -Double.infinity

    public init(terminal: @escaping () -> Terminal, clock: @escaping () -> Double, write: @escaping (String) -> Void) {
        self.terminal = terminal
        self.clock = clock
        self.write = write
        let first = terminal()
        isInteractive = first.isInteractive
        hasColor = first.hasColor
    }

    public mutating func begin(_ cell: PlannedCell, index: Int, of count: Int) {
        let row = RunningRow(cell: cell, place: "[\(index)/\(count)]", started: clock())
        rows.append(row)
        if !isInteractive { write("\(row.place) \(cell.label): started\n") }
    }

    public mutating func update(_ runKey: String, _ progress: CellProgress) {
        guard let index = rows.firstIndex(where: { $0.cell.runKey == runKey }) else { return }
        if let notice = progress.notice { return say("\(rows[index].place) \(rows[index].cell.label): \(notice)") }
        rows[index].take(progress)
        guard !isInteractive else { return }
        let now = clock()
        let (since, tenth) = (now - rows[index].lastShown, rows[index].tenth)
        guard since >= Self.plainInterval || (tenth > rows[index].lastTenth && since >= Self.shortestPlainInterval) else { return }
        (rows[index].lastTenth, rows[index].lastShown) = (tenth, now)
        let words = rows[index].columns(now: now).filter { !$0.isEmpty }.joined(separator: "  ")
        write("\(words), sweep \(DurationText.clock(remainingSeconds(now)))\n")
    }

    /// A line that stays, about a run that has ended.
    public mutating func end(_ runKey: String, _ words: String, isGood: Bool) {
        guard let index = rows.firstIndex(where: { $0.cell.runKey == runKey }) else { return }
        let row = rows.remove(at: index)
        let colored = hasColor ? "\u{1B}[\(isGood ? 32 : 31)m\(words)\u{1B}[0m" : words
        say("\(row.place) \(row.cell.label): \(colored) (\(DurationText.clock(clock() - row.started)))")
    }

    /// Any line that stays.
    public mutating func say(_ line: String) {
        guard isInteractive else { return write(line + "\n") }
        write(block.erase(on: terminal()) + line + "\n")
        lastDrawn = -.infinity
    }

    /// Draws the table anew if it is time.
    public mutating func show(_ standing: SweepStanding) {
        self.standing = standing
        let now = clock()
        guard isInteractive, now - lastDrawn >= Self.liveInterval else { return }
        let terminal = terminal()
        write(block.draw(lines(now, height: terminal.rows), on: terminal))
        lastDrawn = now
    }

    /// Leaves nothing but the lines that stay.
    public mutating func close() {
        guard isInteractive else { return }
        write(block.erase(on: terminal()))
    }

    /// The runs at work and, below them, the sweep; no more lines than the terminal has.
    private func lines(_ now: Double, height: Int) -> [String] {
        let room = max(1, height - 1)
        let cells = rows.map { $0.columns(now: now) }
        var widths = [Int](repeating: 0, count: 5)
        for row in cells { for (column, text) in row.enumerated() { widths[column] = max(widths[column], TextWidth.of(text)) } }
        var lines = cells.map { row in
            let padded = zip(row, widths).filter { $1 > 0 }.map { $0 + String(repeating: " ", count: $1 - TextWidth.of($0)) }
            return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
        if lines.count > room - 1 {
            let shown = max(0, room - 2)
            lines = lines.prefix(shown) + (room > 1 ? ["and \(lines.count - shown) more"] : [])
        }
        return lines + [summary(now)]
    }

    private func summary(_ now: Double) -> String {
        let eta = DurationText.clock(remainingSeconds(now))
        let waiting = standing.waitingSeconds.count
        return "\(standing.done) done, \(standing.failed) failed, \(rows.count) running, \(waiting) waiting, eta \(eta)"
    }

    private func remainingSeconds(_ now: Double) -> Double {
        Makespan.seconds(running: rows.map { $0.remainingSeconds(now: now) }, waiting: standing.waitingSeconds, jobs: standing.jobs)
    }
}
