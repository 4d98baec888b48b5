import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTestSupport

/// A registered method with the given options.
func makeMethod(_ name: String, _ given: [String: OptionValue] = [:], shape: ModelShape) throws -> any PretrainingMethod {
    let registry = BuiltinMethods.registry
    return try registry.make(
        name, options: MethodOptions(descriptor: registry.descriptor(named: name), model: shape, given: given), model: shape)
}

func makeModel<S: Scalar>(
    _ type: S.Type = S.self, shape: ModelShape = SmallShapes.small, method: String = "full_rank", options: [String: OptionValue] = [:],
    sequences: Int = 4, length: Int = 8, seed: UInt64 = 1
) throws -> LlamaModel<S> {
    let model = try LlamaModel<S>(
        shape: shape, method: makeMethod(method, options, shape: shape), sequences: sequences, sequenceLength: length,
        threads: Compute.threads, optimizer: try RunOptimizer(), ledger: MemoryLedger())
    try model.initialize(seed: seed)
    try model.allocateForTraining()
    return model
}

/// Made-up token ids.
func makeTokens(_ count: Int, below vocabulary: Int, _ name: String = "tokens") -> [Int32] {
    var stream = RandomStream(seed: 8, name: name)
    return (0..<count).map { _ in Int32(stream.below(vocabulary)) }
}

extension LlamaModel {
    /// Gradients of every trained tensor, one after the other.
    var gradients: [Element] { parameters.flatMap { $0.parameter.gradient?.elements ?? [] } }
}
