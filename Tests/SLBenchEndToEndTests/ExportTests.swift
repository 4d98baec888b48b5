import Foundation
import Testing

/// What other programs read: weights under Hugging Face's names, curves as tables.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct ExportTests {
    private func ids(_ place: Workplace) throws -> [String: String] {
        let lines = try place.run("query", "SELECT method, run_id FROM comparison", "--format", "csv").output.split(whereSeparator: \.isNewline)
        return Dictionary(uniqueKeysWithValues: lines.dropFirst().map { $0.split(separator: ",") }.map { (String($0[0]), String($0[1])) })
    }

    private func header(_ file: Data) throws -> [String: Any] {
        let length = file.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        return try #require(try JSONSerialization.jsonObject(with: file.dropFirst(8).prefix(length)) as? [String: Any])
    }

    @Test func weightsAreDenseUnderTheirNames() throws {
        try inWorkplace { place in
            let methods = #""full_rank", {"method": "sltrain", "rank": 4}, {"method": "lost", "rank": 4}, {"method": "lora", "rank": 4, "storage": "bf16"}"#
            try place.write(Workplace.config(methods: methods), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--no-report").status == 0)
            let ids = try ids(place)
            for method in ["full_rank", "sltrain", "lora"] {
                let export = try place.run("export", try #require(ids[method]), "--to", "safetensors", "-o", "out/\(method)")
                #expect(export.status == 0 && !export.talk.contains("no dense equivalent"), "\(export.talk)")
                let header = try header(try Data(contentsOf: place.folder.appending(path: "out/\(method)/model.safetensors")))
                let names = Set(header.keys).subtracting(["__metadata__"])
                #expect(names.count == 3 + 2 * 9, "embedding, head, last norm, and nine tensors a block")
                #expect(names.contains("model.layers.1.mlp.down_proj.weight") && names.contains("lm_head.weight"))
                #expect((header["model.norm.weight"] as? [String: Any])?["shape"] as? [Int] == [16])
                #expect((header["model.layers.0.mlp.up_proj.weight"] as? [String: Any])?["shape"] as? [Int] == [40, 16])
                #expect((header["__metadata__"] as? [String: String])?["format"] == "pt")
                let config = try JSONSerialization.jsonObject(with: Data(try place.read("out/\(method)/config.json").utf8)) as? [String: Any]
                #expect(config?["model_type"] as? String == "llama" && config?["num_hidden_layers"] as? Int == 2)
            }
            let id = try #require(ids["full_rank"])
            #expect(try place.run("export", id, "--to", "safetensors", "-o", "out/probe", "--logits", "5").status == 0)
            let probe = try header(try Data(contentsOf: place.folder.appending(path: "out/probe/logits.safetensors")))
            #expect((probe["logits"] as? [String: Any])?["shape"] as? [Int] == [1, 5, 259])
            #expect((probe["input_ids"] as? [String: Any])?["shape"] as? [Int] == [1, 5])
            #expect(try place.run("export", id, "--to", "csv", "--logits", "5").status == 64)
            // The activation between LOST's factors has no dense form.
            let lost = try place.run("export", try #require(ids["lost"]), "--to", "safetensors", "-o", "out/lost")
            #expect(lost.status == 0 && lost.talk.contains("14 linears have no dense equivalent"))
            let names = try header(try Data(contentsOf: place.folder.appending(path: "out/lost/model.safetensors"))).keys
            // Nothing there calls it a LLaMA: whoever took it for one would draw its linears anew. Nor what was kept factored on request.
            #expect(try place.run("export", try #require(ids["sltrain"]), "--to", "safetensors", "-o", "out/factored", "--factored").status == 0)
            for (folder, method) in [("lost", "lost"), ("factored", "sltrain")] {
                let config = try place.read("out/\(folder)/config.json")
                #expect(!config.contains("LlamaForCausalLM") && config.contains("\"model_type\" : \"slbench_\(method)\""))
                let header = try header(try Data(contentsOf: place.folder.appending(path: "out/\(folder)/model.safetensors")))
                #expect((header["__metadata__"] as? [String: String])?["format"] == "slbench")
            }
            #expect(names.contains("model.layers.0.self_attn.q_proj.lora_A") && !names.contains("model.layers.0.self_attn.q_proj.weight"))
        }
    }

    /// Layer by layer: dense where a matrix does the same, the method's tensors where none does.
    @Test func linearsThatDifferAreEachWrittenAsTheyAre() throws {
        try inWorkplace { place in
            let methods = #"{"method": "lost", "rank": 4, "layers": {"0": {"parameterization": "dense"}}, "roles": {"down_proj": {"rank": 2}}}"#
            try place.write(Workplace.config(methods: methods), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--no-report").status == 0)
            let export = try place.run("export", try #require(try ids(place)["lost"]), "--to", "safetensors", "-o", "out")
            #expect(export.status == 0 && export.talk.contains("7 linears have no dense equivalent"), "\(export.talk)")
            let header = try header(try Data(contentsOf: place.folder.appending(path: "out/model.safetensors")))
            func shape(_ name: String) -> [Int]? { (header[name] as? [String: Any])?["shape"] as? [Int] }
            #expect(shape("model.layers.0.mlp.down_proj.weight") == [16, 40] && shape("model.layers.0.mlp.down_proj.lora_A") == nil)
            #expect(shape("model.layers.1.mlp.down_proj.lora_A") == [2, 40] && shape("model.layers.1.mlp.up_proj.lora_A") == [4, 16])
            let plan = try place.run("plan", "tiny.json")
            #expect(plan.status == 0, "\(plan.talk)")
        }
    }

    /// What is exported is a model that a config takes, with the tokenizer that belongs to it.
    @Test func anExportIsAModelAgain() throws {
        try inWorkplace { place in
            let data = #""corpus": "synthetic", "tokenizer": "sentencepiece:300""#
            try place.write(Workplace.config(methods: #"{"method": "lost", "rank": 4}"#, data: data, vocabulary: 320), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--no-report").status == 0)
            let id = try #require(try ids(place)["lost"])
            // The cache may be gone by then.
            try FileManager.default.removeItem(at: place.folder.appending(path: "data"))
            let export = try place.run("export", id, "--to", "safetensors", "-o", "out")
            #expect(export.status == 0 && export.talk.contains("tokenizer.model") && export.talk.contains("generation_config.json"), "\(export.talk)")
            func object(_ name: String) throws -> [String: Any] {
                try #require(try JSONSerialization.jsonObject(with: Data(try place.read(name).utf8)) as? [String: Any])
            }
            let (config, generation) = (try object("out/config.json"), try object("out/generation_config.json"))
            #expect(generation["eos_token_id"] as? Int == 1 && generation["pad_token_id"] as? Int == 0 && generation["bos_token_id"] == nil)
            #expect(config["eos_token_id"] as? Int == 1 && config["bos_token_id"] is NSNull)
            try place.write(
                #"{"model": "out/config.json", "methods": ["full_rank"], "data": {"corpus": "synthetic", "tokenizer": "out/tokenizer.model"}, "training": {"sequence_length": 32}}"#,
                to: "again.json")
            let plan = try place.run("plan", "again.json")
            #expect(plan.status == 0 && plan.output.contains("full_rank"), "\(plan.talk)")
        }
    }

    @Test func curvesAreTables() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #""full_rank""#, extra: #", "checkpoint": {"final": "none"}"#), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--no-report").status == 0)
            let id = try #require(try ids(place)["full_rank"])
            let csv = try place.run("export", id, "--to", "csv").output.split(whereSeparator: \.isNewline)
            #expect(csv.count == 4 && csv[0].hasPrefix("step,tokens,loss,") && csv[1].hasPrefix("1,128,"))
            #expect(try place.run("export", id, "--to", "jsonl", "-o", "curve.jsonl").status == 0)
            let lines = try place.read("curve.jsonl").split(whereSeparator: \.isNewline)
            let last = try JSONSerialization.jsonObject(with: Data(try #require(lines.last).utf8)) as? [String: Any]
            #expect(lines.count == 3 && last?["step"] as? Int == 3 && last?["eval_loss"] as? Double != nil)
            let weights = try place.run("export", id, "--to", "safetensors", "-o", "out")
            #expect(weights.status == 66 && weights.talk.contains("were not kept") && weights.talk.contains("--rerun"))
            #expect(try place.run("export", id, "--to", "safetensors").status == 64)
            #expect(try place.run("export", id, "--to", "csv", "-o", "curve.jsonl").status == 64)
            #expect(try place.run("export", id, "--to", "tensorboard", "-o", "events.json").status == 64)
            #expect(try place.run("export", id, "--to", "onnx").status == 64)
        }
    }
}
