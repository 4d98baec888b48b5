import Foundation
import SLMethods
import SLSpec
import Testing

/// The keys `optimizer` and `groups`: what they may hold, what they become, and what they leave alone.
@Suite struct OptimizerKeysTests {
    private func method(_ keys: String) -> String { #"{"model": "9m", "methods": [{"method": "lost", \#(keys)}]}"# }
    private func training(_ text: String) throws -> [TrainingSpec] { try load(text).cells.map(\.training) }

    // MARK: Optimizers

    @Test func spellingsOfAdamW() throws {
        let plain = try training(#"{"model": "9m", "methods": ["lost"]}"#)
        #expect(plain.map(\.optimizer) == [.adamW()])
        for keys in [#""optimizer": "adamw""#, #""optimizer": {"name": "adamw"}"#, #""optimizer": {"name": "adamw", "beta1": 0.9, "epsilon": 1e-8}"#, #""beta1": 0.9"#] {
            #expect(try training(method(keys)) == plain, "\(keys)")
        }
        let short = try training(method(#""optimizer": "adamw8bit""#))
        #expect(short.map(\.memory.states) == [.eightBit] && short.map(\.optimizer) == [.adamW()])
        #expect(try training(method(#""states": "8bit""#)) == short)
        #expect(try training(method(#""optimizer": {"name": "adamw", "beta2": 0.95}"#)) == training(method(#""beta2": 0.95"#)))
    }

    @Test func optionsAreSweptInsideTheObjectAndBesideIt() throws {
        let swept = try training(method(#""optimizer": {"name": "adamw", "beta1": [0.8, 0.9], "beta2": [0.95, 0.99]}, "lr": [1, 2]"#))
        #expect(swept.map { "\($0.optimizer.options["beta1"]?.real ?? 0) \($0.optimizer.options["beta2"]?.real ?? 0) \($0.learningRate)" } == [
            "0.8 0.95 1.0", "0.8 0.95 2.0", "0.8 0.99 1.0", "0.8 0.99 2.0", "0.9 0.95 1.0", "0.9 0.95 2.0", "0.9 0.99 1.0", "0.9 0.99 2.0",
        ])
        let listed = try training(method(#""optimizer": ["adamw", {"name": "adamw", "beta1": 0.5}, "adamw8bit"]"#))
        #expect(listed.map(\.memory.states) == [.likeWeights, .likeWeights, .eightBit])
        #expect(listed.map { $0.optimizer.options["beta1"] } == [.real(0.9), .real(0.5), .real(0.9)])
    }

    /// A method's own optimizer replaces the shared one with all its options.
    @Test func aMethodsOptimizerReplacesTheSharedOne() throws {
        let specs = try training(
            #"""
            {"model": "9m", "methods": ["lost", {"method": "lora", "optimizer": "adamw"}],
             "training": {"optimizer": {"name": "adamw", "beta1": 0.5}}}
            """#)
        #expect(specs.map { $0.optimizer.options["beta1"] } == [.real(0.5), .real(0.9)])
    }

    @Test(arguments: [
        (#""optimizer": "adam""#, #"methods[0].optimizer: "adam" given"#, "did you mean"),
        (#""optimizer": 3"#, "methods[0].optimizer: 3 given", "one of"),
        (#""optimizer": {}"#, #"methods[0].optimizer: an optimizer without "name""#, "one of"),
        (#""optimizer": {"name": "adamw", "beta": 1}"#, "methods[0].optimizer.beta: unknown key 'beta'", "did you mean 'beta1'?"),
        (#""optimizer": {"name": "adamw", "beta1": 2}"#, "methods[0].optimizer.beta1: 2 given", "a number from 0"),
        (#""optimizer": ["adamw", "x"]"#, #"methods[0].optimizer[1]: "x" given"#, "one of"),
        (#""optimizer": []"#, "methods[0].optimizer: an empty list", "one of"),
    ])
    func whatIsNoOptimizer(keys: String, start: String, words: String) {
        let text = problem(method(keys))
        #expect(text.hasPrefix("test.json: \(start)") && text.contains(words), "\(text)")
    }

    // MARK: Groups

    @Test func groupsBecomeWhatTheySay() throws {
        let keys = #""groups": {"linears": {"lr_factor": 0.25}, "norms": {"weight_decay": 0}, "model.layers.0.*": {"lr_factor": 2}, "head": {"optimizer": {"name": "adamw", "beta1": 0.5}}}"#
        let spec = try #require(try training(method(keys)).first)
        #expect(spec.groups.map(\.selector.text) == ["head", "linears", "norms", "model.layers.0.*"])
        let module = LinearModule(layer: 0, role: .query, outFeatures: 4, inFeatures: 4)
        func factor(_ layer: Int) -> Double? {
            spec.groups.value(\.learningRateFactor, for: TensorPlace(.linear(LinearModule(layer: layer, role: .query, outFeatures: 4, inFeatures: 4)), rows: 4, columns: 4))
        }
        #expect(factor(0) == 2 && factor(1) == 0.25)
        #expect(spec.groups.value(\.weightDecay, for: TensorPlace(.norm, fullName: "model.norm.weight", rows: 1, columns: 4)) == 0)
        #expect(spec.groups.value(\.weightDecay, for: TensorPlace(.linear(module), rows: 4, columns: 4)) == nil)
        #expect(spec.groups.value(\.optimizer, for: TensorPlace(.head, rows: 4, columns: 4)) == .adamW(beta1: 0.5))
        // Through its own coding, and back.
        #expect(try JSONDecoder().decode(TrainingSpec.self, from: JSONEncoder().encode(spec)) == spec)
    }

    @Test func factorsAreSwept() throws {
        let specs = try training(method(#""groups": {"linears": {"lr_factor": [0.1, 1]}, "q_proj": {"lr_factor": [2, 3]}}"#))
        #expect(specs.map { $0.groups.map { $0.learningRateFactor ?? 0 } } == [[0.1, 2], [0.1, 3], [1, 2], [1, 3]])
        let zipped = try training(method(#""groups": {"linears": {"lr_factor": [0.1, 1]}}, "lr": [3, 4], "zip": ["lr", "groups.linears.lr_factor"]"#))
        #expect(zipped.map { [$0.learningRate, $0.groups[0].learningRateFactor ?? 0] } == [[3, 0.1], [4, 1]])
    }

    /// A method's group and a shared one are one run's groups, key by key.
    @Test func sharedGroupsAreAddedTo() throws {
        let specs = try training(
            #"""
            {"model": "9m", "methods": ["lost", {"method": "lora", "groups": {"linears": {"lr_factor": 2}}}],
             "training": {"groups": {"linears": {"lr_factor": 0.5, "weight_decay": 0.1}}}}
            """#)
        #expect(specs.map { $0.groups[0].learningRateFactor } == [0.5, 2] && specs.map { $0.groups[0].weightDecay } == [0.1, 0.1])
    }

    @Test(arguments: [
        (#""groups": {"linear": {"lr_factor": 1}}"#, "methods[0].groups.linear: no group 'linear'", "did you mean 'linears'?"),
        (#""groups": {"linears": {"lr": 1}}"#, "methods[0].groups.linears.lr: unknown key 'lr'", "lr_factor"),
        (#""groups": {"linears": {"lr_factor": 0}}"#, "methods[0].groups.linears.lr_factor: 0 given", "above 0"),
        (#""groups": {"linears": {}}"#, "methods[0].groups.linears: an empty group", "lr_factor"),
        (#""groups": 3"#, "methods[0].groups: 3 is", "an object"),
    ])
    func whatIsNoGroup(keys: String, start: String, words: String) {
        let text = problem(method(keys))
        #expect(text.hasPrefix("test.json: \(start)") && text.contains(words), "\(text)")
    }

    /// Factors of groups are tried alike for every method.
    @Test func tuningSearchesTheFactorsOfAll() throws {
        let config = try load(
            #"""
            {"model": "9m", "methods": ["lost", "lora"], "seeds": [1],
             "tuning": {"seeds": [9], "lr_factors": [0.5, 1], "groups": {"linears": {"lr_factor": [0.1, 1, 3]}}}}
            """#)
        let trials = try #require(config.tuning).cells.map { cell in cell.trials.map { $0.final.training.groups.first?.learningRateFactor ?? 0 } }
        #expect(trials == [[0.1, 1, 3, 0.1, 1, 3], [0.1, 1, 3, 0.1, 1, 3]])
    }

    // MARK: Identity

    /// A spec of before there were other optimizers: what it says is read, and written back to the letter.
    @Test(arguments: [
        #"{"batch_size":8,"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"gradient_accumulation":1,"lr":0.001,"min_lr_ratio":0.1,"sequence_length":256,"steps":48,"warmup_steps":5,"weight_decay":0}"#,
        #"{"batch_size":8,"beta1":0.9,"beta2":0.999,"block_size":2048,"epsilon":1e-06,"grad_clip":1,"gradient_accumulation":1,"lr":0.01,"min_lr_ratio":0.1,"optimizer":"adamw8bit","recompute":"block","rounding":"stochastic","sequence_length":256,"steps":120,"storage":"bf16","update":"per_layer","warmup_steps":12,"weight_decay":0.1}"#,
    ])
    func earlierSpecsKeepTheirText(text: String) throws {
        let spec = try JSONDecoder().decode(TrainingSpec.self, from: Data(text.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        #expect(String(decoding: try encoder.encode(spec), as: UTF8.self) == text)
    }
}
