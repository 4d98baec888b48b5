import SLNumerics
public import SLOptimizers
public import SLSpec

/// What the engine does to spend less memory; none of it changes what is computed, but for the rounding of short formats.
public struct EngineOptions: Sendable, Hashable {
    /// A gradient is consumed as soon as it is complete.
    public var updatesPerLayer: Bool
    /// Of every block only the input is kept for the backward pass.
    public var recomputesBlocks: Bool

    public init(updatesPerLayer: Bool = false, recomputesBlocks: Bool = false) {
        self.updatesPerLayer = updatesPerLayer
        self.recomputesBlocks = recomputesBlocks
    }

    public init(_ memory: MemoryOptions) {
        self.init(updatesPerLayer: memory.update == .perLayer, recomputesBlocks: memory.recompute == .block)
    }
}

extension RunOptimizer {
    /// The optimizer and groups that a run's training settings ask for.
    ///
    /// - Throws: `UnknownOptimizerError`, `MethodOptionError`.
    public init(_ training: TrainingSpec) throws {
        try self.init(
            training.optimizer, groups: training.groups, weightDecay: training.weightDecay, storage: StorageChoice(training.memory))
    }
}

extension StorageChoice {
    public init(_ memory: MemoryOptions) {
        self.init(
            bf16: memory.storage == .bf16 ? (memory.rounding == .stochastic ? .stochastic : .nearest) : nil,
            eightBitBlock: memory.states == .eightBit ? memory.blockSize : nil)
    }
}
