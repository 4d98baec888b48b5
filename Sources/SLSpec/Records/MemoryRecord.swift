/// Bytes by what they are for.
public struct MemoryBreakdown: Sendable, Hashable, Codable {
    public var weights: Int
    public var gradients: Int
    public var optimizer: Int
    public var indices: Int
    public var activations: Int
    public var workspace: Int

    public init(weights: Int = 0, gradients: Int = 0, optimizer: Int = 0, indices: Int = 0, activations: Int = 0, workspace: Int = 0) {
        self.weights = weights
        self.gradients = gradients
        self.optimizer = optimizer
        self.indices = indices
        self.activations = activations
        self.workspace = workspace
    }

    public var total: Int { weights + gradients + optimizer + indices + activations + workspace }

    enum CodingKeys: String, CodingKey {
        case weights = "weight_bytes"
        case gradients = "gradient_bytes"
        case optimizer = "optimizer_bytes"
        case indices = "index_bytes"
        case activations = "activation_bytes"
        case workspace = "workspace_bytes"
    }
}

/// The three memory figures of a run, never mixed: by the papers' convention, tracked, and of the process.
public struct MemoryRecord: Sendable, Hashable, Codable {
    /// Weights, optimizer state and int64 indices at bf16: the published tables' convention.
    public var paperBytes: Int
    /// What the planner said before the first step.
    public var predictedBytes: Int
    /// High-water mark of the program's own tensor storage.
    public var peakTrackedBytes: Int
    /// The split at that moment.
    public var peak: MemoryBreakdown
    /// `forward`, `backward`, `update`, `refresh`, `evaluate`, `setup`.
    public var peakStage: String
    /// Peak resident size of the run's own process (VmHWM).
    public var peakResidentBytes: Int?
    /// Resident size of the process before its first tensor: program, libraries with their buffers, token file. `nil` when
    /// it was not measured.
    public var constantBytes: Int?

    public init(
        paperBytes: Int, predictedBytes: Int, peakTrackedBytes: Int, peak: MemoryBreakdown, peakStage: String,
        peakResidentBytes: Int?, constantBytes: Int? = nil
    ) {
        self.paperBytes = paperBytes
        self.predictedBytes = predictedBytes
        self.peakTrackedBytes = peakTrackedBytes
        self.peak = peak
        self.peakStage = peakStage
        self.peakResidentBytes = peakResidentBytes
        self.constantBytes = constantBytes
    }

    enum CodingKeys: String, CodingKey {
        case paperBytes = "paper_memory_bytes"
        case predictedBytes = "predicted_bytes"
        case peakTrackedBytes = "peak_tracked_bytes"
        case peak
        case peakStage = "peak_phase"
        case peakResidentBytes = "peak_rss_bytes"
        case constantBytes = "process_constant_bytes"
    }
}
