import Foundation
import SLData
import SLMethodKit
import SLMethods
import SLNumerics
import SLSpec
import SLTensorFiles
import SLTestSupport
import SLTraining
import Synchronization
import Testing

/// A run that goes on elsewhere than it began: equal conditions go on in silence, others with a word in the record.
@Suite(.serialized, .compute(threads: 2)) struct ConditionTests {
    private static let shape = ModelShape(
        name: "tiny", vocabularySize: 259, hiddenSize: 24, intermediateSize: 40, layerCount: 1, headCount: 2)

    private let folder = CheckpointFolder(
        url: FileManager.default.temporaryDirectory.appending(path: "slbench-conditions-\(UUID().uuidString)"))

    private func spec(_ method: String = "full_rank", _ options: [String: OptionValue] = [:]) throws -> RunSpec {
        RunSpec(
            model: Self.shape, method: method,
            options: MethodOptions(descriptor: try BuiltinMethods.registry.descriptor(named: method), model: Self.shape, given: options),
            training: TrainingSpec(steps: 9, batchSize: 2, sequenceLength: 16, learningRate: 3e-3, warmupSteps: 1),
            data: try SmallText.get().identity, evaluation: EvaluationSpec(tokens: 64), seed: 5)
    }

    /// - Returns: what was said.
    @discardableResult
    private func train(
        _ spec: RunSpec, _ recorder: RecordedRun, stopAfter: Int = .max, threads: Int = 2,
        _ environment: EnvironmentRecord = RecordedRun.environment
    ) throws -> [String] {
        let reached = Atomic<Int>(0)
        let said = Mutex<[String]>([])
        do {
            _ = try Trainer.run(
                spec: spec, registry: BuiltinMethods.registry, data: SmallText.get(), threads: threads, environment: environment,
                recorder: recorder,
                checkpoints: Checkpoints(folder: folder, policy: CheckpointPolicy(everySteps: 100, everyMinutes: nil)) { text in
                    said.withLock { $0.append(text) }
                },
                progress: { if $0.activity == .training { reached.store($0.step, ordering: .relaxed) } },
                shouldStop: { reached.load(ordering: .relaxed) >= stopAfter })
        } catch let failure as RunFailure where failure.status == .interrupted {}
        return said.withLock { $0 }
    }

    private func changed(_ recorder: RecordedRun) -> [RunNote] { recorder.seen.notes.filter { $0.kind == .changedConditions } }

    @Test func equalConditionsGoOnInSilence() throws {
        let recorder = RecordedRun()
        try train(spec(), recorder, stopAfter: 3)
        #expect(try train(spec(), recorder).isEmpty)
        #expect(recorder.seen.resumptions == [3] && changed(recorder).isEmpty && recorder.seen.result != nil)
    }

    /// Each condition by itself is named, with what it was and what it is, in the record and on the screen.
    @Test func everyConditionIsNamed() throws {
        var environment = RecordedRun.environment
        environment.vectorUnits = "avx2"
        environment.blasCore = "Haswell"
        let changes: [(WritableKeyPath<EnvironmentRecord, String>, String, String)] = [
            (\.blasCore, "SkylakeX", "BLAS core Haswell → SkylakeX"), (\.blas, "OpenBLAS 0.3.29", "BLAS library unnamed → OpenBLAS 0.3.29"),
            (\.cpu, "Other CPU", "processor unnamed → Other CPU"), (\.programVersion, "9.9", "program test → 9.9"),
            (\.swiftVersion, "6.9", "compiler Swift  → Swift 6.9"),
        ]
        for (path, value, words) in changes {
            var other = environment
            other[keyPath: path] = value
            try expect(words, environment, other)
        }
        for (path, value, words) in [
            (\.vectorUnits, "avx512", "vector units avx2 → avx512"), (\.vectorUnits, nil, "vector units avx2 → unknown"),
            (\.commit, "0123456789abcdef", "program test → test 0123456789ab"),
        ] as [(WritableKeyPath<EnvironmentRecord, String?>, String?, String)] {
            var other = environment
            other[keyPath: path] = value
            try expect(words, environment, other)
        }
        try expect("threads 2 → 1", environment, environment, threads: 1)
    }

    private func expect(_ words: String, _ before: EnvironmentRecord, _ after: EnvironmentRecord, threads: Int = 2) throws {
        let recorder = RecordedRun()
        try train(spec(), recorder, stopAfter: 3, before)
        let said = try train(spec(), recorder, threads: threads, after)
        let notes = changed(recorder)
        try #require(notes.count == 1, "\(words)")
        #expect(notes[0].step == 3 && notes[0].message.contains("(\(words))"), "\(notes[0].message)")
        #expect(said == [notes[0].message] && recorder.seen.result != nil)
        try FileManager.default.removeItem(at: folder.url)
    }

    // MARK: Checkpoints of the first version

    /// They say threads and BLAS core and nothing of ages: in phase 0 all tensors are as old as the run.
    @Test func aCheckpointOfVersion1GoesOnWithAWord() throws {
        let whole = RecordedRun()
        try train(spec(), whole)
        try FileManager.default.removeItem(at: folder.url)
        let recorder = RecordedRun()
        try train(spec(), recorder, stopAfter: 3)
        try makeVersion1(step: 3)
        try train(spec(), recorder)
        #expect(recorder.seen.resumptions == [3] && recorder.traces == whole.traces)
        let message = changed(recorder).first?.message ?? ""
        #expect(message.contains("program unknown → test") && !message.contains("threads"), "\(message)")
    }

    /// After a change of phase the ages of its tensors are lost: the run begins anew, and says why.
    @Test func aCheckpointOfVersion1InALaterPhaseIsNotUsed() throws {
        let relora = try spec("relora", ["full_rank_steps": 2, "merge_interval": 4, "restart_warmup_steps": 1])
        let recorder = RecordedRun()
        try train(relora, recorder, stopAfter: 3)
        try makeVersion1(step: 3)
        let said = try train(relora, recorder)
        #expect(recorder.seen.resumptions.isEmpty && recorder.seen.starts == 2 && recorder.seen.result != nil)
        #expect(said.contains { $0.contains("version 1 after a change of phase") }, "\(said)")
    }

    /// Ages that the file leaves out or that can't be are an error, not a guess.
    @Test(arguments: [-1, 4]) func impossibleAgesAreRefused(age: Int) throws {
        let recorder = RecordedRun()
        try train(spec(), recorder, stopAfter: 3)
        try rewrite(step: 3) { state in
            var position = state["position"] as? [String: Any] ?? [:]
            var ages = position["ages"] as? [String: Int] ?? [:]
            #expect(ages.count == 12 && ages.values.allSatisfy { $0 == 3 })
            ages["lm_head.weight"] = age
            position["ages"] = ages
            state["position"] = position
        }
        let error = #expect(throws: DataError.self) { try train(spec(), recorder) }
        #expect(error?.problem.contains("lm_head.weight") == true)
    }

    private func makeVersion1(step: Int) throws {
        try rewrite(step: step) { state in
            state["version"] = 1
            state["conditions"] = nil
            (state["threads"], state["blas_core"]) = (2, "")
            var position = state["position"] as? [String: Any] ?? [:]
            position["ages"] = nil
            state["position"] = position
        }
    }

    /// Another state in a checkpoint of the same tensors, sealed anew.
    private func rewrite(step: Int, _ change: (inout [String: Any]) -> Void) throws {
        let path = folder.url.appending(path: "step-00000000\(step).safetensors").path
        let file = try TensorFile(path: path)
        let key = "slbench.checkpoint"
        var state = try #require(JSONSerialization.jsonObject(with: Data((file.metadata[key] ?? "").utf8)) as? [String: Any])
        change(&state)
        var metadata = file.metadata
        metadata[key] = String(decoding: try JSONSerialization.data(withJSONObject: state), as: UTF8.self)
        metadata[TensorFileWriter.sealKey] = nil
        let entries = file.table.entries.sorted { $0.key < $1.key }
        let writer = try TensorFileWriter(path: path, tensors: entries.map { ($0.key, $0.value.type, $0.value.shape) }, metadata: metadata)
        for (name, entry) in entries {
            var bytes = [UInt8](repeating: 0, count: entry.range.count)
            try bytes.withUnsafeMutableBytes {
                var target = $0.mutableBytes
                try file.read(name, entry.type, entry.shape, into: &target)
            }
            try writer.write(bytes.span)
        }
        try writer.commit()
    }
}
