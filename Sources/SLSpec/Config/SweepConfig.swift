/// A sweep as a config file asks for it, checked and with every choice written out.
public struct SweepConfig: Sendable {
    public var name: String
    public var data: DataSpec
    public var evaluation: EvaluationSpec
    /// Path of the results database.
    public var database: String?
    /// Path of the report.
    public var report: String?
    public var threads: Int?
    /// Processes that train each run together.
    public var ranks = 1
    /// Every run in plan order: sizes × methods × swept values (in written order, the last fastest) × seeds.
    public var cells: [CellDraft]
    /// Cells that were asked for more than once and stand in `cells` once.
    public var duplicates: Int
    /// Cells whose memory is planned and that are never run: the models of `predict` × methods × swept values, in that
    /// order. Their seed is 0 and means nothing.
    public var predicted: [CellDraft] = []
    public var checkpoint = CheckpointPolicy()
    /// What is measured of the runs' matrices on the way; `nil` for nothing. Trials of a tuning are not probed.
    public var probes: ProbeSpec?
    /// What is tried before the cells are run; `nil` for nothing.
    public var tuning: TuningPlan?
    /// What the runs are held against when they are read.
    public var evidence = EvidenceSpec()
    /// How cells are submitted to a cluster; `nil` where the config does not say.
    public var slurm: SlurmSpec?

    public var models: [ModelShape] {
        cells.reduce(into: []) { if !$0.contains($1.model) { $0.append($1.model) } }
    }
}

/// One run before its data is known: everything of a `RunSpec` but the data's identity.
public struct CellDraft: Sendable, Hashable {
    public var model: ModelShape
    public var method: String
    public var options: MethodOptions
    public var training: TrainingSpec
    public var evaluation: EvaluationSpec
    public var seed: UInt64
    /// Where in the config the method stands, for errors that only the method itself can find: `methods[2]`.
    public var origin: String

    public init(
        model: ModelShape, method: String, options: MethodOptions, training: TrainingSpec, evaluation: EvaluationSpec, seed: UInt64,
        origin: String
    ) {
        self.model = model
        self.method = method
        self.options = options
        self.training = training
        self.evaluation = evaluation
        self.seed = seed
        self.origin = origin
    }

    public func spec(data: DataIdentity) -> RunSpec {
        RunSpec(model: model, method: method, options: options, training: training, data: data, evaluation: evaluation, seed: seed)
    }

    /// What decides the cell's memory.
    public var prediction: PredictionSpec { PredictionSpec(model: model, method: method, options: options, training: training) }

    public static func == (left: CellDraft, right: CellDraft) -> Bool {
        left.model == right.model && left.method == right.method && left.options == right.options && left.training == right.training
            && left.evaluation == right.evaluation && left.seed == right.seed
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(method)
        hasher.combine(options)
        hasher.combine(seed)
        hasher.combine(training)
        hasher.combine(model)
    }
}
