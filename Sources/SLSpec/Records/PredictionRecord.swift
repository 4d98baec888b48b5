/// What decides the memory of a cell: everything of a `RunSpec` but its data, evaluation and seed.
public struct PredictionSpec: Sendable, Hashable, Codable {
    public var model: ModelShape
    public var method: String
    public var options: MethodOptions
    public var training: TrainingSpec

    public init(model: ModelShape, method: String, options: MethodOptions, training: TrainingSpec) {
        self.model = model
        self.method = method
        self.options = options
        self.training = training
    }

    /// The method's rank, where it has one.
    public var rank: Int? { options["rank"]?.integer }

    /// Canonical text: sorted keys, shortest round-trip numbers, no white space.
    public func canonicalJSON() throws -> String { try RunSpec.canonicalJSON(self) }
}

/// The memory of a cell by plan alone: nothing of it was run.
public struct PredictionRecord: Sendable, Hashable, Codable {
    public var spec: PredictionSpec
    /// The split at the predicted peak.
    public var memory: MemoryBreakdown
    /// The phase that the peak falls into.
    public var peakStage: String
    /// Weights, optimizer state and int64 indices at bf16: the published tables' convention.
    public var paperBytes: Int

    public init(spec: PredictionSpec, memory: MemoryBreakdown, peakStage: String, paperBytes: Int) {
        self.spec = spec
        self.memory = memory
        self.peakStage = peakStage
        self.paperBytes = paperBytes
    }

    public var predictedBytes: Int { memory.total }

    enum CodingKeys: String, CodingKey {
        case spec, memory
        case peakStage = "peak_phase"
        case paperBytes = "paper_memory_bytes"
    }
}
