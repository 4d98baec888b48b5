public import SLMethodKit
import SLOptimizers
public import SLSpec

extension MemoryPlan {
    /// The plans of all processes that share a run, in their order: alike, where each keeps the whole optimizer's state.
    ///
    /// - Throws: as ``init(shape:method:training:threads:held:ranks:rank:)``.
    public static func ofRanks(
        _ ranks: Int, shape: ModelShape, method: any PretrainingMethod, training: TrainingSpec, threads: Int
    ) throws -> [MemoryPlan] {
        let plans = try all(shape: shape, method: method, training: training, threads: threads, held: nil, ranks: ranks)
        return plans.count == 1 ? Array(repeating: plans[0], count: ranks) : plans
    }

    /// - Returns: the plan of every process; one plan, where they are alike.
    static func all(
        shape: ModelShape, method: any PretrainingMethod, training: TrainingSpec, threads: Int, held: Set<String>?, ranks: Int
    ) throws -> [MemoryPlan] {
        let optimizer = try RunOptimizer(training)
        let options = EngineOptions(training.memory)
        let isShared = training.memory.shardsOptimizer && ranks > 1
        // Of every level of the tree one unfinished sum is kept.
        let levels = ShardTree.levels(shards: training.shards, ranks: ranks)
        var best = Array(repeating: MemoryPlan(breakdown: MemoryBreakdown(), peakStage: "backward"), count: isShared ? ranks : 1)
        for phase in 0..<method.phaseCount {
            let layout = EngineLayout(
                shape: shape, method: method, phase: phase, sequences: training.microBatchSize,
                sequenceLength: training.sequenceLength, threads: threads, optimizer: optimizer, options: options)
            func accounting(_ set: TrainedSet) -> ModelAccounting {
                ModelAccounting(shape: shape, method: method, optimizer: optimizer, precision: options.precision, set: set)
            }
            let sets = held.map { [TrainedSet(held: $0)] } ?? method.trainedSets(of: TensorEntry.trainable(shape, method, phase: phase).map(\.place), phase: phase)
            let owners = isShared ? StateOwners(shape: shape, method: method, optimizer: optimizer, ranks: ranks, phase: phase) : nil
            // What does not depend on who trains what.
            let whole = accounting(TrainedSet())
            let (rewrite, buffers) = (whole.rewriteCount(phase: phase), 4 * whole.bufferCount(phase: phase))
            let (workspace, collected) = (layout.workspaceCount, levels * whole.collectedBytes(phase: phase))
            var plan = MemoryBreakdown(
                weights: whole.weightBytes(phase: phase), gradients: 0, optimizer: 0, indices: whole.indexBytes(phase: phase),
                activations: 4 * layout.activationCount, workspace: 0)
            if phase == 0 {
                // First values come before gradients, state and activations are there, and are every process's own.
                let start = MemoryBreakdown(
                    weights: plan.weights, gradients: 0, optimizer: buffers, indices: plan.indices, activations: 0, workspace: 4 * layout.startCount)
                best = best.map { _ in MemoryPlan(breakdown: start, peakStage: "setup") }
            }
            for set in sets {
                let accounting = accounting(set)
                plan.gradients = (1 + levels) * accounting.gradientBytes(phase: phase, options: options) + collected
                for (process, load) in loads(accounting, set, owners, phase: phase, ranks: ranks).enumerated() {
                    let refresh = max(rewrite, load.refreshCount)
                    plan.optimizer = load.stateBytes + buffers
                    plan.workspace = 4 * (workspace + refresh)
                    if plan.total > best[process].totalBytes { best[process] = MemoryPlan(breakdown: plan, peakStage: refresh > 0 ? "refresh" : "backward") }
                }
            }
        }
        return best
    }

    /// - Parameter owners: `nil` where every process keeps everything.
    private static func loads(_ accounting: ModelAccounting, _ set: TrainedSet, _ owners: StateOwners?, phase: Int, ranks: Int) -> [StateLoad] {
        var whole = accounting.wholeLoad(phase: phase)
        guard let owners else { return [whole] }
        guard set.isOpen else { return accounting.stateLoads(owners, ranks: ranks) }
        // Of sets that nobody knows yet any process may have the most.
        whole.stateBytes = owners.largestLoad(ofWhole: whole.stateBytes, held: set.held)
        return Array(repeating: whole, count: ranks)
    }
}

extension [MemoryPlan] {
    /// What the largest process holds: every node must have room for it.
    public var largestBytes: Int { map(\.totalBytes).max() ?? 0 }
    /// What all of them hold together.
    public var sumBytes: Int { reduce(0) { $0 + $1.totalBytes } }
}
