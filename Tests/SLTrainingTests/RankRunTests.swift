import Foundation
import SLData
import SLMethodKit
import SLMethods
import SLNumerics
import SLRanks
import SLSpec
import SLTensorFiles
import SLTestSupport
import SLTraining
import Synchronization
import Testing

/// Whole runs that processes share: what is recorded and written, stops, and going on with another number of them.
@Suite(.serialized, .compute(threads: 1)) struct RankRunTests {
    private static let shape = ModelShape(
        name: "tiny", vocabularySize: 259, hiddenSize: 24, intermediateSize: 40, layerCount: 2, headCount: 2)
    private static let steps = 8

    private let folder = CheckpointFolder(
        url: FileManager.default.temporaryDirectory.appending(path: "slbench-rank-checkpoints-\(UUID().uuidString)"))

    private func spec(
        _ name: String, shardsOptimizer: Bool = false, rate: Double = 3e-3, mode: EvaluationSpec.Mode = .tokenWeighted, exchange: GradientSum = .ordered
    ) throws -> RunSpec {
        let variant = try MethodVariant.short(name, for: Self.shape)
        return RunSpec(
            model: Self.shape, method: name, options: MethodOptions(descriptor: variant.method.descriptor, model: Self.shape, given: variant.options),
            training: TrainingSpec(
                steps: Self.steps, batchSize: 4, gradientAccumulation: 4, shards: 4, exchange: exchange, sequenceLength: 16, learningRate: rate, warmupSteps: 1,
                weightDecay: 0.1, gradientClip: 0.5, memory: MemoryOptions(shardsOptimizer: shardsOptimizer)),
            data: try SmallText.get().identity, evaluation: EvaluationSpec(every: 3, tokens: 112, mode: mode, batchSize: mode == .galoreCompat ? 3 : nil), seed: 5)
    }

    /// What the first process recorded, and how all of them ended.
    private struct Outcome {
        var recorder: RecordedRun
        var ends: [Result<RunResult, any Error>]

        var failures: [RunFailure] {
            ends.compactMap { end in
                guard case .failure(let error) = end else { return nil }
                return error as? RunFailure
            }
        }
        /// Without what is about the processes themselves.
        var traces: [[String]] {
            var traces = recorder.traces
            traces[2].removeAll { $0.split(separator: " ").dropFirst().first == "ranks" }
            return traces
        }
    }

    /// - Parameters:
    ///   - stopAfter: updates after which process `stopping` is asked to stop; nobody asks the others.
    private func train(
        _ spec: RunSpec, ranks: Int, recorder: RecordedRun = RecordedRun(), every: Int = 1000, stopAfter: Int = .max, stopping: Int = 0,
        timeout: Double? = nil, threads: [Int] = [1, 1, 1, 1]
    ) throws -> Outcome {
        let (data, folder) = (try SmallText.get(), folder)
        let run: @Sendable (any RankGroup) throws -> RunResult = { group in
            let done = Atomic<Int>(0)
            let asks = group.rank == stopping
            return try Trainer.run(
                spec: spec, registry: BuiltinMethods.registry, data: data, threads: threads[group.rank], environment: RecordedRun.environment,
                recorder: recorder, checkpoints: Checkpoints(folder: folder, policy: CheckpointPolicy(everySteps: every, everyMinutes: nil, keep: 100), notice: { _ in }),
                timeout: timeout, ranks: group, progress: { _ in },
                // Asked once before every update, and between batches of evaluations.
                shouldStop: {
                    guard asks, stopAfter < .max else { return false }
                    return done.add(1, ordering: .relaxed).newValue > stopAfter
                })
        }
        return Outcome(recorder: recorder, ends: ranks == 1 ? [Result { try run(LoneRank()) }] : ThreadRanks.run(ranks, run))
    }

    private func finished(_ spec: RunSpec, ranks: Int) throws -> Outcome {
        let outcome = try train(spec, ranks: ranks)
        for end in outcome.ends { _ = try end.get() }
        try? FileManager.default.removeItem(at: folder.url)
        return outcome
    }

    // MARK: What is recorded

    @Test(arguments: ["full_rank", "galore", "relora", "badam"], [false, true]) func theRecordIsThatOfOneProcess(name: String, shards: Bool) throws {
        let spec = try spec(name, shardsOptimizer: shards)
        let alone = try finished(spec, ranks: 1)
        for ranks in [2, 4] {
            let shared = try finished(spec, ranks: ranks)
            #expect(shared.traces == alone.traces, "\(name), \(ranks) ranks")
            #expect(shared.recorder.seen.starts == 1)
            let digests = try Set(shared.ends.map { try $0.get().weightsSHA256 })
            #expect(digests == [alone.recorder.seen.result?.weightsSHA256])
            let event = try #require(shared.recorder.seen.events.last { $0.kind == "ranks" }).measurements
            let memory = try #require(shared.recorder.seen.result?.memory)
            #expect(event["ranks"] == Double(ranks) && event["tracked_bytes_of_largest"] == Double(memory.peakTrackedBytes))
            #expect(try #require(event["tracked_bytes_of_all"]) <= Double(ranks * memory.peakTrackedBytes))
            #expect(abs(Double(memory.predictedBytes) / Double(memory.peakTrackedBytes) - 1) <= 0.02)
            let waited = try #require(shared.recorder.seen.result?.communicationSeconds)
            #expect(waited > 0 && waited < (shared.recorder.seen.result?.trainSeconds ?? 0))
        }
        #expect(alone.recorder.seen.result?.communicationSeconds == nil && !alone.recorder.seen.events.contains { $0.kind == "ranks" })
    }

    /// The mean of batch means adds in the same order, too.
    @Test func evaluationsInTurnsAreThoseOfOneProcess() throws {
        for mode in EvaluationSpec.Mode.allCases {
            let spec = try spec("full_rank", mode: mode)
            let alone = try finished(spec, ranks: 1).recorder.seen.evaluations
            for ranks in [2, 4] {
                let shared = try finished(spec, ranks: ranks).recorder.seen.evaluations
                #expect(shared.map(\.loss) == alone.map(\.loss) && shared.map(\.bitsPerByte) == alone.map(\.bitsPerByte))
                #expect(shared.map(\.tokens) == alone.map(\.tokens))
            }
        }
    }

    // MARK: Ends before the end

    /// Whoever is asked, all stop at the same update, and one checkpoint is there that any number goes on with.
    @Test(arguments: [0, 3]) func anyOfThemStopsAll(stopping: Int) throws {
        let spec = try spec("galore")
        let alone = try finished(spec, ranks: 1)
        let outcome = try train(spec, ranks: 4, stopAfter: 8, stopping: stopping)
        #expect(outcome.failures.count == 4 && Set(outcome.failures.map(\.step)).count == 1)
        #expect(outcome.failures.allSatisfy { $0.status == .interrupted })
        let step = try #require(outcome.failures.first?.step)
        #expect(folder.steps == [step] && outcome.recorder.seen.failure?.step == step)
        for end in try train(spec, ranks: 2, recorder: outcome.recorder).ends { _ = try end.get() }
        #expect(outcome.traces == alone.traces && outcome.recorder.seen.resumptions == [step])
    }

    @Test func theFirstOnesClockEndsAll() throws {
        let outcome = try train(spec("full_rank"), ranks: 2, timeout: 0)
        #expect(outcome.failures.count == 2 && outcome.failures.allSatisfy { $0.reason == .timedOut })
    }

    @Test func divergenceIsEverybodys() throws {
        let spec = try spec("full_rank", rate: 1e9)
        let alone = try train(spec, ranks: 1)
        for ranks in [2, 4] {
            let shared = try train(spec, ranks: ranks)
            #expect(shared.failures.count == ranks && Set(shared.failures.map(\.message)) == Set(alone.failures.map(\.message)))
            #expect(shared.recorder.seen.failure?.status == .diverged)
        }
    }

    @Test func unlikeProcessesAreRefused() throws {
        for end in try train(spec("full_rank"), ranks: 2, threads: [1, 2]).ends {
            let error = #expect(throws: RankError.self) { try end.get() }
            guard case .unequal(let what, let values, _) = error else { continue }
            #expect(what == "the number of threads" && values == ["1", "2"])
        }
    }

    // MARK: Files

    /// The data of a checkpoint, and its head without times, peaks and seal.
    private func content(_ step: Int) throws -> (data: Data, head: String) {
        let path = folder.url.appending(path: "step-00000000\(step).safetensors")
        let bytes = try Data(contentsOf: path)
        let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let file = try TensorFile(path: path.path)
        try file.checkSeal()
        var state = try #require(JSONSerialization.jsonObject(with: Data((file.metadata["slbench.checkpoint"] ?? "").utf8)) as? [String: Any])
        var progress = try #require(state["progress"] as? [String: Any])
        for key in progress.keys where key != "tokens" && key != "timedTokens" { progress[key] = nil }
        state["progress"] = progress
        // Of a run that is stopped in one it is the one before.
        state["evaluation"] = nil
        let head = String(decoding: try JSONSerialization.data(withJSONObject: state, options: .sortedKeys), as: UTF8.self)
        let entries = file.table.entries.sorted { $0.value.range.lowerBound < $1.value.range.lowerBound }
        return (Data(bytes.dropFirst(8 + length)), head + entries.map { "\($0.key) \($0.value.type) \($0.value.shape)" }.joined(separator: "\n"))
    }

    /// The file is that of one process, and any number of them goes on with it to the same bits.
    @Test(arguments: ["full_rank", "galore", "relora", "sltrain", "badam", "switch_lora"], [false, true])
    func anyNumberGoesOnWithTheFileOfAnother(name: String, shards: Bool) throws {
        let spec = try spec(name, shardsOptimizer: shards)
        let alone = try finished(spec, ranks: 1)
        var files: [Int: (data: Data, head: String)] = [:]
        for (writer, readers) in [(1, [2, 4]), (2, [4]), (4, [1, 2])] {
            for reader in readers {
                let first = try train(spec, ranks: writer, every: 1, stopAfter: 9)
                let step = try #require(first.failures.first?.step)
                for step in folder.steps {
                    let file = try content(step)
                    if let known = files[step] {
                        #expect(file.data == known.data && file.head == known.head, "\(name), after \(step) updates by \(writer)")
                    } else {
                        files[step] = file
                    }
                }
                for end in try train(spec, ranks: reader, recorder: first.recorder).ends { _ = try end.get() }
                #expect(first.traces == alone.traces, "\(name), written by \(writer), read by \(reader)")
                #expect(first.recorder.seen.resumptions == [step])
                try FileManager.default.removeItem(at: folder.url)
            }
        }
        #expect(files.count >= 4)
    }

    /// Where bits depend on how many processes add, so many go on and no others: who asks otherwise is told, and the checkpoint stays.
    @Test(arguments: [false, true]) func aRunOfSoManyGoesOnWithSoMany(shards: Bool) throws {
        let spec = try spec("galore", shardsOptimizer: shards, exchange: .allReduce(ranks: 4))
        let whole = try finished(spec, ranks: 4)
        let outcome = try train(spec, ranks: 4, every: 1, stopAfter: 8)
        let step = try #require(outcome.failures.first?.step)
        #expect(folder.steps.contains(step))
        for ranks in [1, 2] {
            for end in try train(spec, ranks: ranks, recorder: outcome.recorder).ends {
                let error = #expect(throws: RankError.self) { try end.get() }
                #expect(error == .otherCount(ranks: ranks, wanted: 4, cause: "training.exchange all_reduce"))
            }
            #expect(folder.steps.contains(step) && outcome.recorder.seen.resumptions.isEmpty)
        }
        for end in try train(spec, ranks: 4, recorder: outcome.recorder).ends { _ = try end.get() }
        #expect(outcome.traces == whole.traces && outcome.recorder.seen.resumptions == [step])
        // Another exchange, or another number, is another run.
        let keys = try [GradientSum.ordered, .allReduce(ranks: 2), .allReduce(ranks: 4)].map { try self.spec("galore", shardsOptimizer: shards, exchange: $0).runKey() }
        #expect(Set(keys).count == 3)
        try FileManager.default.removeItem(at: folder.url)
    }

    /// A file that can't be written is told of; nobody waits for it.
    @Test func aFolderThatCannotBeMadeEndsNobody() throws {
        try Data().write(to: folder.url)
        let outcome = try train(spec("full_rank", shardsOptimizer: true), ranks: 2, every: 1)
        for end in outcome.ends { _ = try end.get() }
        #expect(outcome.recorder.seen.steps.count == Self.steps)
        try? FileManager.default.removeItem(at: folder.url)
    }
}
