import Foundation
import SLMethodKit
import SLMethods
import SLRandom
import SLSpec
import Testing

/// What makes two runs the same run, and in which order runs stand.
@Suite struct ConfigIdentityTests {
    private let data = DataIdentity(
        name: "d", packing: .concat, corpusSHA256: "a", tokenizer: "bytes", tokenizerSHA256: "b", vocabularySize: 259, trainTokens: 1,
        validationTokens: 1)

    private func key(_ text: String) throws -> String { try #require(try load(text).cells.first).spec(data: data).runKey() }

    @Test func sizesThenMethodsThenValuesThenSeeds() throws {
        let config = try load(
            #"""
            {"model": ["9m", "20m"], "seeds": [5, 2],
             "methods": ["full_rank", {"lr": [1e-3, 2e-3], "method": "sltrain", "rank": [8, 4], "delta": 0.1}]}
            """#)
        let labels = config.cells.map { cell in
            [cell.model.name, cell.method, "\(cell.training.learningRate)", "\(cell.options["rank"]?.integer ?? 0)", "\(cell.seed)"]
                .joined(separator: " ")
        }
        let one = ["full_rank 0.001 0"] + ["sltrain 0.001 8", "sltrain 0.001 4", "sltrain 0.002 8", "sltrain 0.002 4"]
        #expect(labels == ["9m", "20m"].flatMap { size in one.flatMap { cell in [5, 2].map { "\(size) \(cell) \($0)" } } })
        #expect(config.duplicates == 0)
        #expect(config.cells.map(\.origin).prefix(4) == ["methods[0]", "methods[0]", "methods[1]", "methods[1]"])
    }

    /// 8 and 8.0, a default and the same value spelled out, two spellings of a name: one run each.
    @Test func equalRunsAreOneRun() throws {
        let config = try load(
            #"""
            {"model": ["60m", "60M"], "seeds": [1, 1],
             "methods": ["low-rank", {"method": "low_rank", "rank": [128, 128.0, 1.28e2], "alpha": 32.0, "weight_decay": [0, -0.0]}]}
            """#)
        #expect(config.cells.count == 1)
        #expect(config.duplicates == 27)
        #expect(config.cells.first?.options["rank"] == .integer(128))
    }

    /// Every key of `training` and every option: another value, another run; the default spelled out, the same run.
    @Test(arguments: BuiltinMethods.registry.descriptors.map(\.name)) func everyKeyCounts(method: String) throws {
        let descriptor = try BuiltinMethods.registry.descriptor(named: method)
        let model = try #require(ModelShape.preset(named: "60m"))
        let recipe = descriptor.recipe(model)
        /// Keys that count only beside another one stand beside it.
        let needed = [
            "block_size": #", "states": "8bit""#, "rounding": #", "storage": "bf16""#, "update": #", "grad_clip": null"#,
            "shards": #", "gradient_accumulation": 2"#, "exchange": #", "gradient_accumulation": 2, "shards": 2"#, "tokens_per_parameter_of": #", "tokens_per_parameter": 0.5"#,
        ]
        func key(_ name: String, _ value: String?) throws -> String {
            var own = value.map { ", \"\(name)\": \($0)" } ?? ""
            if let option = descriptor.option(named: name), let group = option.group {
                let main = MethodOptionGroup.all(of: descriptor.options).first { $0.name == group }?.mainOption
                let members = (main?.name == name ? [] : ["\"\(main?.keyInGroup ?? "")\": 200"]) + (value.map { ["\"\(option.keyInGroup)\": \($0)"] } ?? [])
                own = members.isEmpty ? "" : ", \"\(group)\": {\(members.joined(separator: ", "))}"
            }
            let top = name == "exchange" ? #", "ranks": 2"# : ""
            return try self.key(#"{"model": "60m", "methods": [{"method": "\#(method)"\#(own)\#(needed[name] ?? "")}]\#(top)}"#)
        }
        let defaults: [String: String] = [
            "lr": "\(recipe.learningRate)", "epsilon": "\(recipe.epsilon)", "warmup_steps": "100",
            "grad_clip": recipe.gradientClip.map { "\($0)" } ?? "null",
            "beta1": "\(recipe.betas?.first ?? 0.9)", "beta2": "\(recipe.betas?.second ?? 0.999)", "weight_decay": "\(recipe.weightDecay)",
            // 1000 updates of 8 × 256 tokens, at the work that the helper above says.
            "tokens": "2048000", "tokens_per_parameter": "0.0809", "tokens_per_parameter_of": #""block_linears""#, "flops": method == "galore" ? "40960000" : "20480000",
        ]
        let others: [String: String] = [
            "batch_size": "6", "lr": "0.125", "epsilon": "0.5", "grad_clip": "7", "projection": #""left""#, "moments": #""reset""#,
            "reset_optimizer": #""magnitude""#, "reset_age": #""restart""#, "activation": #""identity""#, "update": #""per_layer""#, "states": #""8bit""#,
            "storage": #""bf16""#, "rounding": #""stochastic""#, "recompute": #""block""#, "block_size": "2048",
            "mlp_activation": #""identity""#, "subspace": #""exact""#, "refresh": method == "loro" ? #""none""# : #""together""#,
            "computation": #""rebuild""#, "restarts.schedule_offset": "1", "restarts.reset_optimizer": "false", "regrow_interval": "30",
            "mini_loras": "3", "tokens_per_parameter_of": #""all""#,
            "restarts.refactor": descriptor.option(named: "restarts.refactor")?.defaultValue(model) == .bool(true) ? "false" : "true",
        ]
        for option in descriptor.options + TrainingKeys.all {
            let value = option.defaultValue(model)
            let plain = try key(option.name, nil)
            let spelled = defaults[option.name] ?? (value.text.map { "\"\($0)\"" } ?? "\(value)")
            #expect(try key(option.name, spelled) == plain, "\(option.name): \(spelled)")
            let other: String
            switch option.domain {
            case .integer, .rank, .rankOrNone, .optionalInteger: other = others[option.name] ?? "2"
            case .numbers(let numbers): other = others[option.name] ?? "\(numbers.first { .integer($0) != value } ?? 2)"
            case .boolean: other = others[option.name] ?? (value == .bool(true) ? "false" : "true")
            case .real(let range): other = others[option.name] ?? (range.contains(0.625) ? "0.625" : "\(range.lowerBound + 0.5)")
            case .positiveReal, .optionalPositiveReal: other = others[option.name] ?? "0.625"
            case .choice(let names): other = others[option.name] ?? (names.first { .text($0) != value }.map { "\"\($0)\"" } ?? "0")
            case .optimizer: other = "\"adamw\""
            }
            #expect(try key(option.name, other) != plain, "\(option.name): \(other)")
        }
    }

    @Test func twoWarmupsInAMethod() {
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "lost", "warmup_steps": 3, "warmup_ratio": [0.1]}]}"#)
                == "test.json: methods[0].warmup_ratio: given beside warmup_steps\n  allowed: one of the two")
    }

    @Test func conflictsAreNamedWhereTheyWereWritten() {
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "lost", "batch_size": 6}], "training": {"gradient_accumulation": 4}}"#)
                .hasPrefix("test.json: methods[0].batch_size: gradient_accumulation 4 does not divide batch_size 6"))
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "lost", "steps": 6}], "training": {"warmup_steps": 7}}"#)
                .hasPrefix("test.json: methods[0].steps: warmup_steps 7 is more than steps 6"))
    }

    /// Well-formed documents with anything in any place: refused or read, never a crash.
    @Test func anyValueAnywhereNeverCrashes() throws {
        let original = try JSONValue.parse(
            #"""
            {"model": ["60m", {"name": "m", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
             "vocab_size": 300, "num_key_value_heads": 4, "eos_token_id": [1]}], "name": "n", "seeds": [1, 2], "threads": 2,
             "methods": ["full_rank", {"method": "relora", "rank": [4, 8], "merge_interval": 3, "reset_optimizer": "zero", "reset_ratio": 0.5},
             {"method": "lost", "residual_rank": null, "gamma": 0.5, "grad_clip": null}],
             "data": {"corpus": "sotu", "tokenizer": "bytes", "packing": "concat", "validation": null},
             "training": {"steps": 9, "batch_size": 4, "lr": 1e-3, "warmup_ratio": 0.5}, "evaluation": {"every": 1, "tokens": 5}}
            """#)
        let strange: [JSONValue] = [
            .null, .bool(true), .integer(0), .integer(-1), .integer(.max), .integer(.min), .real(1e308), .real(-0.5),
            .real(.leastNonzeroMagnitude),
            .string(""),
            .string("\u{0}"), .string("sentencepiece:-1"), .array([]), .array([.array([])]), .object([]), .array([.null, .integer(3)]),
            .object([.init(key: "rank", value: .integer(1))]), .string(String(repeating: "x", count: 10_000)),
        ]
        var stream = RandomStream(seed: 3, name: "fuzz/tree")
        var refused = 0
        for _ in 0..<2000 {
            var tree = original
            for _ in 0...stream.below(3) { replace(&tree, with: strange[stream.below(strange.count)], &stream) }
            let found = problems(tree.pretty)
            if !found.isEmpty { refused += 1 }
            #expect(found.allSatisfy { $0.hasPrefix("test.json: ") && $0.count < 2000 }, "\(found)")
        }
        #expect(refused > 1000)
    }

    /// Puts a value in the place of some node on the way down, or gives a member another key.
    private func replace(_ node: inout JSONValue, with value: JSONValue, _ stream: inout RandomStream) {
        switch node {
        case .object(var members) where !members.isEmpty && stream.below(6) > 0:
            let index = stream.below(members.count)
            if stream.below(8) == 0 { members[index].key += "x" } else { replace(&members[index].value, with: value, &stream) }
            node = .object(members)
        case .array(var values) where !values.isEmpty && stream.below(6) > 0:
            replace(&values[stream.below(values.count)], with: value, &stream)
            node = .array(values)
        default: node = value
        }
    }

    /// Whatever stands after `--set` is an override or a problem that names it.
    @Test(arguments: [
        "", "=", "a", "=1", ".=1", "a..b=1", "a[=1", "a[]=1", "a[-1]=1", "a[x]=1", "a]=1", "[0]=1", "methods=1", "methods.=1",
        "methods[99999999999999999999]=1", "training=[", "training.steps=", "model=", "seeds[5]=1", "methods.lost=3", "methods.lost.x.y=1",
    ])
    func strangeOverrides(text: String) {
        let found = problems(#"{"model": "9m", "methods": ["lost"], "seeds": [1]}"#, set: [text])
        #expect(!found.isEmpty && found.allSatisfy { $0.hasPrefix("--set") }, "\(text): \(found)")
    }
}
