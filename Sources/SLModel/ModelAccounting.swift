public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// Parameters, bytes and FLOPs of a model under a method by formula: nothing is allocated.
///
/// Bytes are as the engine stores things (fp32, bf16 or 8-bit codes as the settings say; int32 positions), except ``paperBytes(phase:)``. A test holds every figure against
/// an allocation.
public struct ModelAccounting: Sendable {
    let shape: ModelShape
    let method: any PretrainingMethod
    let optimizer: RunOptimizer
    private let precision: OperandPrecision
    /// Which of the tensors that are declared as trained are; `nil` while as many are as ever are.
    private let set: TrainedSet?

    /// - Parameter held: full names of tensors that a lifecycle froze: they are parameters like others and have neither gradient nor state.
    ///   What no method declared as trained has neither anyway. If not given, those of the method's largest trained set.
    public init(
        shape: ModelShape, method: any PretrainingMethod, optimizer: RunOptimizer, precision: OperandPrecision = .full, held: Set<String>? = nil
    ) {
        self.init(shape: shape, method: method, optimizer: optimizer, precision: precision, set: held.map { TrainedSet(held: $0) })
    }

    init(shape: ModelShape, method: any PretrainingMethod, optimizer: RunOptimizer, precision: OperandPrecision, set: TrainedSet?) {
        self.shape = shape
        self.method = method
        self.optimizer = optimizer
        self.precision = precision
        self.set = set
    }

    /// Under the optimizer that a run's training asks for.
    ///
    /// - Throws: `UnknownOptimizerError`, `MethodOptionError`.
    public init(shape: ModelShape, method: any PretrainingMethod, training: TrainingSpec, held: Set<String>? = nil) throws {
        self.init(shape: shape, method: method, optimizer: try RunOptimizer(training), precision: OperandPrecision(training.memory.precision), held: held)
    }

    private func entries(_ phase: Int) -> [TensorEntry] { TensorEntry.all(shape: shape, method: method, phase: phase) }

    /// Which tensors are frozen, and which have a gradient all the same.
    func trainedSet(_ phase: Int) -> TrainedSet {
        if let set { return set }
        return method.largestTrainedSet(of: entries(phase).filter(\.declaration.isTrainable).map(\.place), phase: phase)
    }

    private func sum(_ phase: Int, _ value: (TensorEntry) -> Int) -> Int { entries(phase).reduce(0) { $0 + value($1) } }

    /// The entries that are trained.
    func trained(_ phase: Int) -> [TensorEntry] {
        let held = trainedSet(phase).held
        return entries(phase).filter { $0.declaration.isTrainable && !held.contains($0.name) }
    }

    /// Trained and frozen weights; positions and buffers are not parameters.
    public func totalParameters(phase: Int) -> Int { sum(phase) { $0.declaration.isWeight ? $0.declaration.count : 0 } }

    public func trainableParameters(phase: Int) -> Int { trained(phase).reduce(0) { $0 + $1.declaration.count } }

    public func weightBytes(phase: Int) -> Int {
        sum(phase) { $0.declaration.isWeight ? $0.format(optimizer.storage).byteCount($0.declaration.count) : 0 }
    }

    /// Of gradients that exist at once. Consumed layer by layer only norm weights keep theirs; the others' space is temporary.
    public func gradientBytes(phase: Int, options: EngineOptions = EngineOptions()) -> Int {
        let observed = trainedSet(phase).observed
        let trained = trained(phase).filter { !options.updatesPerLayer || $0.part == .norm }
        return 4 * (trained + entries(phase).filter { observed.contains($0.name) }).reduce(0) { $0 + $1.declaration.count }
    }

    /// Of what else is added up as gradients are.
    public func collectedBytes(phase: Int) -> Int { 4 * sum(phase) { $0.declaration.summedRows * $0.declaration.columns } }

    public func indexBytes(phase: Int) -> Int { sum(phase) { $0.declaration.isIndices ? 4 * $0.declaration.count : 0 } }

    /// Why the optimizer can't train some tensor as the method asks, each reason once.
    public var refusals: [String] {
        (0..<method.phaseCount).flatMap(entries).reduce(into: []) { reasons, entry in
            guard entry.declaration.isTrainable, let reason = method.updateRule(for: entry.place, optimizer: optimizer).refusal,
                !reasons.contains(reason)
            else { return }
            reasons.append(reason)
        }
    }

    private func sumOverState(_ phase: Int, _ value: (StateDeclaration) -> Int) -> Int {
        trained(phase).reduce(0) { sum, entry in
            method.updateRule(for: entry.place, optimizer: optimizer)
                .state(rows: entry.declaration.rows, columns: entry.declaration.columns).reduce(sum) { $0 + value($1) }
        }
    }

    /// Elements of optimizer state.
    public func stateCount(phase: Int) -> Int { sumOverState(phase) { $0.count } }

    /// With the methods' buffers, which are kept in full.
    public func optimizerBytes(phase: Int) -> Int { sumOverState(phase) { $0.format.byteCount($0.count) } + 4 * bufferCount(phase: phase) }

    /// Elements that the largest rewrite or step of a linear allocates for as long as it lasts.
    func rewriteCount(phase: Int) -> Int {
        shape.modules.map {
            max(method.rewriteCounts(at: $0, phase: phase).allocated, method.linearStep(at: $0, phase: phase)?.allocated ?? 0)
        }.max() ?? 0
    }

    /// Elements that methods keep besides their weights.
    public func bufferCount(phase: Int) -> Int { sum(phase) { $0.declaration.bufferCount } }

    /// Bytes that methods keep in files and not in memory.
    public func fileBytes(phase: Int) -> Int { 4 * sum(phase) { $0.declaration.isInFile ? $0.declaration.count : 0 } }

    /// Pieces in which weights, positions and optimizer state are kept in files: 8-bit codes and their scales are two.
    public func storedTensorCount(phase: Int, withState: Bool = true) -> Int {
        let state = withState
            ? sumOverState(phase) { state in
                state.format.partCount
            } : 0
        return sum(phase) { entry in
            if entry.declaration.isBuffer, !withState { return 0 }
            return entry.declaration.isIndices ? 1 : entry.format(optimizer.storage).partCount
        } + state
    }

    /// The published tables' convention: 2 bytes for every weight and every element of optimizer state or of a buffer in memory (codes: their own
    /// bytes, and their scales), 8 for every position of a sparse support; no gradients, no activations. Source: Han et al. 2024, arXiv:2406.02214, Appendix F.
    public func paperBytes(phase: Int) -> Int {
        let positions = sum(phase) { entry in
            if case .indices(let count) = entry.declaration.kind { count } else { 0 }
        }
        let state = sumOverState(phase) { state in
            state.format.isCoded ? state.format.byteCount(state.count) : 2 * state.count
        }
        // Parameters and buffers alike.
        let weights = sum(phase) { entry in
            guard !entry.declaration.isIndices, !entry.declaration.isInFile else { return 0 }
            let format = entry.format(optimizer.storage)
            return format.isCoded ? format.byteCount(entry.declaration.count) : 2 * entry.declaration.count
        }
        return weights + state + 8 * positions
    }

    /// FLOPs of one training step a token: the linears as the method counts them, the head 6·V·h, attention 12·h·T a layer
    /// (both products, forward and backward, without the causal half).
    ///
    /// - Parameter phase: the method's last one if not given.
    public func floatingPointOperationsPerToken(sequenceLength: Int, microBatchTokens: Int, phase: Int? = nil) -> Double {
        let phase = phase ?? method.phaseCount - 1
        let linears = shape.modules.reduce(0.0) {
            $0 + method.floatingPointOperations(at: $1, phase: phase, pass: PassSize(tokens: microBatchTokens, precision: precision))
        }
        let hidden = Double(shape.hiddenSize)
        return linears + 6 * Double(shape.vocabularySize) * hidden + 12 * hidden * Double(sequenceLength * shape.layerCount)
    }

    /// FLOPs of all updates of a run, each in its own phase; evaluations and subspace refreshes are not counted.
    ///
    /// They are those that the targets need: where rows are padded the engine computes the padding too and throws it away, which
    /// costs time and is no more work than it gives tokens. So FLOPs per token times tokens are FLOPs, whatever the packing.
    ///
    /// - Parameter targetsPerUpdate: mean; every position is a target if not given.
    public func trainingFloatingPointOperations(_ training: TrainingSpec, targetsPerUpdate: Double? = nil) -> Double {
        let targets = targetsPerUpdate ?? Double(training.tokensPerStep)
        let microBatch = training.microBatchSize * training.sequenceLength
        let starts = method.phaseStarts.filter { $0 < training.steps }
        return (0...starts.count).reduce(0.0) { sum, phase in
            let first = phase == 0 ? 0 : starts[phase - 1]
            let end = phase == starts.count ? training.steps : starts[phase]
            let perToken = floatingPointOperationsPerToken(
                sequenceLength: training.sequenceLength, microBatchTokens: microBatch, phase: phase)
            return sum + Double(max(0, end - first)) * targets * perToken
        }
    }
}
