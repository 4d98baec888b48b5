public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// What the engine does to spend less memory and time; none of it changes what is computed, but for the rounding of short formats.
public struct EngineOptions: Sendable, Hashable {
    /// A gradient is consumed as soon as it is complete.
    public var updatesPerLayer: Bool
    /// Of every block the input is kept for the backward pass, and the rest computed again.
    public var recomputesBlocks: Bool
    /// Beside that input the stream inside the block and what gives the outputs of linears are kept: only what follows from these is computed again.
    public var keepsBottlenecks: Bool
    /// Of products' operands, and so of what is kept of them for the backward pass.
    public var precision: OperandPrecision
    /// Where files are made for what methods keep outside memory.
    public var fileFolder = BackingFile.usualFolder

    public init(
        updatesPerLayer: Bool = false, recomputesBlocks: Bool = false, keepsBottlenecks: Bool = false, precision: OperandPrecision = .full
    ) {
        self.updatesPerLayer = updatesPerLayer
        self.recomputesBlocks = recomputesBlocks
        self.keepsBottlenecks = keepsBottlenecks
        self.precision = precision
    }

    public init(_ memory: MemoryOptions) {
        self.init(
            updatesPerLayer: memory.update == .perLayer, recomputesBlocks: memory.recompute != .none, keepsBottlenecks: memory.recompute == .bottlenecks,
            precision: OperandPrecision(memory.precision))
    }
}

extension MemoryOptions {
    /// Why a method can't be run so; `nil` where it can.
    public func refusal(_ method: any PretrainingMethod, shape: ModelShape) -> String? {
        guard recompute == .bottlenecks else { return nil }
        let hasBottleneck = shape.modules.contains { module in
            (0..<method.phaseCount).contains { method.savedActivations(at: module, phase: $0, pass: PassSize(tokens: 1, threads: 1)).givesOutput }
        }
        return hasBottleneck ? nil : "no linear of \(type(of: method).descriptor.name) has its output from what it holds between two factors alone"
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
