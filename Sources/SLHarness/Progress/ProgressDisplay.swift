import Foundation
import SLSpec

/// Shows a sweep as it goes: on a terminal one line that is drawn anew, elsewhere a plain line now and then.
public struct ProgressDisplay {
    static let plainInterval: Double = 15
    static let shortestPlainInterval: Double = 3

    private let terminal: Terminal
    private let write: (String) -> Void
    private let clock: () -> Double
    private var current: (cell: PlannedCell, place: String, started: Double)?
    /// Seconds the cells after the current one are expected to take.
    private var laterSeconds = 0.0
    private var lastShown = -Double.infinity
    private var lastTenth = 0
    private var lastLoss: Double?
    private var smoothedSpeed: Double?

    public init(terminal: Terminal, clock: @escaping () -> Double, write: @escaping (String) -> Void) {
        self.terminal = terminal
        self.clock = clock
        self.write = write
    }

    public mutating func begin(_ cell: PlannedCell, index: Int, of count: Int, laterSeconds: Double) {
        current = (cell, "[\(index)/\(count)]", clock())
        self.laterSeconds = laterSeconds
        (lastTenth, lastLoss, smoothedSpeed) = (0, nil, nil)
        lastShown = clock()
        if !terminal.isInteractive { write("\(current?.place ?? "") \(cell.label): started\n") }
    }

    public mutating func update(_ progress: CellProgress) {
        guard let current else { return }
        lastLoss = progress.loss ?? progress.evaluation?.loss ?? lastLoss
        if let speed = progress.tokensPerSecond { smoothedSpeed = smoothedSpeed.map { 0.8 * $0 + 0.2 * speed } ?? speed }
        let now = clock()
        let line = line(progress, current.cell, current.place)
        if terminal.isInteractive {
            guard now - lastShown >= 0.1 else { return }
            write("\r\u{1B}[K" + String(line.prefix(max(20, terminal.columns - 1))))
            lastShown = now
        } else {
            let tenth = 10 * progress.step / max(1, progress.totalSteps)
            let isDue = now - lastShown >= Self.plainInterval || (tenth > lastTenth && now - lastShown >= Self.shortestPlainInterval)
            guard isDue else { return }
            (lastTenth, lastShown) = (tenth, now)
            write(line + "\n")
        }
    }

    /// A line that stays, about the current cell.
    public mutating func end(_ words: String, isGood: Bool) {
        guard let current else { return }
        let colored = terminal.hasColor ? "\u{1B}[\(isGood ? 32 : 31)m\(words)\u{1B}[0m" : words
        say("\(current.place) \(current.cell.label): \(colored) (\(DurationText.clock(clock() - current.started)))")
        self.current = nil
    }

    /// Any line that stays.
    public func say(_ line: String) { write((terminal.isInteractive ? "\r\u{1B}[K" : "") + line + "\n") }

    private func line(_ progress: CellProgress, _ cell: PlannedCell, _ place: String) -> String {
        var parts = ["\(place) \(cell.label)"]
        guard progress.phase == "training" || progress.phase == "evaluating", progress.totalSteps > 0 else {
            return parts[0] + "  " + progress.phase
        }
        let percent = 100 * progress.step / progress.totalSteps
        parts.append("\(progress.phase == "evaluating" ? "evaluating at" : "step") \(progress.step)/\(progress.totalSteps) (\(percent) %)")
        if let lastLoss { parts.append(String(format: "loss %.4f", lastLoss)) }
        if let smoothedSpeed {
            parts.append(String(format: "%.0f tokens/s", smoothedSpeed))
            let left = remaining(progress, cell, smoothedSpeed)
            parts.append("eta \(DurationText.clock(left)), sweep \(DurationText.clock(left + laterSeconds))")
        }
        return parts.joined(separator: "  ")
    }

    private func remaining(_ progress: CellProgress, _ cell: PlannedCell, _ speed: Double) -> Double {
        speed > 0 ? Double((progress.totalSteps - progress.step) * cell.spec.training.tokensPerStep) / speed : .infinity
    }
}
