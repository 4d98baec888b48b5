import Foundation
import SLData
import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTensorFiles
import SLTestSupport
import SLTraining
import Synchronization
import Testing

/// Runs that start from the weights that another left.
@Suite(.serialized, .compute(threads: 2)) struct InitialWeightsTests {
    private static let shape = ModelShape(
        name: "tiny", vocabularySize: 259, hiddenSize: 24, intermediateSize: 40, layerCount: 2, headCount: 2)
    private static let methods = BuiltinMethods.registry.descriptors.map(\.name)

    private let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-initial-\(UUID().uuidString)")

    private func spec(_ method: String, seed: UInt64 = 1, from weights: InitialWeights? = nil, memory: MemoryOptions = MemoryOptions()) throws -> RunSpec {
        let descriptor = try BuiltinMethods.registry.descriptor(named: method)
        let options = MethodUnderTest(try #require(BuiltinMethods.registry.methods.first { $0.descriptor.name == method })).baseOptions(for: Self.shape)
        return RunSpec(
            model: Self.shape, method: method, options: MethodOptions(descriptor: descriptor, model: Self.shape, given: options),
            training: TrainingSpec(steps: 5, batchSize: 2, sequenceLength: 16, learningRate: 1e-2, warmupSteps: 1, memory: memory),
            data: try SmallText.get().identity, evaluation: EvaluationSpec(tokens: 256), seed: seed, initialization: try weights?.digest())
    }

    private func checkpoints(_ name: String) -> Checkpoints {
        Checkpoints(folder: CheckpointFolder(url: folder.appending(path: name)), policy: CheckpointPolicy(everySteps: 1, everyMinutes: nil)) { _ in }
    }

    @discardableResult
    private func run(
        _ spec: RunSpec, _ recorder: RecordedRun = RecordedRun(), from path: String? = nil, checkpoints: Checkpoints? = nil, stopAfter: Int = .max
    ) throws -> RunResult {
        let reached = Atomic<Int>(0)
        return try Trainer.run(
            spec: spec, registry: BuiltinMethods.registry, data: SmallText.get(), threads: 2, environment: RecordedRun.environment,
            recorder: recorder, checkpoints: checkpoints, initialWeights: path,
            progress: { if $0.activity == .training { reached.store($0.step, ordering: .relaxed) } },
            shouldStop: { reached.load(ordering: .relaxed) >= stopAfter })
    }

    /// Trains and exports; the file and the loss that its weights have.
    private func exported(_ method: String, factored: Bool) throws -> (path: String, loss: Double) {
        let spec = try spec(method)
        let checkpoints = checkpoints("source-\(method)")
        let result = try run(spec, checkpoints: checkpoints)
        let place = folder.appending(path: "export-\(method)-\(factored)")
        _ = try HuggingFaceExport(spec: spec, registry: BuiltinMethods.registry, weights: checkpoints.folder.weightsFile).write(to: place, factored: factored)
        return (place.appending(path: "model.safetensors").path, result.evaluation.loss)
    }

    /// The loss of the untrained model.
    private func firstLoss(_ method: String, from path: String, seed: UInt64 = 9, memory: MemoryOptions = MemoryOptions()) throws -> Double {
        let recorder = RecordedRun()
        try run(try spec(method, seed: seed, from: InitialWeights(path: path), memory: memory), recorder, from: path)
        let first = try #require(recorder.seen.evaluations.first)
        #expect(first.step == 0)
        return first.loss
    }

    /// Every method goes on where its own tensors were, to the bit.
    @Test(arguments: methods) func ownTensorsGiveTheSameModel(method: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = try exported(method, factored: true)
        let loss = try firstLoss(method, from: source.path)
        // Codes are written as the numbers they stand for, and coded again: to the last bits of their scales.
        #expect(method == "q_galore" ? abs(loss - source.loss) < 1e-3 : loss == source.loss, "\(method): \(loss), \(source.loss)")
    }

    /// Every method that starts from a dense weight takes a dense model; where it keeps that weight the function is the same.
    @Test func denseWeightsServeWhoStartsFromThem() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = try exported("full_rank", factored: false)
        for method in ["full_rank", "galore", "lora", "relora"] {
            #expect(abs(try firstLoss(method, from: source.path) - source.loss) <= 1e-6, "\(method)")
        }
        #expect(try firstLoss("full_rank", from: source.path) == source.loss)
        // A split weight is not the weight, but nearer to it than a drawn one.
        let split = try firstLoss("lost", from: source.path)
        #expect(split != source.loss && split < log(259) && source.loss < log(259) - 0.2)
        #expect(abs(try firstLoss("full_rank", from: source.path, memory: MemoryOptions(storage: .bf16)) - source.loss) < 0.02)
        for method in ["low_rank", "sltrain"] {
            let problem = #expect(throws: DataError.self) { try firstLoss(method, from: source.path) }
            #expect(problem?.problem.contains("\(method) does not start from dense weights, and 14 linears are given so; it needs lora_A, lora_B") == true)
            #expect(problem?.fix?.contains("--factored") == true)
        }
    }

    private final class Asked: Sendable {
        private let names = Mutex<Set<String>>([])
        var count: Int { names.withLock { $0.count } }
        func add(_ name: String) { names.withLock { _ = $0.insert(name) } }
    }

    /// What a method says of itself is what its first values do.
    @Test(arguments: methods) func methodsSayTruthfullyWhatTheyStartFrom(method: String) throws {
        let spec = try spec(method)
        let made = try BuiltinMethods.registry.make(method, options: spec.options, model: Self.shape)
        let asked = Asked()
        let model = try LlamaModel<Float>(
            shape: Self.shape, method: made, sequences: 1, sequenceLength: 4, threads: 1, optimizer: RunOptimizer(spec.training), ledger: MemoryLedger())
        try model.initialize(seed: 1) { module in
            asked.add(module.name)
            return nil
        }
        #expect(asked.count == (made.startsFromDense ? Self.shape.modules.count : 0))
    }

    @Test func everythingThatIsWrongIsSaidAtOnce() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "bad.safetensors").path
        func tensors(_ change: (String, [Int]) -> (String, TensorType, [Int])?) throws -> DataError? {
            let names = [("model.embed_tokens.weight", [259, 24]), ("model.norm.weight", [24]), ("lm_head.weight", [259, 24])]
                + (0..<2).flatMap { layer in ["input_layernorm", "post_attention_layernorm"].map { ("model.layers.\(layer).\($0).weight", [24]) } }
                + Self.shape.modules.map { ("\($0.name).weight", [$0.outFeatures, $0.inFeatures]) }
            let kept = names.compactMap(change) + [("model.layers.0.self_attn.rotary_emb.inv_freq", .float32, [6])]
            let writer = try TensorFileWriter(path: path, tensors: kept.map { (name: $0.0, type: $0.1, shape: $0.2) }, metadata: [:])
            for tensor in kept {
                let bytes = [UInt8](repeating: 0, count: tensor.2.reduce(1, *) * tensor.1.size)
                try writer.write(bytes.span)
            }
            try writer.commit()
            let method = try BuiltinMethods.registry.make("full_rank", options: try spec("full_rank").options, model: Self.shape)
            do { try InitialWeights(path: path).check(shape: Self.shape, method: method) } catch { return error }
            return nil
        }
        #expect(try tensors { ($0, .bfloat16, $1) } == nil)
        #expect(try tensors { ($0, .float16, $1.count == 1 ? [1] + $1 : $1) } == nil)
        let problem = try tensors { name, shape in
            switch name {
            case "lm_head.weight": nil
            case "model.norm.weight": (name, .float32, [25])
            case "model.layers.1.mlp.up_proj.weight": (name, .float32, [24, 40])
            case "model.layers.0.input_layernorm.weight": (name, .int32, shape)
            case "model.layers.0.mlp.down_proj.weight": ("model.layers.9.mlp.down_proj.weight", .float32, shape)
            default: (name, .float32, shape)
            }
        }
        #expect(
            problem?.problem
                == "does not fit the model: 2 tensors are missing: lm_head.weight, model.layers.0.mlp.down_proj.weight; 3 tensors are of another "
                + "type or shape: model.layers.0.input_layernorm.weight is I32 [24], F32 or BF16 or F16 [24] needed, model.norm.weight is F32 [25], "
                + "F32 or BF16 or F16 [24] needed, model.layers.1.mlp.up_proj.weight is F32 [24, 40], F32 or BF16 or F16 [40, 24] needed; "
                + "the model has no use for 1 tensor: model.layers.9.mlp.down_proj.weight")
    }

    @Test func whatStartsNeedsTheFileAndWhatGoesOnDoesNot() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = try exported("full_rank", factored: false)
        let other = try exported("low_rank", factored: false)
        let spec = try spec("galore", from: InitialWeights(path: source.path))
        #expect(throws: DataError.self) { try run(spec) }
        let wrong = #expect(throws: DataError.self) { try run(spec, from: other.path) }
        #expect(wrong?.problem.contains("not the weights that the run was planned with") == true)

        let whole = RecordedRun()
        try run(spec, whole, from: source.path)
        let stopped = RecordedRun()
        #expect(throws: RunFailure.self) { try run(spec, stopped, from: source.path, checkpoints: checkpoints("stopped"), stopAfter: 2) }
        try FileManager.default.removeItem(atPath: source.path)
        try run(spec, stopped, checkpoints: checkpoints("stopped"))
        #expect(stopped.seen.resumptions == [2] && stopped.traces == whole.traces)
    }
}
