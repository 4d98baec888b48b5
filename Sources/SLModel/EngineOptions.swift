public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// What the engine does to spend less memory and time; none of it changes what is computed, but for the rounding of short formats.
public struct EngineOptions: Sendable, Hashable {
    /// A gradient is consumed as soon as it is complete.
    public var updatesPerLayer: Bool
    /// Of every block only the input is kept for the backward pass.
    public var recomputesBlocks: Bool
    /// Of products' operands, and so of what is kept of them for the backward pass.
    public var precision: OperandPrecision

    public init(updatesPerLayer: Bool = false, recomputesBlocks: Bool = false, precision: OperandPrecision = .full) {
        self.updatesPerLayer = updatesPerLayer
        self.recomputesBlocks = recomputesBlocks
        self.precision = precision
    }

    public init(_ memory: MemoryOptions) {
        self.init(updatesPerLayer: memory.update == .perLayer, recomputesBlocks: memory.recompute == .block,
            precision: OperandPrecision(memory.precision))
    }
}

extension OperandPrecision {
    public init(_ precision: MemoryOptions.Precision) { self = precision == .bf16 ? .bf16 : .full }
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
            eightBitBlock: memory.states == .eightBit ? memory.blockSize : nil, isCompanded: memory.states == .companded)
    }
}

extension PassSize {
    /// Of a run's micro-batches.
    public init(_ training: TrainingSpec, threads: Int) {
        self.init(
            tokens: training.microBatchSize * training.sequenceLength, threads: threads, precision: OperandPrecision(training.memory.precision))
    }
}
