import Foundation
import SLMethodKit
import SLMethods
import SLSpec
import Testing

/// A config text against the real catalog of methods.
func load(_ text: String, set overrides: [String] = []) throws -> SweepConfig {
    try SweepConfig.load(
        text: text, name: "test.json", folder: FileManager.default.temporaryDirectory, overrides: overrides,
        catalog: BuiltinMethods.registry.catalog,
        // Ten FLOPs a token, and twice as much for galore.
        work: { Double($0.training.totalTokens) * ($0.method == "galore" ? 20 : 10) })
}

/// The rendered problems of a config that must be refused.
func problems(_ text: String, set overrides: [String] = []) -> [String] {
    do {
        _ = try load(text, set: overrides)
        return []
    } catch let error as ConfigError {
        return error.issues.map(\.rendered)
    } catch {
        return ["\(error)"]
    }
}

func problem(_ text: String, set overrides: [String] = []) -> String { problems(text, set: overrides).joined(separator: "\n") }

@Suite struct ConfigDecodingTests {
    @Test func defaultsComeFromTheMethodAndTheModel() throws {
        let config = try load(#"{"model": ["60m", "9m"], "methods": ["full_rank", "galore", {"method": "sltrain"}, "relora"]}"#)
        #expect(config.name == "test")
        #expect(config.cells.count == 8)
        #expect(config.cells.map(\.seed) == Array(repeating: 1, count: 8))
        let galore = try #require(config.cells.first { $0.method == "galore" })
        #expect(galore.training.learningRate == 0.01)
        #expect(galore.training.optimizer == .adamW(epsilon: 1e-6))
        #expect(galore.options["rank"] == 128)
        #expect(galore.training.warmupSteps == 100)
        #expect(config.cells[2].options["alpha"] == 32)
        #expect(config.cells[2].training.learningRate == 3e-3)
        #expect(config.cells[3].training.gradientClip == 1)
        #expect(config.cells[5].options["rank"] == 32)
    }

    @Test func listsAreSweptInWrittenOrder() throws {
        let config = try load(
            #"""
            {"model": "9m", "seeds": [3, 1],
             "methods": [{"method": "low-rank", "rank": [8, 4], "lr": [1e-3, 2e-3]}, "full-rank"]}
            """#)
        #expect(config.cells.map { $0.options["rank"]?.integer } == [8, 8, 8, 8, 4, 4, 4, 4, nil, nil])
        #expect(config.cells.map(\.training.learningRate) == [1e-3, 1e-3, 2e-3, 2e-3, 1e-3, 1e-3, 2e-3, 2e-3, 1e-3, 1e-3])
        #expect(config.cells.map(\.seed) == [3, 1, 3, 1, 3, 1, 3, 1, 3, 1])
        #expect(config.cells.map(\.method).last == "full_rank")
    }

    @Test func repeatedCellsStandOnce() throws {
        let config = try load(#"{"model": "9m", "methods": ["full_rank", "full-rank", {"method": "full_rank", "lr": [1e-3, 0.001]}]}"#)
        #expect(config.cells.count == 1)
        #expect(config.duplicates == 3)
    }

    @Test func aMethodOverridesTraining() throws {
        let config = try load(
            #"""
            {"model": "9m", "training": {"steps": 50, "lr": 0.5, "grad_clip": 2, "warmup_steps": 7},
             "methods": ["relora", {"method": "full_rank", "lr": 0.25, "grad_clip": null, "warmup_ratio": 0.5}]}
            """#)
        #expect(config.cells.map(\.training.learningRate) == [0.5, 0.25])
        #expect(config.cells.map(\.training.gradientClip) == [2, nil])
        #expect(config.cells.map(\.training.warmupSteps) == [7, 25])
    }

    @Test func publishedModelFilesLoadUnchanged() throws {
        let config = try load(
            #"""
            {"methods": ["full_rank"], "model": {"architectures": ["LLaMAForCausalLM"], "bos_token_id": 0, "eos_token_id": 1,
             "hidden_act": "silu", "hidden_size": 512, "intermediate_size": 1376, "initializer_range": 0.02,
             "max_sequence_length": 1024, "model_type": "llama", "num_attention_heads": 8, "num_hidden_layers": 8,
             "pad_token_id": -1, "rms_norm_eps": 1e-06, "transformers_version": "4.28.1", "use_cache": true, "vocab_size": 32000}}
            """#)
        #expect(config.cells.first?.model.denseParameterCount == 58_073_600)
    }

    @Test func overridesReachEveryDepth() throws {
        let text = #"{"model": "9m", "methods": ["sltrain", {"method": "low_rank", "rank": 4}], "training": {"steps": 9}}"#
        let config = try load(
            text, set: ["training.steps=200", "methods.sltrain.rank=[2,3]", "methods[1].rank=5", "seeds=[1,2]", "data.corpus=synthetic"])
        #expect(config.cells.map { $0.options["rank"]?.integer } == [2, 2, 3, 3, 5, 5])
        #expect(config.cells.allSatisfy { $0.training.steps == 200 })
        #expect(config.data.corpus == "synthetic")
    }
}
