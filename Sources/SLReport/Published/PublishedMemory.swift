public import SLSpec

/// Memory that a paper measured on an accelerator, weights to activations; not its estimate of weights and states.
public struct PublishedMemory: Sendable, Hashable {
    /// Snake-case method name.
    public var method: String
    /// Preset name.
    public var size: String
    public var rank: Int?
    public var states: MemoryOptions.States
    public var update: MemoryOptions.Update
    public var gigabytes: Double

    /// Where all of ``all`` stand.
    public static let source = "SLTrain (Han et al. 2024, arXiv:2406.02214), figure of actual memory on one A100 80G"

    /// Sequences by their length.
    public static let batch = "1 × 256"

    /// bf16 throughout, one sequence of 256 tokens a step, no activation recomputed.
    public static let all: [PublishedMemory] =
        figures("full_rank", .likeWeights, .wholeModel, [4.5, 16.3, 67.4], ranked: false)
        + figures("full_rank", .eightBit, .perLayer, [3.5, 11.8, 29.4], ranked: false)
        + figures("galore", .eightBit, .perLayer, [3.1, 10.3, 22])
        + figures("sltrain", .eightBit, .perLayer, [2.2, 6.8, 18.3])

    /// The figure of a cell with the same method, rank, format of states and update in bf16; `nil` where none was published.
    public static func figure(_ spec: PredictionSpec) -> PublishedMemory? {
        let memory = spec.training.memory
        guard memory.storage == .bf16, memory.recompute == .none, spec.training.activations == nil, !spec.options.hasLayout else { return nil }
        return all.first {
            $0.method == spec.method && $0.size == spec.model.name && $0.rank == spec.rank && $0.states == memory.states
                && $0.update == memory.update
        }
    }

    /// The share of full-rank bf16 Adam's memory at the same size that is saved; `nil` for that one itself.
    public var reduction: Double? {
        guard let reference = Self.all.first(where: { $0.size == size && $0.isReference }), reference != self else { return nil }
        return 1 - gigabytes / reference.gigabytes
    }

    private var isReference: Bool { method == "full_rank" && states == .likeWeights && update == .wholeModel }

    private static let sizes = ["350m", "1b", "7b"]
    private static let ranks = [256, 512, 1024]

    private static func figures(
        _ method: String, _ states: MemoryOptions.States, _ update: MemoryOptions.Update, _ gigabytes: [Double], ranked: Bool = true
    ) -> [PublishedMemory] {
        sizes.indices.map { index in
            PublishedMemory(
                method: method, size: sizes[index], rank: ranked ? ranks[index] : nil, states: states, update: update,
                gigabytes: gigabytes[index])
        }
    }
}
