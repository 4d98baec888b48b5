import Foundation
import SLSpec

/// Where a run is, in lines for a log that nobody follows: one a minute, and one for every evaluation.
public struct PlainProgress {
    private let clock: () -> Double
    private let say: (String) -> Void
    private var lastLine: Double?
    private var first: (step: Int, seconds: Double)?
    private var activity = ""

    /// Seconds between two lines.
    public static let interval = 60.0

    public init(clock: @escaping () -> Double, say: @escaping (String) -> Void) {
        self.clock = clock
        self.say = say
    }

    public mutating func note(_ progress: CellProgress) {
        let now = clock()
        if let notice = progress.notice { return say(notice) }
        if let evaluation = progress.evaluation {
            return say(
                "\(Self.place(progress)), evaluation loss \(NumberText.fixed(evaluation.loss, decimals: 4)), perplexity \(NumberText.perplexity(evaluation.perplexity))")
        }
        guard progress.loss != nil else {
            if progress.activity != activity, progress.activity != "evaluating" { say("\(progress.activity), \(Self.place(progress))") }
            activity = progress.activity
            return
        }
        activity = progress.activity
        let start = first ?? (progress.step, now)
        first = start
        guard lastLine.map({ now - $0 >= Self.interval }) ?? true || progress.step == progress.totalSteps else { return }
        lastLine = now
        say(Self.line(progress, left: Self.left(progress, since: start, now)))
    }

    /// Evaluations and checkpoints on the way are counted in: they will come again.
    private static func left(_ progress: CellProgress, since start: (step: Int, seconds: Double), _ now: Double) -> Double? {
        let done = progress.step - start.step
        guard done > 0 else { return nil }
        return (now - start.seconds) / Double(done) * Double(progress.totalSteps - progress.step)
    }

    private static func place(_ progress: CellProgress) -> String { "step \(progress.step)/\(progress.totalSteps)" }

    /// `step 120/2000, loss 4.1234, 1234 tokens/s, 12:34 left`
    static func line(_ progress: CellProgress, left: Double?) -> String {
        var words = [place(progress)]
        if let loss = progress.loss { words.append("loss \(NumberText.fixed(loss, decimals: 4))") }
        if let speed = progress.tokensPerSecond { words.append("\(NumberText.fixed(speed, decimals: speed < 100 ? 1 : 0)) tokens/s") }
        if let left, progress.step < progress.totalSteps { words.append("\(DurationText.clock(left)) left") }
        return words.joined(separator: ", ")
    }
}
