import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

/// Passes whose products read brain floats, beside passes in full and beside a model in Double that rounds alike.
@Suite(.serialized, .compute(threads: 2)) struct PrecisionTests {
    static let shape = ModelShape(name: "small", vocabularySize: 97, hiddenSize: 48, intermediateSize: 72, layerCount: 2, headCount: 3)
    static let methods = BuiltinMethods.registry.methods.map { $0.descriptor.name }

    private func model<S: Scalar>(_ type: S.Type, _ method: String, _ options: EngineOptions, storage: StorageChoice = StorageChoice()) throws -> LlamaModel<S> {
        let model = try LlamaModel<S>(
            shape: Self.shape, method: makeMethod(method, shape: Self.shape), sequences: 4, sequenceLength: 40, threads: Compute.threads,
            optimizer: try RunOptimizer(storage: storage), options: options, ledger: MemoryLedger())
        try model.initialize(seed: 1)
        try model.allocateForTraining()
        return model
    }

    private let inputs = makeTokens(160, below: 97, "in")
    private let targets = makeTokens(160, below: 97, "out")

    private func gradients<S: Scalar>(_ model: LlamaModel<S>) throws -> (loss: Double, gradients: [S]) {
        let loss = try model.accumulateGradients(inputs: inputs, targets: targets, lossScale: 0.01, accumulate: false)
        return (loss.sum, model.gradients)
    }

    private static let bf16 = EngineOptions(precision: .bf16)

    /// A rounding of 2⁻⁹ of every operand, through two blocks and the head: well under a twentieth of the whole gradient, and not nothing.
    @Test(arguments: methods) func followsTheFullPrecision(method: String) throws {
        let (full, short) = (try gradients(model(Float.self, method, EngineOptions())), try gradients(model(Float.self, method, Self.bf16)))
        #expect(abs(short.loss - full.loss) < 2e-3 * full.loss)
        let deviation = Deviation(short.gradients, from: full.gradients.map { Double($0) }).relative
        #expect(deviation < 0.05 && deviation > 1e-4, "\(deviation)")
    }

    /// The model in Double rounds the same operands and multiplies them in plain loops: only a rounding that falls the other way differs.
    @Test(arguments: ["full_rank", "low_rank", "sltrain", "lost", "relora", "cola"]) func followsThePlainTwin(method: String) throws {
        let (mine, twin) = (try gradients(model(Float.self, method, Self.bf16)), try gradients(model(Double.self, method, Self.bf16)))
        #expect(abs(mine.loss - twin.loss) < 2e-4 * twin.loss)
        #expect(Deviation(mine.gradients, from: twin.gradients).relative < 2e-2)
    }

    /// Computing blocks twice changes no bit, whatever is rounded.
    @Test(arguments: methods) func recomputedBlocks(method: String) throws {
        let (once, twice) = (
            try gradients(model(Float.self, method, Self.bf16)), try gradients(model(Float.self, method, EngineOptions(recomputesBlocks: true, precision: .bf16)))
        )
        #expect(once.loss == twice.loss && once.gradients == twice.gradients)
    }

    /// A weight that is kept in bf16 is read as it is: no copy, and the same bits as a copy of the same values.
    @Test func weightsThatAreKeptShort() throws {
        let kept = try model(Float.self, "full_rank", Self.bf16, storage: StorageChoice(bf16: .nearest))
        let copied = try model(Float.self, "full_rank", Self.bf16)
        for (short, full) in zip(kept.parameters, copied.parameters) { full.parameter.stored.assign(short.parameter.stored.elements) }
        let (a, b) = (try gradients(kept), try gradients(copied))
        #expect(a.loss == b.loss && a.gradients == b.gradients)
        // Small tensors are kept in full either way.
        let isShort = kept.parameters.filter { ($0.module != nil || $0.parameter.name == "lm_head.weight") && $0.parameter.stored.format != .full }
        let elements = isShort.reduce(0) { $0 + $1.parameter.count }
        #expect(elements > 0)
        #expect(copied.ledger.current[.workspace] - kept.ledger.current[.workspace] == 2 * elements)
    }

    /// Weights are rounded anew after they changed, and between the micro-batches of an update not at all.
    @Test func aChangedWeightIsRounded() throws {
        let model = try model(Float.self, "low_rank", Self.bf16)
        let before = try model.loss(inputs: inputs, targets: targets).sum
        for parameter in model.parameters where parameter.module != nil { parameter.parameter.value.scale(by: 1.5) }
        #expect(try model.loss(inputs: inputs, targets: targets, weightsAreRounded: true).sum == before)
        let after = try model.loss(inputs: inputs, targets: targets).sum
        #expect(after != before)
        #expect(try abs(gradients(model).loss - after) < 1e-5 * after)
    }

    /// A merge reads weights in full that products read as they are kept.
    @Test func aMergeOfWeightsThatAreKeptShort() throws {
        let model = try model(Float.self, "relora", Self.bf16, storage: StorageChoice(bf16: .nearest))
        let before = try model.loss(inputs: inputs, targets: targets).sum
        try model.perform(.merge, seed: 1, step: 1)
        #expect(try abs(model.loss(inputs: inputs, targets: targets).sum - before) < 1e-2 * before)
    }

    /// What the backward pass needs is kept short.
    @Test(arguments: methods) func activationsTakeLess(method: String) throws {
        let (full, short) = (try model(Float.self, method, EngineOptions()), try model(Float.self, method, Self.bf16))
        #expect(Double(short.ledger.current[.activations]) < 0.7 * Double(full.ledger.current[.activations]))
    }
}
