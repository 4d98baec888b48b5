import Foundation
import SLMethodKit
import SLMethods
import SLSpec
import Testing

@Suite struct ModelDecodingTests {
    private let shape = #""hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 400"#

    private func config(_ model: String) -> String {
        #"{"model": \#(model), "methods": ["full_rank"], "data": {"tokenizer": "bytes"}}"#
    }

    @Test func anInlineShape() throws {
        let plain = try #require(try load(config("{\(shape)}")).models.first)
        #expect(
            plain
                == ModelShape(name: "custom", vocabularySize: 400, hiddenSize: 32, intermediateSize: 48, layerCount: 2, headCount: 2))
        let named = try #require(
            try load(
                config(#"{"name": "mini", \#(shape), "rms_norm_eps": 1e-5, "rope_theta": 500, "initializer_range": 0.1, "head_dim": 16}"#)
            ).models.first)
        #expect(named.name == "mini" && named.rmsNormEpsilon == 1e-5 && named.ropeTheta == 500 && named.initializerRange == 0.1)
    }

    /// The published file of a size is that size, with its published defaults and under its name.
    @Test func aPresetsShapeIsThePreset() throws {
        for preset in ModelShape.presets {
            let text = #"""
                {"architectures": ["LLaMAForCausalLM"], "bos_token_id": 0, "eos_token_id": 1, "hidden_act": "silu", "hidden_size": \#(preset.hiddenSize),
                 "intermediate_size": \#(preset.intermediateSize), "initializer_range": 0.02, "max_sequence_length": 1024, "model_type": "llama",
                 "num_attention_heads": \#(preset.headCount), "num_hidden_layers": \#(preset.layerCount), "pad_token_id": -1, "rms_norm_eps": 1e-06,
                 "transformers_version": "4.28.1", "use_cache": true, "vocab_size": \#(preset.vocabularySize)}
                """#
            #expect(try load(config(text)).models == [preset])
        }
    }

    @Test func aFileBesideTheConfig() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-models-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ text: String, _ name: String) throws -> URL {
            let file = folder.appending(path: name)
            try text.write(to: file, atomically: true, encoding: .utf8)
            return file
        }
        _ = try write("{\(shape)}", "tiny one.json")
        let bad = try write("{\(shape), \"hiden_act\": \"silu\"}", "bad.json")
        _ = try write("{", "broken.json")
        let catalog = BuiltinMethods.registry.catalog
        let good = try SweepConfig.load(file: try write(config(#"["./tiny one.json", "9m"]"#), "sweep.json"), catalog: catalog)
        #expect(good.name == folder.lastPathComponent && good.models.map(\.name) == ["tiny-one", "9m"])
        let file = try write(config(#"["bad.json", "broken.json", "gone.json"]"#), "wrong.json")
        #expect {
            try SweepConfig.load(file: file, catalog: catalog)
        } throws: { error in
            let issues = (error as? ConfigError)?.issues ?? []
            return issues.count == 3
                && issues.contains {
                    $0.file == bad.standardizedFileURL.path && $0.keyPath == "hiden_act" && $0.hint == "did you mean 'hidden_act'?"
                }
                && issues.contains { $0.file.hasSuffix("broken.json") && $0.problem.hasPrefix("line 1, column 2") }
                && issues.contains { $0.keyPath == "model[2]" && $0.problem.hasPrefix("there is no model file") }
        }
    }

    /// Files of one name in folders of their own, as other programs write them.
    @Test func filesThatAreAllCalledConfigHaveTheirFoldersNames() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "slbench-titles-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        func write(_ text: String, _ name: String) throws -> URL {
            let file = root.appending(path: name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
            return file
        }
        for (place, name) in ["small/config.json", "wide one/config.json", "x/tiny/config.json", "y/tiny/config.json", "y/z.json", "z.json"].enumerated() {
            _ = try write("{\(shape.replacingOccurrences(of: "\"vocab_size\": 400", with: "\"vocab_size\": \(400 + place)"))}", name)
        }
        let models = #"["../small/config.json", "../wide one/config.json", "../x/tiny/config.json", "../y/tiny/config.json", "../y/z.json", "../z.json"]"#
        let loaded = try SweepConfig.load(file: try write(config(models), "my sweep/config.json"), catalog: BuiltinMethods.registry.catalog)
        #expect(loaded.name == "my-sweep")
        #expect(loaded.models.map(\.name).prefix(5) == ["small", "wide-one", "tiny", "y-tiny", "z"])
        #expect(Set(loaded.models.map(\.name)).count == 6)
    }

    @Test(arguments: [
        (#""model_type": "mistral""#, "model.model_type: \"mistral\" given"),
        (#""architectures": ["GPT2LMHeadModel"]"#, "model.architectures"),
        (#""hidden_act": "gelu""#, "allowed: \"silu\""), (#""attention_bias": true"#, "allowed: false"),
        (#""head_dim": 8"#, "allowed: 16, as"),
        (#""rope_scaling": {"type": "linear"}"#, "model.rope_scaling.type: \"linear\" given"),
        (#""rope_parameters": {"rope_type": "llama3", "rope_theta": 5e5, "factor": 8}"#, "scaled rotary positions are not offered"),
        (#""rope_parameters": {"rope_type": "yarn"}"#, "model.rope_parameters.rope_type: \"yarn\" given"),
        (#""rope_parameters": {"rope_theta": 500, "rope_type": "default"}, "rope_theta": 10000"#, "allowed: one value"),
        (#""rope_parameters": {"rope_theta": -1}"#, "model.rope_theta: -1 given"), (#""rope_parameters": 3"#, "an object"),
        (#""rope_parameters": {"partial_rotary_factor": 0.5}"#, "positions turn the whole head"),
        (#""is_encoder_decoder": true"#, "allowed: false"), (#""quantization_config": {"bits": 4}"#, "model.quantization_config"),
        (#""slbench": "x""#, "model.slbench"), (#""use_cache": 3"#, "allowed: true or false"),
        (#""max_position_embeddings": 0"#, "a whole number from 1"), (#""pad_token_id": "x""#, "a token id"),
        (#""torch_dtype": 16"#, "a text or null"),
        (#""rms_norm_eps": 0"#, "model.rms_norm_eps: 0 given"), (#""name": """#, "model.name: an empty text"),
        (#""name": "a b""#, "letters, digits"),
        (#""name": "60m""#, "is the name of a preset with another shape"), (#""num_layers": 3"#, "unknown key 'num_layers'"),
    ])
    func whatThisModelIsNot(part: String, words: String) {
        #expect(problem(config("{\(shape), \(part)}")).contains(words), "\(problem(config("{\(shape), \(part)}")))")
    }

    @Test func whatAPublishedFileMaySay() {
        let extras = #"""
            "num_key_value_heads": 2, "attention_dropout": 0.0, "pretraining_tp": 1, "rope_scaling": null, "eos_token_id": [1, 2], "bos_token_id": null,
            "torch_dtype": "bfloat16", "dtype": null, "_name_or_path": "x", "tie_word_embeddings": false, "mlp_bias": false, "x-note": [], "description": "d"
            """#
        #expect(problems(config("{\(shape), \(extras)}")) == [])
    }

    /// Everything that transformers 5 writes of a plain LLaMA, and what an export of this program adds.
    @Test func whatTransformers5Writes() throws {
        let extras = #"""
            "_name_or_path": "", "architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0, "bos_token_id": 1,
            "chunk_size_feed_forward": 0, "dtype": "float32", "eos_token_id": 2, "head_dim": 16, "hidden_act": "silu",
            "id2label": {"0": "LABEL_0", "1": "LABEL_1"}, "initializer_range": 0.02, "is_encoder_decoder": false,
            "label2id": {"LABEL_0": 0, "LABEL_1": 1}, "max_position_embeddings": 2048, "mlp_bias": false, "model_type": "llama",
            "num_key_value_heads": 2, "output_attentions": false, "output_hidden_states": false, "pad_token_id": null, "pretraining_tp": 1,
            "problem_type": null, "return_dict": true, "rms_norm_eps": 1e-06, "rope_parameters": {"rope_theta": 500.0, "rope_type": "default"},
            "tie_word_embeddings": false, "transformers_version": "5.24.0", "use_cache": true,
            "slbench": {"run_key": "ab", "method": "lost", "factored": ["x"]}
            """#
        #expect(problems(config("{\(shape), \(extras)}")) == [])
        #expect(try load(config("{\(shape), \(extras)}")).models.first?.ropeTheta == 500)
        #expect(try load(config(#"{\#(shape), "rope_scaling": {"rope_type": "default"}}"#)).models.first?.ropeTheta == 10_000)
    }

    @Test func twoShapesNeedTwoNames() {
        #expect(problem(config("[{\(shape)}, {\(shape), \"rope_theta\": 7}]")).contains("model[1]: a second shape with the name 'custom'"))
    }

    @Test func sizesThatOverflowCountsAreRefused() {
        let huge =
            #""hidden_size": 1000000, "intermediate_size": 1000000, "num_hidden_layers": 1024, "num_attention_heads": 1, "vocab_size": 1000000"#
        #expect(problem(config("{\(huge)}")).contains("more than 10^13 parameters"))
        #expect(problem(config("{\(huge), \"num_hidden_layers\": 1}")).contains("given twice"))
        #expect(
            problem(config("{\(shape.replacing("\"num_hidden_layers\": 2", with: "\"num_hidden_layers\": 1025"))}")).contains(
                "from 1 to 1024"))
        #expect(
            problem(#"{"model": "9m", "methods": ["full_rank"], "training": {"batch_size": 2147483647, "sequence_length": 65536}}"#)
                .contains("at most 2^28 tokens"))
    }
}
