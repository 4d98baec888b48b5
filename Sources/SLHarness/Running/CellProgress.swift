public import Foundation
public import SLSpec
public import SLTraining

/// One line of what a run's process says on its stdout.
public struct CellProgress: Sendable, Hashable, Codable {
    /// `preparing`, `initialising`, `training` or `evaluating`.
    public var activity: String
    public var step: Int
    public var totalSteps: Int
    public var loss: Double?
    public var tokensPerSecond: Double?
    public var evaluation: EvaluationSample?
    /// Words for people that stand alone, e.g. why the run waits.
    public var notice: String?

    public init(
        activity: String, step: Int, totalSteps: Int, loss: Double? = nil, tokensPerSecond: Double? = nil,
        evaluation: EvaluationSample? = nil, notice: String? = nil
    ) {
        self.notice = notice
        self.activity = activity
        self.step = step
        self.totalSteps = totalSteps
        self.loss = loss
        self.tokensPerSecond = tokensPerSecond
        self.evaluation = evaluation
    }

    public init(_ progress: TrainingProgress) {
        self.init(
            activity: progress.activity.rawValue, step: progress.step, totalSteps: progress.totalSteps, loss: progress.loss,
            tokensPerSecond: progress.tokensPerSecond, evaluation: progress.evaluation)
    }

    enum CodingKeys: String, CodingKey {
        case activity, step, loss, evaluation, notice
        case totalSteps = "total_steps"
        case tokensPerSecond = "tokens_per_second"
    }

    var line: Data? { try? RecordJSON.encoder().encode(self) + Data("\n".utf8) }

    init?(line: some Collection<UInt8>) {
        guard let progress = try? RecordJSON.decoder().decode(CellProgress.self, from: Data(line)) else { return nil }
        self = progress
    }
}

/// Writes progress to stdout, a few lines a second and no more; evaluations and changes of activity always.
public struct ProgressWriter {
    private let output: FileHandle
    private let interval: Duration
    private var last: ContinuousClock.Instant?
    private var lastActivity = ""

    public init(output: FileHandle = .standardOutput, interval: Duration = .milliseconds(150)) {
        self.output = output
        self.interval = interval
    }

    /// A reader that is gone is no reason to stop: the run's facts go to the database.
    public mutating func write(_ progress: CellProgress) {
        let now = ContinuousClock.now
        let isDue = last.map { now - $0 >= interval } ?? true
        let isLast = progress.step == progress.totalSteps
        guard isDue || isLast || progress.evaluation != nil || progress.notice != nil || progress.activity != lastActivity else { return }
        guard let line = progress.line else { return }
        try? output.write(contentsOf: line)
        guard progress.notice == nil else { return }
        last = now
        lastActivity = progress.activity
    }
}
