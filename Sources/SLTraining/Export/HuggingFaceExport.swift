public import Foundation
public import SLData
public import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
public import SLSpec
import SLTensorFiles

/// The weights of a finished run as `model.safetensors` and `config.json` that `transformers` loads as a LLaMA.
///
/// A block linear is written as the dense matrix that it equals, under Hugging Face's name. Where no dense matrix does the
/// same (a nonlinearity between the factors), its tensors are written under the names that the method declares, beside the
/// module's name; such a file is for programs that know the method, and neither the config nor the weights' metadata calls it a
/// LLaMA: a program that took it for one would compute with linears that it drew itself.
public struct HuggingFaceExport {
    /// What was written.
    public struct Summary: Sendable, Hashable {
        public var tensors: Int
        public var bytes: Int
        /// Linears that have no dense equivalent.
        public var factored: [String]
    }

    private let spec: RunSpec
    private let model: LlamaModel<Float>
    private let ledger = MemoryLedger()

    private let probeLength: Int
    private let tokens: SpecialTokens?

    /// Reads the weights that a run left behind.
    ///
    /// - Parameters:
    ///   - tokens: of the tokenizer that the run used; `nil` when nobody knows it any more.
    ///   - probeLength: token ids that ``writeLogits(to:)`` computes.
    /// - Throws: `DataError` when the file is missing, damaged or of another run.
    public init(spec: RunSpec, registry: MethodRegistry, weights: URL, tokens: SpecialTokens? = nil, probeLength: Int = 1) throws {
        self.spec = spec
        self.probeLength = probeLength
        self.tokens = tokens
        let file = try TensorFile(path: weights.path)
        try file.checkSeal()
        guard file.metadata[Checkpoints.runKey] == (try spec.runKey()) else {
            throw DataError(file: weights.path, problem: "holds the weights of another run")
        }
        let method = try registry.make(spec.method, options: spec.options, model: spec.model, activations: spec.training.activations)
        // One short sequence and updates layer by layer: no space for batches or gradients.
        model = try LlamaModel(
            shape: spec.model, method: method, sequences: 1, sequenceLength: probeLength, threads: Compute.threads,
            optimizer: RunOptimizer(spec.training), options: EngineOptions(updatesPerLayer: true), ledger: ledger,
            phase: method.phase(ofUpdate: spec.training.steps))
        try model.readWeights(file)
    }

    /// Of the weights as they were read; the same as a run records at its end.
    public var weightsDigest: String { model.weightsDigest() }

    /// - Parameter factored: whether linears that a dense matrix equals are written as the method keeps them, too.
    /// - Throws: `FileError`.
    public func write(to folder: URL, factored keepsFactors: Bool = false) throws -> Summary {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw FileError(file: folder.path, problem: "can't be made: \(error.localizedDescription)")
        }
        let modules = spec.model.modules
        let space = try Matrix<Float>(rows: 1, columns: modules.map { $0.outFeatures * $0.inFeatures }.max() ?? 1, category: .workspace, ledger: ledger)
        func dense(_ module: LinearModule) throws -> Matrix<Float>? {
            let weight = space.reshaped(rows: module.outFeatures, columns: module.inFeatures)
            return try model.writeDenseEquivalent(layer: module.layer, role: module.role, into: weight) ? weight : nil
        }
        func isDense(_ module: LinearModule) -> Bool { model.method.tensors(at: module, phase: model.phase).filter { !$0.isBuffer }.map(\.name) == ["weight"] }
        let factored = try modules.filter { try keepsFactors ? !isDense($0) : dense($0) == nil }.map(\.name)
        let isFactored = Set(factored)
        let plain = model.parameters.filter { $0.module.map { isFactored.contains($0.name) } ?? true }.map(\.parameter)
        let supports = model.indexVectors.filter { isFactored.contains($0.name.dropLastComponent) }
        let tensors = plain.map { ($0.name, TensorType.float32, $0.rows == 1 ? [$0.columns] : [$0.rows, $0.columns]) }
            + supports.map { ($0.name, TensorType.int32, [$0.vector.count]) }
            + modules.filter { !isFactored.contains($0.name) }.map { ("\($0.name).weight", TensorType.float32, [$0.outFeatures, $0.inFeatures]) }
        // `format: pt` is what transformers asks for. It refuses any other, and so it must what is no LLaMA: it would draw the linears
        // that it doesn't find.
        let writer = try TensorFileWriter(
            path: folder.appendingPathComponent("model.safetensors").path, tensors: tensors,
            metadata: ["format": factored.isEmpty ? "pt" : "slbench", Checkpoints.runKey: try spec.runKey()])
        for parameter in plain { try writer.write(parameter.stored.elements.span) }
        for support in supports { try support.vector.part.withBytes { try writer.write($0) } }
        for module in modules where !isFactored.contains(module.name) {
            guard let weight = try dense(module) else { continue }
            try writer.write(weight.elements.span)
        }
        try writer.commit()
        try writeConfig(to: folder, factored: factored)
        try writeTokenizer(to: folder)
        let bytes = tensors.reduce(0) { $0 + $1.2.reduce(1, *) * $1.1.size }
        return Summary(tensors: tensors.count, bytes: bytes, factored: factored)
    }

    /// `logits.safetensors`, for whoever loads the weights to compare with: `input_ids` [1, N], which are some ids of the
    /// vocabulary, and the model's `logits` [1, N, V] after each of them.
    ///
    /// - Throws: `FileError`.
    public func writeLogits(to folder: URL) throws {
        let vocabulary = spec.model.vocabularySize
        // A stride that is prime to every usual size of a vocabulary: far apart, and none twice.
        let tokens = (0..<probeLength).map { Int32((13 + 7919 * $0) % vocabulary) }
        let writer = try TensorFileWriter(
            path: folder.appendingPathComponent("logits.safetensors").path,
            tensors: [("input_ids", .int64, [1, probeLength]), ("logits", .float32, [1, probeLength, vocabulary])],
            metadata: [Checkpoints.runKey: try spec.runKey()])
        let (ids, logits) = (tokens.map { Int64($0).littleEndian }, try model.logits(inputs: tokens))
        try writer.write(ids.span)
        try writer.write(logits.span)
        try writer.commit()
    }

    /// What model types begin with that no program but this one knows.
    private static let ownType = "slbench"

    private func writeConfig(to folder: URL, factored: [String]) throws {
        let shape = spec.model
        var config: [String: Any] = [
            "architectures": [factored.isEmpty ? "LlamaForCausalLM" : "\(Self.ownType)_\(spec.method)"],
            "model_type": factored.isEmpty ? "llama" : "\(Self.ownType)_\(spec.method)", "hidden_act": "silu", "tie_word_embeddings": false,
            "attention_bias": false, "mlp_bias": false, "torch_dtype": "float32", "vocab_size": shape.vocabularySize,
            "hidden_size": shape.hiddenSize, "intermediate_size": shape.intermediateSize, "num_hidden_layers": shape.layerCount,
            "num_attention_heads": shape.headCount, "num_key_value_heads": shape.headCount, "rms_norm_eps": shape.rmsNormEpsilon,
            "rope_theta": shape.ropeTheta, "initializer_range": shape.initializerRange,
            "max_position_embeddings": spec.training.sequenceLength,
        ]
        config["slbench"] = ["run_key": try spec.runKey(), "method": spec.method, "factored": factored] as [String: Any]
        if let tokens { config.merge(Self.ids(tokens)) { $1 } }
        try Self.write(try Self.json(config), to: folder.appendingPathComponent("config.json"))
    }

    /// `generation_config.json`, so that a text ends where the run's texts ended, and the tokenizer's model as the run used it.
    private func writeTokenizer(to folder: URL) throws {
        guard let tokens else { return }
        let known = Self.ids(tokens).filter { !($0.value is NSNull) }
        try Self.write(try Self.json(known), to: folder.appendingPathComponent("generation_config.json"))
        guard let file = tokens.file else { return }
        do {
            try Self.write(try Data(contentsOf: file), to: folder.appendingPathComponent("tokenizer.model"))
        } catch let error as FileError {
            throw error
        } catch {
            throw FileError(file: file.path, problem: "can't be read: \(error.localizedDescription)")
        }
    }

    /// Said even where there is none: a reader's own defaults are another tokenizer's.
    private static func ids(_ tokens: SpecialTokens) -> [String: Any] {
        func value(_ id: Int32?) -> Any { id.map { Int($0) } ?? NSNull() }
        return [
            "bos_token_id": value(tokens.beginOfSequence), "eos_token_id": value(tokens.endOfSequence), "pad_token_id": value(tokens.padding),
        ]
    }

    private static func json(_ object: [String: Any]) throws -> Data {
        try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
    }

    private static func write(_ bytes: Data, to url: URL) throws(FileError) {
        let file = try AtomicFile(path: url.path)
        try file.write(bytes.bytes)
        try file.commit()
    }
}

extension String {
    /// `model.norm` of `model.norm.weight`.
    fileprivate var dropLastComponent: String { lastIndex(of: ".").map { String(self[..<$0]) } ?? self }
}
