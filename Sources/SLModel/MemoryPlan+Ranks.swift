public import SLMethodKit
public import SLSpec

extension MemoryPlan {
    /// The plans of all processes that share a run, in their order: alike, where each keeps the whole optimizer's state.
    ///
    /// - Throws: as ``init(shape:method:training:threads:held:ranks:rank:)``.
    public static func ofRanks(
        _ ranks: Int, shape: ModelShape, method: any PretrainingMethod, training: TrainingSpec, threads: Int
    ) throws -> [MemoryPlan] {
        guard training.memory.shardsOptimizer else {
            let plan = try MemoryPlan(shape: shape, method: method, training: training, threads: threads, ranks: ranks)
            return Array(repeating: plan, count: ranks)
        }
        return try (0..<ranks).map {
            try MemoryPlan(shape: shape, method: method, training: training, threads: threads, ranks: ranks, rank: $0)
        }
    }
}

extension [MemoryPlan] {
    /// What the largest process holds: every node must have room for it.
    public var largestBytes: Int { map(\.totalBytes).max() ?? 0 }
    /// What all of them hold together.
    public var sumBytes: Int { reduce(0) { $0 + $1.totalBytes } }
}
