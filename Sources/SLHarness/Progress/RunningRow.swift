import SLSpec

/// What a display knows of a run at work.
struct RunningRow {
    let cell: PlannedCell
    /// `[3/12]`
    let place: String
    let started: Double
    private(set) var progress: CellProgress?
    private var lastLoss: Double?
    private var smoothedSpeed: Double?
    /// For plain lines: when the last one was written, and at which tenth of the run.
    var lastShown: Double
    var lastTenth = 0

    init(cell: PlannedCell, place: String, started: Double) {
        self.cell = cell
        self.place = place
        self.started = started
        lastShown = started
    }

    mutating func take(_ progress: CellProgress) {
        self.progress = progress
        lastLoss = progress.loss ?? progress.evaluation?.loss ?? lastLoss
        if let speed = progress.tokensPerSecond, speed.isFinite { smoothedSpeed = smoothedSpeed.map { 0.8 * $0 + 0.2 * speed } ?? speed }
    }

    var tenth: Int { progress.map { 10 * $0.step / max(1, $0.totalSteps) } ?? 0 }

    /// Label, place in the run, loss, speed and time to its end; empty where there is nothing to say.
    func columns(now: Double) -> [String] {
        guard let progress else { return ["\(place) \(cell.label)", "starting", "", "", ""] }
        guard progress.activity == "training" || progress.activity == "evaluating", progress.totalSteps > 0 else {
            return ["\(place) \(cell.label)", progress.activity, "", "", ""]
        }
        let percent = 100 * progress.step / progress.totalSteps
        return [
            "\(place) \(cell.label)",
            "\(progress.activity == "evaluating" ? "eval" : "step") \(progress.step)/\(progress.totalSteps) (\(percent) %)",
            lastLoss.map { "loss \(NumberText.fixed($0, decimals: 4))" } ?? "",
            smoothedSpeed.map { "\(NumberText.fixed($0, decimals: 0)) tokens/s" } ?? "",
            smoothedSpeed == nil ? "" : "eta \(DurationText.clock(remainingSeconds(now: now)))",
        ]
    }

    /// By its own speed; before it has one, by what was expected of it.
    func remainingSeconds(now: Double) -> Double {
        guard let progress, let speed = smoothedSpeed else { return max(0, cell.time.seconds - (now - started)) }
        return speed > 0 ? Double(progress.totalSteps - progress.step) * cell.spec.targetsPerUpdate / speed : .infinity
    }
}
