public import SLMethodKit
import SLOptimizers
public import SLSpec

/// What a run will hold at its peak, by formula: the largest of its phases, with the refresh's space on top where a rule
/// refreshes.
///
/// Everything that the method declares as trained is planned for as trained, but for what it says is never trained at once
/// (``PretrainingMethod/largestTrainedSet(of:phase:)``). That is the peak of a run whose lifecycles freeze and thaw, too: which tensors they
/// choose, and when, depends on what they see, and such a run begins with all of them.
public struct MemoryPlan: Sendable {
    public let breakdown: MemoryBreakdown
    public let peakStage: String
    public var totalBytes: Int { breakdown.total }

    /// - Parameter held: full names of tensors that are frozen all the while: of a run that begins with them frozen, or of the time between
    ///   a freeze and a thaw. They have neither gradient nor state and refresh nothing; temporary space for passes and updates is made
    ///   for all tensors once and stays.
    /// - Parameters:
    ///   - ranks: processes that share each update. - rank: of the process that is planned; by their state all may differ
    ///     (``ofRanks(_:shape:method:training:threads:)``).
    /// - Throws: as `RunOptimizer.init`.
    public init(
        shape: ModelShape, method: any PretrainingMethod, training: TrainingSpec, threads: Int, held: Set<String>? = nil, ranks: Int = 1, rank: Int = 0
    ) throws {
        let optimizer = try RunOptimizer(training)
        let options = EngineOptions(training.memory)
        let accounting = ModelAccounting(
            shape: shape, method: method, optimizer: optimizer, precision: options.precision, held: held,
            share: training.memory.shardsOptimizer && ranks > 1 ? StateShare(ranks: ranks, rank: rank) : nil)
        // Of every level of the tree one unfinished sum is kept.
        let levels = ShardTree.levels(shards: training.shards, ranks: ranks)
        var best = MemoryBreakdown()
        var bestStage = "backward"
        for phase in 0..<method.phaseCount {
            let layout = EngineLayout(
                shape: shape, method: method, phase: phase, sequences: training.microBatchSize,
                sequenceLength: training.sequenceLength, threads: threads, optimizer: optimizer, options: options)
            let refresh = accounting.refreshCount(phase: phase)
            let plan = MemoryBreakdown(
                weights: accounting.weightBytes(phase: phase),
                gradients: (1 + levels) * accounting.gradientBytes(phase: phase, options: options) + levels * accounting.collectedBytes(phase: phase),
                optimizer: accounting.optimizerBytes(phase: phase), indices: accounting.indexBytes(phase: phase),
                activations: 4 * layout.activationCount,
                workspace: 4 * (layout.workspaceCount + refresh))
            if plan.total > best.total {
                best = plan
                bestStage = refresh > 0 ? "refresh" : "backward"
            }
        }
        breakdown = best
        peakStage = bestStage
    }
}
