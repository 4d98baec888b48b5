public import SLMethodKit
public import SLNumerics
public import SLOptimizers
import SLRandom
public import SLSpec

/// A LLaMA model whose block linears are in a method's parameterization, with hand-written forward and backward passes.
///
/// Block: x + Attention(RMSNorm(x)), then x + down(SiLU(gate) ⊙ up)(RMSNorm(x)); a final RMSNorm; an untied head. No bias.
/// Source: Touvron et al. 2023, arXiv:2302.13971, §2.2.
///
/// Legend: B sequences of T positions, N = B·T tokens, h hidden, f intermediate, V vocabulary.
public final class LlamaModel<Element: Scalar> {
    public let shape: ModelShape
    public let method: any PretrainingMethod
    public let ledger: MemoryLedger
    public private(set) var phase: Int

    let sequenceLength: Int
    private let sequences: Int
    private let threads: Int
    let optimizer: RunOptimizer
    let options: EngineOptions
    var recomputesBlocks: Bool { options.recomputesBlocks }
    public var updatesPerLayer: Bool { options.updatesPerLayer }

    let embedding: Parameter<Element>  // [V, h]
    let head: Parameter<Element>  // [V, h]
    let outputNorm: Parameter<Element>  // [1, h]
    let blocks: [Block<Element>]
    private var allocated: EngineBuffers<Element>?
    var hasBuffers: Bool { allocated != nil }
    /// Tensors whose gradients a lifecycle asked for.
    var observed: TensorChoice?
    /// The update that training passes are for, from 1, and the run's seed: what parameterizations may draw from. 0 where nobody says.
    public var update: (number: Int, seed: UInt64) = (0, 0)

    /// Allocates weights, zero-filled.
    ///
    /// - Parameters:
    ///   - sequences: B of the largest batch that will be passed.
    ///   - optimizer: the run's, which decides in which formats weights are kept and how much temporary space update
    ///     rules get.
    public init(
        shape: ModelShape, method: any PretrainingMethod, sequences: Int, sequenceLength: Int, threads: Int,
        optimizer: RunOptimizer, options: EngineOptions = EngineOptions(), ledger: MemoryLedger, phase: Int = 0
    ) throws {
        self.shape = shape
        self.method = method
        self.sequences = sequences
        self.sequenceLength = sequenceLength
        self.threads = threads
        self.optimizer = optimizer
        self.options = options
        self.ledger = ledger
        self.phase = phase
        let storage = optimizer.storage
        embedding = try TensorEntry.embedding(shape).allocate(storage, ledger: ledger)
        blocks = try (0..<shape.layerCount).map { layer in
            Block(
                inputNorm: try TensorEntry.inputNorm(layer: layer, shape).allocate(storage, ledger: ledger),
                middleNorm: try TensorEntry.middleNorm(layer: layer, shape).allocate(storage, ledger: ledger),
                linears: try shape.modules(layer: layer).map {
                    try BlockLinear(
                        module: $0, method: method, phase: phase,
                        size: PassSize(tokens: sequences * sequenceLength, threads: threads, precision: options.precision), storage: storage,
                        fileFolder: options.fileFolder, ledger: ledger)
                })
        }
        outputNorm = try TensorEntry.outputNorm(shape).allocate(storage, ledger: ledger)
        head = try TensorEntry.head(shape).allocate(storage, ledger: ledger)
    }

    /// First values of every tensor: N(0, initializer range²) for embedding and head, 1 for norm weights, the method's own for
    /// the linears. Streams are named by tensor, so the result does not depend on order or threads.
    ///
    /// - Parameter given: dense weights that linears start from in place of drawn ones.
    public func initialize(seed: UInt64, given: InitialRandomness.GivenDense? = nil) throws {
        for parameter in [embedding, head] {
            var stream = RandomStream(seed: seed, name: "init/\(parameter.name)")
            try fillNormal(parameter.stored, from: &stream)
        }
        for weight in normWeights { weight.value.fill(1) }
        try initializeLinears(seed: seed, given: given)
    }

    /// A table at a time is never expanded whole: an even number of rows at once draws the same values.
    private func fillNormal(_ table: StoredTensor<Element>, from stream: inout RandomStream) throws {
        if let matrix = table.matrix { return matrix.fillNormal(deviation: shape.initializerRange, from: &stream) }
        let rows = min(table.rows, 1024)
        let space = try Matrix<Element>(rows: rows, columns: table.columns, category: .workspace, ledger: ledger)
        for start in stride(from: 0, to: table.rows, by: rows) {
            let piece = space.window(rows: 0..<min(rows, table.rows - start))
            piece.fillNormal(deviation: shape.initializerRange, from: &stream)
            unsafe table.write(start * table.columns..<(start + piece.rows) * table.columns, from: piece.base, key: nil)
        }
    }

    private func initializeLinears(seed: UInt64, given: InitialRandomness.GivenDense? = nil) throws {
        let randomness = InitialRandomness(seed: seed, deviation: shape.initializerRange, given: given)
        let work = SharedWork(linears: blocks.flatMap(\.linears), method: method, phase: phase, ledger: ledger)
        let failures = FirstFailure()
        Compute.tasks(work.linears.count) { _, task in
            failures.catching {
                let linear = work.linears[task]
                let space = try Matrix<Element>(rows: 1, columns: max(1, linear.expandedCount), category: .workspace, ledger: work.ledger)
                try linear.withWeights(in: Scratch(space), keeping: true) { _ in
                    try work.method.initialize(linear.tensors, phase: work.phase, random: randomness, ledger: work.ledger)
                }
            }
        }
        try failures.rethrow()
    }

    /// Allocates gradients, activations and temporary space.
    public func allocateForTraining() throws { _ = try buffers() }

    func buffers() throws -> EngineBuffers<Element> {
        if let allocated { return allocated }
        let layout = EngineLayout(
            shape: shape, method: method, phase: phase, sequences: sequences, sequenceLength: sequenceLength, threads: threads,
            optimizer: optimizer, options: options)
        try allocateGradients()
        try head.keepOperand(options.precision, ledger: ledger)
        for linear in blocks.flatMap(\.linears) { try linear.keepOperands(ledger: ledger) }
        let buffers = try EngineBuffers<Element>(layout, ledger: ledger)
        allocated = buffers
        return buffers
    }

    /// Gives the linears the tensors and parameterizations of a later phase.
    ///
    /// - Parameter release: called when it is known what is trained no more, before anything new is allocated beside it.
    public func enter(phase: Int, seed: UInt64, release: () -> Void = {}) throws {
        allocated = nil
        self.phase = phase
        for linear in blocks.flatMap(\.linears) { try linear.enter(phase: phase, method: method, ledger: ledger) }
        release()
        try initializeLinears(seed: seed)
        try allocateForTraining()
    }

    /// Rounds all weights anew for the products of the passes that follow.
    func refreshOperands() {
        guard options.precision != .full else { return }
        head.refreshOperand()
        for linear in blocks.flatMap(\.linears) { linear.refreshOperands() }
    }

    var normWeights: [Parameter<Element>] { blocks.flatMap { [$0.inputNorm, $0.middleNorm] } + [outputNorm] }

    /// Temporary space for update rules: idle between passes.
    public func updateScratch() throws -> Scratch<Element> { try buffers().idle }

    // MARK: Tensors

    /// Every weight with its module and declared name, in the order of ``TensorEntry/all(shape:method:phase:)``.
    public var parameters: [ModelParameter<Element>] {
        let all = [embedding, head] + normWeights + blocks.flatMap(\.linears).flatMap { $0.tensors.parameters.map(\.parameter) }
        let named = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return TensorEntry.all(shape: shape, method: method, phase: phase).compactMap { entry in
            named[entry.name].map { ModelParameter(parameter: $0, place: entry.place) }
        }
    }

    /// Positions of sparse supports, by full name.
    public var indexVectors: [(name: String, vector: IndexVector)] {
        blocks.flatMap(\.linears).flatMap { linear in
            linear.tensors.indices.map { ("\(linear.module.name).\($0.name)", $0.vector) }
        }
    }

    /// - Throws: ``ContractError/supportOutside(module:)`` when positions, read from a file, point outside their matrix.
    public func checkSupports() throws {
        for linear in blocks.flatMap(\.linears) where !linear.parameterization.supportIsValid { throw ContractError.supportOutside(module: linear.module.name) }
    }

    /// The dense weight of a module, where its parameterization has one.
    public func writeDenseEquivalent(layer: Int, role: LinearRole, into weight: Matrix<Element>) throws -> Bool {
        guard let linear = blocks[layer].linears.first(where: { $0.module.role == role }) else { return false }
        return try linear.withWeights(in: try buffers().idle) { _ in try linear.parameterization.writeDenseEquivalent(into: weight) }
    }
}

/// A weight of the model with what is known about it.
public struct ModelParameter<Element: Scalar> {
    public let parameter: Parameter<Element>
    public let place: TensorPlace

    public var declaredName: String { place.name }
    /// `nil` for embedding, head and norms.
    public var module: LinearModule? { place.module }
}

/// One transformer block: two norm weights and seven linears in the order of `LinearRole`.
struct Block<Element: Scalar> {
    let inputNorm: Parameter<Element>
    let middleNorm: Parameter<Element>
    let linears: [BlockLinear<Element>]

    subscript(role: LinearRole) -> BlockLinear<Element> { linears[LinearRole.allCases.firstIndex(of: role) ?? 0] }

    /// Whether the backward pass of some linear takes the input itself.
    func reads(_ input: BlockInput) -> Bool { input.isRead { self[$0].savedActivations } }
}
