import Foundation
import SLSpec
import Testing

/// The keys of memory options: what they become, and whole messages of what is refused.
@Suite struct MemoryKeysTests {
    private func lines(_ text: String...) -> String { text.joined(separator: "\n") }
    private func with(_ training: String) -> String { #"{"model": "9m", "methods": ["full_rank"], "training": {\#(training)}}"# }
    private func method(_ keys: String) -> String { #"{"model": "9m", "methods": [{"method": "full_rank", \#(keys)}]}"# }

    // MARK: What is taken

    @Test func everyKeyArrives() throws {
        let all = #""update": "per_layer", "optimizer": "adamw8bit", "block_size": 2048, "storage": "bf16", "rounding": "stochastic", "recompute": "block", "precision": "bf16""#
        let wanted = MemoryOptions(
            update: .perLayer, states: .eightBit, blockSize: 2048, storage: .bf16, rounding: .stochastic, recompute: .block, precision: .bf16)
        for text in [with(all), method(all)] { #expect(try load(text).cells.map(\.training.memory) == [wanted]) }
        #expect(try load(with(#""steps": 5"#)).cells.map(\.training.memory) == [MemoryOptions()])
    }

    @Test func keysAreSweptInsideAMethod() throws {
        let config = try load(method(#""optimizer": ["adamw", "adamw8bit"], "storage": ["fp32", "bf16"]"#))
        #expect(
            config.cells.map(\.training.memory) == [
                MemoryOptions(), MemoryOptions(storage: .bf16), MemoryOptions(states: .eightBit),
                MemoryOptions(states: .eightBit, storage: .bf16),
            ])
    }

    @Test func aMethodsOwnKeyWins() throws {
        let config = try load(
            #"{"model": "9m", "methods": ["lost", {"method": "lora", "update": "whole_model"}], "training": {"update": "per_layer", "recompute": "block"}}"#
        )
        #expect(config.cells.map(\.training.memory.update) == [.perLayer, .wholeModel])
        #expect(config.cells.map(\.training.memory.recompute) == [.block, .block])
    }

    /// A shared key serves the methods that it means something to.
    @Test func sharedKeysWithoutEffectAreNoPartOfARun() throws {
        let config = try load(
            #"{"model": "9m", "methods": ["lost", {"method": "lora", "optimizer": "adamw8bit", "storage": "bf16"}], "training": {"block_size": 2048, "rounding": "stochastic"}}"#
        )
        #expect(
            config.cells.map(\.training.memory) == [
                MemoryOptions(), MemoryOptions(states: .eightBit, blockSize: 2048, storage: .bf16, rounding: .stochastic),
            ])
    }

    @Test func accumulationAndClippingGoWithTheRest() throws {
        let others = #""optimizer": "adamw8bit", "storage": "bf16", "recompute": "block", "gradient_accumulation": 2, "grad_clip": 1"#
        #expect(try load(with(others)).cells.count == 1)
        #expect(try load(with(#""update": "per_layer", "gradient_accumulation": 1, "grad_clip": null"#)).cells.count == 1)
    }

    // MARK: What is refused

    @Test func perLayerWithAccumulation() {
        #expect(
            problem(with(#""update": "per_layer", "gradient_accumulation": 2, "batch_size": 8"#))
                == lines(
                    "test.json: training.update: per_layer with gradient_accumulation 2: a gradient is complete only after the last micro-batch",
                    "  allowed: gradient_accumulation 1, or update \"whole_model\""))
        // The key that the method itself gives is named.
        #expect(
            problem(
                #"{"model": "9m", "methods": [{"method": "lost", "gradient_accumulation": 4}], "training": {"update": "per_layer", "batch_size": 8}}"#
            ).hasPrefix("test.json: methods[0].gradient_accumulation: per_layer with gradient_accumulation 4"))
    }

    @Test func perLayerWithClipping() {
        #expect(
            problem(method(#""update": "per_layer", "grad_clip": 0.5"#))
                == lines(
                    "test.json: methods[0].update: per_layer with grad_clip 0.5: the norm of the whole gradient is known only when the first tensors are updated already",
                    "  allowed: grad_clip null, or update \"whole_model\""))
    }

    /// A recipe that clips is no key of the user's: the message says how to stop it.
    @Test func perLayerWithARecipeThatClips() {
        let text = problem(#"{"model": "9m", "methods": ["relora"], "training": {"update": "per_layer"}}"#)
        #expect(text.hasPrefix("test.json: training.update: per_layer with grad_clip 1.0"))
        #expect(text.hasSuffix("\n  hint: the method's recipe clips; say \"grad_clip\": null"))
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "relora", "grad_clip": null}], "training": {"update": "per_layer"}}"#).isEmpty)
    }

    @Test func keysWithoutEffectInAMethodsObject() {
        #expect(
            problem(method(#""block_size": 2048"#))
                == lines(
                    "test.json: methods[0].block_size: has no effect with states \"like_weights\"", "  allowed: states \"8bit\""))
        #expect(
            problem(method(#""rounding": "stochastic""#))
                == lines("test.json: methods[0].rounding: has no effect with storage \"fp32\"", "  allowed: storage \"bf16\""))
        #expect(problem(method(#""block_size": 2048, "optimizer": "adamw8bit""#)).isEmpty)
        #expect(problem(method(#""rounding": "nearest", "storage": "bf16""#)).isEmpty)
        #expect(
            problem(method(#""block_size": 2048, "states": "8bit_companded""#))
                == lines(
                    "test.json: methods[0].block_size: has no effect with states \"8bit_companded\"", "  allowed: states \"8bit\""))
        #expect(
            problem(method(#""optimizer": "adamw8bit", "states": "8bit_companded""#))
                == lines(
                    "test.json: methods[0].states: \"8bit_companded\" beside optimizer \"adamw8bit\", which is adamw with states \"8bit\"",
                    "  allowed: states \"8bit\", or optimizer \"adamw\""))
        #expect(problem(method(#""optimizer": "muon", "states": "8bit_companded""#)).isEmpty)
        // One of two values makes it useless in one of the runs.
        #expect(problem(method(#""block_size": 2048, "optimizer": ["adamw8bit", "adamw"]"#)).contains("methods[0].block_size"))
    }

    @Test(arguments: [
        ("update", #""layerwise""#, #"one of "whole_model", "per_layer""#), ("states", #""4bit""#, #"one of "like_weights", "8bit", "8bit_companded""#),
        ("block_size", "128", "one of 256, 2048"), ("storage", #""fp16""#, #"one of "fp32", "bf16""#),
        ("rounding", #""up""#, #"one of "nearest", "stochastic""#), ("recompute", "true", #"one of "none", "block", "bottlenecks""#),
    ])
    func valuesThatAreNone(key: String, value: String, allowed: String) {
        #expect(
            problem(with(#""\#(key)": \#(value)"#)).hasPrefix(
                lines("test.json: training.\(key): \(value) given", "  allowed: \(allowed)")))
        #expect(
            problem(method(#""\#(key)": \#(value)"#)).hasPrefix(
                lines("test.json: methods[0].\(key): \(value) given", "  allowed: \(allowed)")))
    }

    @Test func misspeltAndMisplacedKeys() {
        #expect(problem(with(#""recompte": "block""#)).contains("did you mean 'recompute'?"))
        #expect(
            problem(#"{"model": "9m", "methods": ["lost"], "storage": "bf16"}"#).hasSuffix(#"hint: 'storage' belongs inside "training""#))
    }

    @Test func anOverrideIsNamedAsTheSource() {
        #expect(problem(with(#""steps": 5"#), set: ["training.update=per_layer", "training.grad_clip=1"]).contains("training.update: per_layer with grad_clip 1"))
        #expect(problem(with(#""steps": 5"#), set: ["training.storage=fp8"]).hasPrefix("--set: training.storage: \"fp8\" given"))
    }
}
