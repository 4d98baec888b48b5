import Foundation
import SLData
import SLMethodKit
import SLMethods
import SLNumerics
import SLSpec
import SLTestSupport
import SLTraining
import Synchronization
import Testing

/// A run that is killed and goes on gives the bits of one that was not: for every method, option and moment.
@Suite(.serialized, .compute(threads: 2)) struct ResumeTests {
    private static let shape = ModelShape(
        name: "tiny", vocabularySize: 259, hiddenSize: 24, intermediateSize: 40, layerCount: 2, headCount: 2)
    private static let variants = BuiltinMethods.registry.methods.map { MethodUnderTest($0) }.flatMap { $0.variants(for: shape) }
    private static let steps = 8

    private final class Notices: Sendable {
        private let said = Mutex<[String]>([])
        var words: [String] { said.withLock { $0 } }
        func add(_ text: String) { said.withLock { $0.append(text) } }
    }

    private let folder = CheckpointFolder(
        url: FileManager.default.temporaryDirectory.appending(path: "slbench-checkpoints-\(UUID().uuidString)"))

    /// Intervals so short that refreshes, merges and phases fall between checkpoints.
    private func spec(_ variant: MethodVariant, _ memory: MemoryOptions = MemoryOptions(), accumulation: Int = 1, activations: ActivationSpec? = nil) throws -> RunSpec {
        var options = variant.options
        let merge = variant.changed == "restart_warmup_steps" ? 4 : 3
        let regrow = variant.changed == "regrow_window" ? 9 : 4
        for (name, value) in [
            "merge_interval": merge, "update_interval": 3, "full_rank_steps": 2, "restart_warmup_steps": 1, "regrow_interval": regrow, "regrow_window": 1,
            "switch_interval": 3, "patience": 1, "probe_interval": 2,
        ]
        where variant.changed != name && options[name] != nil && !(name == "full_rank_steps" && variant.changed != nil) {
            options[name] = .integer(value)
        }
        return RunSpec(
            model: Self.shape, method: variant.method.descriptor.name,
            options: MethodOptions(descriptor: variant.method.descriptor, model: Self.shape, given: options),
            training: TrainingSpec(
                steps: Self.steps, batchSize: 2, gradientAccumulation: accumulation, sequenceLength: 16, learningRate: 3e-3, warmupSteps: 1,
                weightDecay: 0.1, memory: memory, activations: activations),
            data: try SmallText.get().identity, evaluation: EvaluationSpec(every: 3, tokens: 64), seed: 5)
    }

    /// - Parameter stopAfter: the step after which the run is asked to stop.
    @discardableResult
    private func train(
        _ spec: RunSpec, _ recorder: RecordedRun, every: Int = 1, keep: Int = 2, stopAfter: Int = .max, threads: Int = 2,
        notices: Notices? = nil
    ) throws -> RunResult? {
        let reached = Atomic<Int>(0)
        let checkpoints = Checkpoints(
            folder: folder, policy: CheckpointPolicy(everySteps: every, everyMinutes: nil, keep: keep),
            notice: { notices?.add($0) })
        do {
            return try Trainer.run(
                spec: spec, registry: BuiltinMethods.registry, data: SmallText.get(), threads: threads, environment: RecordedRun.environment,
                recorder: recorder, checkpoints: checkpoints,
                progress: { if $0.activity == .training { reached.store($0.step, ordering: .relaxed) } },
                shouldStop: { reached.load(ordering: .relaxed) >= stopAfter })
        } catch is RecordedRun.Killed {
            return nil
        } catch let failure as RunFailure where failure.status == .interrupted {
            return nil
        }
    }

    private func uninterrupted(_ spec: RunSpec) throws -> [[String]] {
        let recorder = RecordedRun()
        try #require(try train(spec, recorder, every: 1000) != nil)
        try FileManager.default.removeItem(at: folder.url)
        return recorder.traces
    }

    private static let formats = [
        MemoryOptions(), MemoryOptions(update: .perLayer, states: .eightBit, storage: .bf16, rounding: .stochastic, recompute: .block),
        MemoryOptions(states: .eightBit, blockSize: 2048), MemoryOptions(storage: .bf16), MemoryOptions(precision: .bf16),
        MemoryOptions(update: .perLayer, storage: .bf16, rounding: .stochastic, recompute: .block, precision: .bf16), MemoryOptions(states: .companded),
    ]

    /// Killed at one record after another, and every time once more two records later.
    @Test(arguments: variants.indices.filter { variants[$0].changed == nil }) func killedAtEveryMoment(index: Int) throws {
        for (number, format) in Self.formats.enumerated() {
            let spec = try spec(Self.variants[index], format)
            let whole = try uninterrupted(spec)
            let records = whole.prefix(3).reduce(0) { $0 + $1.count } + 2
            for moment in stride(from: 1, to: records, by: number == 0 ? 2 : 5) {
                let recorder = RecordedRun()
                recorder.revive(patience: moment)
                #expect(try train(spec, recorder) == nil)
                recorder.revive(patience: 2)
                _ = try train(spec, recorder)
                recorder.revive(patience: .max)
                try #require(try train(spec, recorder) != nil)
                let same = recorder.traces == whole
                #expect(same, "\(Self.variants[index]) \(format.words), killed after \(moment) records, resumed at \(recorder.seen.resumptions)")
                #expect(folder.steps.isEmpty && FileManager.default.fileExists(atPath: folder.weightsFile.path))
                try FileManager.default.removeItem(at: folder.url)
            }
        }
    }

    /// Every value of every option, killed in the middle.
    @Test(arguments: variants.indices.filter { variants[$0].changed != nil }) func everyOption(index: Int) throws {
        let spec = try spec(Self.variants[index])
        let whole = try uninterrupted(spec)
        let recorder = RecordedRun()
        recorder.revive(patience: 8)
        #expect(try train(spec, recorder, every: 2) == nil)
        recorder.revive(patience: .max)
        try #require(try train(spec, recorder) != nil)
        let same = recorder.traces == whole
        #expect(same && !recorder.seen.resumptions.isEmpty, "\(Self.variants[index])")
    }

    /// Linears of ranks of their own, and a dense layer among them.
    @Test(arguments: variants.indices.filter { variants[$0].changed == nil && variants[$0].options["rank"] != nil }) func withALayout(index: Int) throws {
        let layout: [String: OptionValue] = ["layers.0.parameterization": "dense", "roles.down_proj.rank": 2]
        let spec = try spec(Self.variants[index].with(layout), Self.formats[1])
        let whole = try uninterrupted(spec)
        let recorder = RecordedRun()
        recorder.revive(patience: 9)
        #expect(try train(spec, recorder) == nil)
        recorder.revive(patience: .max)
        try #require(try train(spec, recorder) != nil)
        #expect(recorder.traces == whole && !recorder.seen.resumptions.isEmpty, "\(Self.variants[index])")
    }

    /// A direction that the first micro-batch fixed is that of the run, whoever goes on with it.
    @Test(arguments: ["full_rank", "relora", "sltrain", "cola"]) func withAnActivationScheme(name: String) throws {
        let scheme = ActivationSpec(groups: [.value: 6, .output: 4, .down: 10], scale: 1.5)
        let variant = try #require(Self.variants.first { $0.method.descriptor.name == name })
        let spec = try spec(variant, accumulation: 2, activations: scheme)
        let whole = try uninterrupted(spec)
        #expect(try uninterrupted(self.spec(variant, accumulation: 2)) != whole)
        for moment in [2, 5, 9] {
            let recorder = RecordedRun()
            recorder.revive(patience: moment)
            #expect(try train(spec, recorder) == nil)
            recorder.revive(patience: .max)
            try #require(try train(spec, recorder) != nil)
            #expect(recorder.traces == whole, "\(name), killed after \(moment) records")
        }
    }

    /// Asked to stop, a run leaves a checkpoint at that very step, also in the middle of an evaluation.
    @Test(arguments: 1..<steps) func askedToStop(step: Int) throws {
        let spec = try spec(try #require(Self.variants.first { $0.method.descriptor.name == "galore" }), accumulation: 2)
        let whole = try uninterrupted(spec)
        let recorder = RecordedRun()
        #expect(try train(spec, recorder, every: 1000, stopAfter: step) == nil)
        #expect(recorder.seen.failure?.status == .interrupted && recorder.seen.failure?.step == step)
        #expect(folder.steps == [step])
        try #require(try train(spec, recorder, every: 1000) != nil)
        #expect(recorder.traces == whole && recorder.seen.resumptions == [step])
    }

    @Test func onlyTheLastFewStay() throws {
        let spec = try spec(Self.variants[0])
        let recorder = RecordedRun()
        recorder.revive(patience: 9)
        #expect(try train(spec, recorder, keep: 3) == nil)
        #expect(folder.steps.count == 3 && folder.steps == folder.steps.sorted(by: >))
    }

    /// A damaged checkpoint is told of and the one before it taken; without any the run begins anew. A half-written one of a
    /// dead process goes.
    @Test func damagedCheckpointsArePassedOver() throws {
        let spec = try spec(Self.variants[0])
        let whole = try uninterrupted(spec)
        for damaged in 0...2 {
            let recorder = RecordedRun()
            recorder.revive(patience: 9)
            #expect(try train(spec, recorder) == nil)
            let steps = folder.steps
            try #require(steps.count == 2)
            for step in steps.prefix(damaged) {
                let file = folder.url.appending(path: "step-00000000\(step).safetensors")
                var bytes = try Data(contentsOf: file)
                bytes[bytes.count - 5] ^= 64
                try bytes.write(to: file)
            }
            let leftover = folder.url.appending(path: "step-000000009.safetensors.4194305.partial")
            try Data("half".utf8).write(to: leftover)
            let notices = Notices()
            recorder.revive(patience: .max)
            try #require(try train(spec, recorder, notices: notices) != nil)
            #expect(recorder.traces == whole)
            #expect(notices.words.filter { $0.contains("is damaged") }.count == damaged)
            #expect(recorder.seen.resumptions == (damaged < 2 ? [steps[damaged]] : []))
            #expect(recorder.seen.starts == (damaged < 2 ? 1 : 2))
            #expect(!FileManager.default.fileExists(atPath: leftover.path))
            try FileManager.default.removeItem(at: folder.url)
        }
    }

    /// A checkpoint of another run is of no use, nor one that the record does not reach up to.
    @Test func checkpointsOfOthersAreNotUsed() throws {
        let spec = try spec(Self.variants[0])
        let whole = try uninterrupted(spec)
        var other = spec
        other.seed = 6
        let first = RecordedRun()
        first.revive(patience: 9)
        #expect(try train(other, first) == nil)
        let notices = Notices()
        let recorder = RecordedRun()
        try #require(try train(spec, recorder, notices: notices) != nil)
        #expect(recorder.traces == whole && recorder.seen.resumptions.isEmpty && recorder.seen.starts == 1)
        #expect(notices.words.allSatisfy { $0.contains("belongs to another run") })
        // The record is gone, the checkpoint is there.
        #expect(try train(spec, RecordedRun(), stopAfter: 4) == nil)
        let empty = RecordedRun()
        try #require(try train(spec, empty) != nil)
        #expect(empty.traces == whole && empty.seen.starts == 1 && empty.seen.resumptions.isEmpty)
    }

    /// A folder that can't be written is no reason to stop training.
    @Test func aFolderThatCannotBeMadeIsToldOf() throws {
        try Data().write(to: folder.url)
        let (notices, recorder) = (Notices(), RecordedRun())
        var spec = try spec(Self.variants[0])
        spec.training.steps = 3
        try #require(try train(spec, recorder, notices: notices) != nil)
        #expect(recorder.seen.steps.count == 3 && recorder.seen.result != nil)
        let words = notices.words
        #expect(words.filter { $0.contains("no checkpoint after") }.count == 2 && words.last?.contains("final weights are not kept") == true)
    }
}
