import SLMethodKit
import SLMethods
import SLModel
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// What a run will not see is said, and nothing is said of one that sees everything.
@Suite struct SilentEventTests {
    private func silent(
        _ method: String, _ options: [String: OptionValue] = [:], steps: Int, warmup: Int = 0, evaluationEvery: Int = 0,
        memory: MemoryOptions = MemoryOptions(), shape: ModelShape = SmallShapes.small
    ) throws -> [String] {
        let registry = BuiltinMethods.registry
        let resolved = MethodOptions(descriptor: try registry.descriptor(named: method), model: shape, given: options)
        return SilentEvents.of(
            model: shape,
            training: TrainingSpec(steps: steps, batchSize: 2, sequenceLength: 8, learningRate: 1e-3, warmupSteps: warmup, memory: memory),
            evaluation: EvaluationSpec(every: evaluationEvery), method: try registry.make(method, options: resolved, model: shape))
    }

    private let short: [String: OptionValue] = ["merge_interval": 10, "restart_warmup_steps": 2]

    @Test func reloraThatNeverMergesSaysSo() throws {
        let said = try silent("relora", steps: 20)
        #expect(said == [
            "no merge in 20 updates: the first is due after update 1001 (merge_interval 1000)",
            "no reset in 20 updates: the first is due after update 1001 (merge_interval 1000)",
        ])
        #expect(try silent("relora", ["reset_age": "restart"], steps: 1000).map { String($0.prefix(8)) } == ["no merge", "no reset", "no age i"])
        #expect(try silent("relora", short, steps: 20).isEmpty)
    }

    @Test func aMergeThatNoUpdateFollows() throws {
        for (steps, words) in [(11, "the only merge comes after update 11 of 11"), (21, "the last merge of 2 comes after update 21 of 21")] {
            let said = try silent("relora", short, steps: steps)
            #expect(said.contains { $0.hasPrefix(words) }, "\(said)")
        }
        #expect(try !silent("relora", short, steps: 12).contains { $0.contains("merge") })
    }

    @Test func aPhaseThatNeverBegins() throws {
        for full in [20, 30] {
            let said = try silent("relora", short.merging(["full_rank_steps": .integer(full)]) { $1 }, steps: 20)
            #expect(said.first == "no phase in 20 updates: the first is due after update \(full) (full_rank_steps \(full))", "\(said)")
        }
        // One update is left, and its rate is 0: the restart's first.
        let said = try silent("relora", short.merging(["full_rank_steps": 19]) { $1 }, steps: 20)
        #expect(said.first == "the only phase comes after update 19 of 20 and no update that moves a weight follows it (full_rank_steps)", "\(said)")
    }

    @Test func aSubspaceThatIsNeverFoundAgain() throws {
        #expect(try silent("galore", ["rank": 2, "refresh": "together"], steps: 20) == [
            "no refresh after the one of update 1 in 20 updates: the next is due in update 201 (update_interval 200)"
        ])
        // In turns, the second of 14 matrices has had its own in update 15.
        #expect(try silent("galore", ["rank": 2], steps: 20) == [
            "no refresh after the one of update 1 for 13 of 14 groups of tensors in 20 updates: the next is due in update 29 (update_interval 200)"
        ])
        #expect(try silent("galore", ["rank": 2], steps: 201).isEmpty)
        #expect(try silent("galore", ["rank": 2], steps: 200).count == 1)
        // 14 matrices in turns over 28 updates; those behind update 15 have not had theirs.
        let staggered = try silent("galore", ["rank": 2, "update_interval": 28, "refresh": "staggered"], steps: 15)
        #expect(staggered.count == 1 && staggered[0].hasPrefix("no refresh after the one of update 1 for 7 of 14 groups of tensors"), "\(staggered)")
        #expect(try silent("galore", ["rank": 24], steps: 201).first?.contains("the whole space") == true)
    }

    @Test func restartsInsideTheWarmUp() throws {
        let said = try silent("relora", short, steps: 40, warmup: 25)
        #expect(said == ["2 of 3 restarts of the rate fall into the first warm-up and lower nothing (warmup_steps 25)"], "\(said)")
        let late = try silent("relora", ["merge_interval": 10, "restart_warmup_steps": 9], steps: 25, warmup: 1)
        #expect(late == ["the rate does not come back after its last restart at update 21 of 25: that takes 9 updates (restart_warmup_steps)"], "\(late)")
    }

    @Test func ratesOfZeroAndWarmUpsWithoutAnEnd() throws {
        #expect(try silent("full_rank", steps: 1, warmup: 1) == ["no update moves a weight: the rate of the only update is 0 (warmup_steps 1)"])
        #expect(try silent("full_rank", steps: 1).isEmpty)
        #expect(try silent("full_rank", steps: 10, warmup: 10).first?.contains("ends at 90 %") == true)
        #expect(try silent("full_rank", steps: 10, warmup: 9).isEmpty)
    }

    @Test func formatsThatNoTensorHas() throws {
        let tiny = SmallShapes.tiny
        #expect(try silent("full_rank", steps: 4, memory: MemoryOptions(states: .eightBit), shape: tiny).first?.hasPrefix("no optimizer state is kept in 8 bits") == true)
        #expect(try silent("lora", ["rank": 2], steps: 4, memory: MemoryOptions(storage: .bf16), shape: tiny).first?.hasPrefix("nothing is kept in bf16") == true)
        #expect(try silent("full_rank", steps: 4, memory: MemoryOptions(states: .eightBit, storage: .bf16), shape: SmallShapes.wide).isEmpty)
    }

    @Test func evaluationsAndResetsThatDoNothing() throws {
        #expect(try silent("full_rank", steps: 10, evaluationEvery: 10).first?.hasPrefix("no evaluation between") == true)
        #expect(try silent("full_rank", steps: 10, evaluationEvery: 9).isEmpty)
        #expect(try silent("relora", short.merging(["reset_ratio": 0]) { $1 }, steps: 20) == ["a reset throws nothing away (reset_ratio 0)"])
    }

    /// A method that sees everything says nothing, whichever it is.
    @Test func shippedMethodsInLongRunsAreSilent() throws {
        for descriptor in BuiltinMethods.registry.descriptors {
            let said = try silent(descriptor.name, ["rank": 4].filter { descriptor.option(named: $0.key) != nil }, steps: 2500, warmup: 250, evaluationEvery: 100)
            #expect(said.isEmpty, "\(descriptor.name): \(said)")
        }
    }
}
