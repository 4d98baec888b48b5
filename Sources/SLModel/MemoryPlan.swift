import SLMethodKit
import SLOptimizers
import SLSpec

/// What a run will hold at its peak, by formula: the largest of its phases, with the refresh's space on top where a rule
/// refreshes.
public struct MemoryPlan: Sendable {
    public let breakdown: MemoryBreakdown
    public let peakPhase: String
    public var totalBytes: Int { breakdown.total }

    /// - Throws: as `RunOptimizer.init`.
    public init(shape: ModelShape, method: any PretrainingMethod, training: TrainingSpec, threads: Int) throws {
        let optimizer = try RunOptimizer(training)
        let accounting = ModelAccounting(shape: shape, method: method, optimizer: optimizer)
        let options = EngineOptions(training.memory)
        var best = MemoryBreakdown()
        var bestPhase = "backward"
        for phase in 0..<method.phaseCount {
            let layout = EngineLayout(
                shape: shape, method: method, phase: phase, sequences: training.microBatchSize,
                sequenceLength: training.sequenceLength, threads: threads, optimizer: optimizer, options: options)
            let refresh = layout.refreshCount
            let plan = MemoryBreakdown(
                weights: accounting.weightBytes(phase: phase), gradients: accounting.gradientBytes(phase: phase, options: options),
                optimizer: accounting.optimizerBytes(phase: phase), indices: accounting.indexBytes(phase: phase),
                activations: 4 * layout.activationCount,
                workspace: 4 * (layout.workspaceCount + refresh))
            if plan.total > best.total {
                best = plan
                bestPhase = refresh > 0 ? "refresh" : "backward"
            }
        }
        breakdown = best
        peakPhase = bestPhase
    }
}
