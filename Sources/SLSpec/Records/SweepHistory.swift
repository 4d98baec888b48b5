/// Everything the database holds about one run of a sweep: what a report is written from.
public struct RunHistory: Sendable {
    public var runID: String
    public var spec: RunSpec
    public var status: RunStatus
    public var failure: RunFailure?
    public var result: RunResult?
    public var memory: MemoryRecord?
    public var steps: [StepSample]
    public var evaluations: [EvaluationSample]
    public var events: [LifecycleRecord]
    public var environment: EnvironmentRecord?
    /// Updates after which the run went on from a checkpoint, in order.
    public var resumptions: [Int]
    /// `nil` in old records.
    public var data: DataRecord?
    public var notes: [RunNote]
    /// By ascending step.
    public var probes: [ProbeRecord]
    /// The processes that made the record, in order; empty in old records.
    public var attempts: [AttemptRecord]
    /// Evaluations on texts besides the validation part, text by text and by ascending step.
    public var texts: [TextSample]

    public init(
        runID: String, spec: RunSpec, status: RunStatus, failure: RunFailure?, result: RunResult?, memory: MemoryRecord?,
        steps: [StepSample], evaluations: [EvaluationSample], events: [LifecycleRecord], environment: EnvironmentRecord?,
        resumptions: [Int] = [], data: DataRecord? = nil, notes: [RunNote] = [], probes: [ProbeRecord] = [], attempts: [AttemptRecord] = [],
        texts: [TextSample] = []
    ) {
        self.texts = texts
        self.attempts = attempts
        self.data = data
        self.notes = notes
        self.probes = probes
        self.resumptions = resumptions
        self.runID = runID
        self.spec = spec
        self.status = status
        self.failure = failure
        self.result = result
        self.memory = memory
        self.steps = steps
        self.evaluations = evaluations
        self.events = events
        self.environment = environment
    }
}

/// A sweep with its runs, in the order of the sweep's plan.
public struct SweepHistory: Sendable {
    public var name: String
    public var runs: [RunHistory]
    /// Cells whose memory was planned and that are never run.
    public var predictions: [PredictionRecord]
    /// What was tried before the runs above to choose their settings; empty when nothing was.
    public var tuning: [TunedCell]
    /// What the runs are held against.
    public var evidence: EvidenceSpec
    /// Finished runs that are not the sweep's and differ from some of its runs in nothing but the seed: they tell of the noise of
    /// seeds, and count in no mean of the sweep.
    public var otherSeeds: [ComparisonRow]
    /// What is known of the methods that the runs name: titles, papers, recipes. No database holds it: whoever reads a history
    /// for people adds what the program knows.
    public var methods: [MethodDescriptor]

    public init(
        name: String, runs: [RunHistory], predictions: [PredictionRecord] = [], tuning: [TunedCell] = [], methods: [MethodDescriptor] = [],
        evidence: EvidenceSpec = EvidenceSpec(), otherSeeds: [ComparisonRow] = []
    ) {
        self.evidence = evidence
        self.otherSeeds = otherSeeds
        self.methods = methods
        self.name = name
        self.runs = runs
        self.predictions = predictions
        self.tuning = tuning
    }
}

/// A table of plain cells, whatever it came from: a query, a listing, a comparison.
public struct ValueTable: Sendable, Hashable {
    public enum Cell: Sendable, Hashable {
        case null
        case integer(Int)
        case real(Double)
        case text(String)
    }

    public var columns: [String]
    public var rows: [[Cell]]

    public init(columns: [String], rows: [[Cell]]) {
        self.columns = columns
        self.rows = rows
    }
}
