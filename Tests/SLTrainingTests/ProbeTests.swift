import Foundation
import SLData
import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLSpec
import SLTestSupport
import SLTraining
import Synchronization
import Testing

/// What is measured on the way changes nothing of the run, and is the same however often the run was killed.
@Suite(.serialized, .compute(threads: 2)) struct ProbeTests {
    private static let shape = ModelShape(
        name: "tiny", vocabularySize: 259, hiddenSize: 24, intermediateSize: 40, layerCount: 2, headCount: 2)
    private static let methods = BuiltinMethods.registry.methods.map { MethodUnderTest($0) }
    private static let steps = 8

    private let folder = CheckpointFolder(
        url: FileManager.default.temporaryDirectory.appending(path: "slbench-probe-checkpoints-\(UUID().uuidString)"))

    private func spec(_ method: MethodUnderTest, _ memory: MemoryOptions = MemoryOptions(), probed: Bool = true) throws -> RunSpec {
        var options = method.baseOptions(for: Self.shape)
        for (name, value) in ["merge_interval": 3, "update_interval": 2, "full_rank_steps": 2, "restart_warmup_steps": 1, "rank": 4]
        where options[name] != nil { options[name] = .integer(value) }
        return RunSpec(
            model: Self.shape, method: method.descriptor.name,
            options: MethodOptions(descriptor: method.descriptor, model: Self.shape, given: options),
            training: TrainingSpec(
                steps: Self.steps, batchSize: 2, sequenceLength: 16, learningRate: 3e-3, warmupSteps: 0, weightDecay: 0.1, memory: memory),
            data: try SmallText.get().identity, evaluation: EvaluationSpec(every: 5, tokens: 64), seed: 5,
            probes: probed ? ProbeSpec(moments: 5, tokens: 48) : nil)
    }

    @discardableResult private func train(_ spec: RunSpec, _ recorder: RecordedRun, stopAfter: Int = .max, initial: String? = nil) throws -> RunResult? {
        let reached = Atomic<Int>(0)
        do {
            return try Trainer.run(
                spec: spec, registry: BuiltinMethods.registry, data: SmallText.get(), threads: 2, environment: RecordedRun.environment,
                recorder: recorder,
                checkpoints: Checkpoints(folder: folder, policy: CheckpointPolicy(everySteps: 1, everyMinutes: nil), notice: { _ in }),
                initialWeights: initial, progress: { if $0.activity == .training { reached.store($0.step, ordering: .relaxed) } },
                shouldStop: { reached.load(ordering: .relaxed) >= stopAfter })
        } catch is RecordedRun.Killed {
            return nil
        } catch let failure as RunFailure where failure.status == .interrupted {
            return nil
        }
    }

    private func whole(_ spec: RunSpec) throws -> (recorder: RecordedRun, result: RunResult) {
        let recorder = RecordedRun()
        let result = try #require(try train(spec, recorder))
        try FileManager.default.removeItem(at: folder.url)
        return (recorder, result)
    }

    /// Without times and without what the measuring itself held, which depends on what threads happened to do at once.
    private func bare(_ probes: [ProbeRecord]) -> [ProbeRecord] {
        probes.map { probe in
            var probe = probe
            (probe.seconds, probe.trackedBytes) = (0, 0)
            return probe
        }
    }

    private static let memories = [
        MemoryOptions(), MemoryOptions(update: .perLayer, states: .eightBit, storage: .bf16, rounding: .stochastic, recompute: .block, precision: .bf16),
    ]

    /// The same losses, norms, evaluations, events and weights, and the same tracked memory as planned, for every method.
    @Test(arguments: methods.indices) func nothingOfARunIsChanged(index: Int) throws {
        for memory in Self.memories {
            let spec = try spec(Self.methods[index], memory)
            let probed = try whole(spec)
            let plain = try whole(try self.spec(Self.methods[index], memory, probed: false))
            #expect(probed.recorder.traces == plain.recorder.traces, "\(spec.method) \(memory.words)")
            #expect(probed.result.memory.peakTrackedBytes == plain.result.memory.peakTrackedBytes)
            #expect(probed.result.memory.predictedBytes == plain.result.memory.predictedBytes)
            #expect(plain.recorder.seen.probes.isEmpty)
            try check(probed.recorder.seen.probes, spec)
        }
    }

    private func check(_ probes: [ProbeRecord], _ spec: RunSpec) throws {
        // Eight updates are fewer than 64: each is looked at.
        #expect(probes.map(\.step) == Array(0...Self.steps))
        let moments = probes.filter { $0.occasion == .moment }
        #expect(moments.map(\.step) == [0, 1, 2, 4, 8])
        #expect(probes.filter { $0.occasion != .moment }.allSatisfy { $0.spectra.isEmpty && $0.loss == nil })
        let method = try BuiltinMethods.registry.make(spec.method, options: spec.options, model: spec.model)
        let plan = try ProbePlan(spec, method: method, threads: 2)
        for probe in moments {
            let modules = Self.shape.modules
            let subjects: [ProbeSpectrum.Subject] = probe.step == 0 ? [.weight, .distance, .gradient] : ProbeSpectrum.Subject.allCases
            for subject in subjects {
                let own = probe.spectra.filter { $0.subject == subject }
                #expect(own.map { "\($0.layer) \($0.role)" } == modules.map { "\($0.layer) \($0.role)" })
            }
            #expect(probe.spectra.count == subjects.count * modules.count && probe.trackedBytes > 0 && probe.trackedBytes <= plan.bytes, "\(spec.method): \(probe.trackedBytes) of \(plan.bytes)")
            // A dense equivalent for all subjects or for none, and a loss where all linears have one.
            let isDense = probe.spectra.filter { $0.subject == .weight }.map { $0.spectrum != nil }
            for subject in subjects where subject != .gradient { #expect(probe.spectra.filter { $0.subject == subject }.map { $0.spectrum != nil } == isDense) }
            #expect((probe.loss != nil) == !isDense.contains(false) && probe.tokens == (probe.loss == nil ? nil : 48))
        }
        // At the start nothing has moved, to the bit; after the first update the way from the start is that update.
        let start = moments[0].spectra.filter { $0.subject == .distance }.compactMap(\.spectrum)
        #expect(start.allSatisfy { $0.spectralNorm == 0 && $0.effectiveRank == nil })
        func spectra(_ subject: ProbeSpectrum.Subject) -> [Spectrum?] { moments[1].spectra.filter { $0.subject == subject }.map(\.spectrum) }
        #expect(spectra(.distance) == spectra(.update))
        if !start.isEmpty { #expect(spectra(.update).contains { ($0?.spectralNorm ?? 0) > 0 }) }
    }

    // MARK: Killed

    /// Killed at one record after another: no probe twice, none lost, all the same.
    @Test(arguments: ["full_rank", "galore", "relora", "sltrain", "lost", "ldadam"].filter { name in methods.contains { $0.descriptor.name == name } })
    func killedAtEveryMoment(name: String) throws {
        let spec = try spec(try #require(Self.methods.first { $0.descriptor.name == name }))
        let whole = try whole(spec).recorder
        let records = whole.traces.prefix(3).reduce(0) { $0 + $1.count } + whole.seen.probes.count + 2
        for moment in stride(from: 1, to: records, by: 2) {
            let recorder = RecordedRun()
            recorder.revive(patience: moment)
            #expect(try train(spec, recorder) == nil)
            recorder.revive(patience: 2)
            _ = try train(spec, recorder)
            recorder.revive(patience: .max)
            try #require(try train(spec, recorder) != nil)
            #expect(recorder.traces == whole.traces)
            let same = bare(recorder.seen.probes) == bare(whole.seen.probes)
            #expect(same, "\(name), killed after \(moment) records, resumed at \(recorder.seen.resumptions)")
            try FileManager.default.removeItem(at: folder.url)
        }
    }

    @Test(arguments: 1..<steps) func askedToStop(step: Int) throws {
        let spec = try spec(try #require(Self.methods.first { $0.descriptor.name == "galore" }))
        let whole = try whole(spec).recorder
        let recorder = RecordedRun()
        #expect(try train(spec, recorder, stopAfter: step) == nil)
        try #require(try train(spec, recorder) != nil)
        #expect(recorder.traces == whole.traces && recorder.seen.resumptions == [step] && bare(recorder.seen.probes) == bare(whole.seen.probes))
    }

    // MARK: What is measured

    /// Subspaces that are found anew every second update are compared from the second refresh on, and hold a share of the gradient.
    @Test func subspacesAreCompared() throws {
        let spec = try spec(try #require(Self.methods.first { $0.descriptor.name == "galore" }))
        let probes = try whole(spec).recorder.seen.probes
        let overlaps = probes.flatMap { probe in probe.values.filter { $0.quantity == .subspaceOverlap }.map { (probe.step, $0) } }
        #expect(Set(overlaps.map(\.0)).min() ?? 0 > 1)
        #expect(!overlaps.isEmpty && overlaps.allSatisfy { ($0.1.value ?? -1) >= 0 && ($0.1.value ?? 2) <= 1.0001 })
        #expect(Set(overlaps.map { "\($0.1.layer) \($0.1.role)" }).count == Self.shape.modules.count)
        let energies = probes.filter { $0.occasion == .moment && $0.step > 0 }.map { probe in probe.values.filter { $0.quantity == .energyInside }.compactMap(\.value) }
        #expect(energies.allSatisfy { $0.count == Self.shape.modules.count && $0.allSatisfy { 0 < $0 && $0 < 1 } })
    }

    @Test func factorsAreFoundWhateverTheyAreCalled() throws {
        let probes = try whole(try spec(try #require(Self.methods.first { $0.descriptor.name == "low_rank" }))).recorder.seen.probes
        for probe in probes {
            let norms = probe.values.filter { $0.quantity == .spectralNorm }
            #expect(norms.count == 2 * Self.shape.modules.count && norms.allSatisfy { ($0.value ?? 0) > 0 })
            #expect(probe.values.filter { $0.quantity == .factorBalance }.map(\.tensor) == Array(repeating: "lora_B", count: Self.shape.modules.count))
            // Nothing was trained before the first update.
            #expect(probe.values.filter { $0.quantity == .gradientNorm }.count == (probe.step == 0 ? 0 : 2 * Self.shape.modules.count))
        }
        let dense = try whole(try spec(try #require(Self.methods.first { $0.descriptor.name == "full_rank" }))).recorder.seen.probes
        #expect(dense.flatMap(\.values).allSatisfy { $0.quantity == .gradientNorm && $0.tensor == "weight" })
    }

    /// By W, not by what a method keeps: the gradient of a factor follows from it, ∂L/∂B = s·(∂L/∂W)·Aᵀ.
    @Test func theTwinsGradientIsThatOfTheModel() throws {
        for name in ["full_rank", "low_rank"] {
            let method = try #require(Self.methods.first { $0.descriptor.name == name })
            let training = TrainingSpec(steps: 4, batchSize: 2, sequenceLength: 16, learningRate: 1e-3, warmupSteps: 0)
            var options = method.baseOptions(for: Self.shape)
            if name == "low_rank" { options["rank"] = .integer(4) }
            let loop = try TrainingLoop<Float>(
                shape: Self.shape, method: try method.make(options, for: Self.shape), training: training, seed: 3, threads: 2,
                probe: (0..<16).map { Int32($0) }, ledger: MemoryLedger())
            func ids(_ factor: Int, _ shift: Int) -> [Int32] { (0..<32).map { Int32(truncatingIfNeeded: ($0 * factor + shift) % 259) } }
            let batches = [0, 1].map { TokenBatch(rows: 2, sequenceLength: 16, inputs: ids(7, 11 * $0), targets: ids(5, 3 + $0)) }
            let twin = try DenseTwin(of: loop.model, sequences: 2, sequenceLength: 16, threads: 2, ledger: MemoryLedger())
            let (loss, gradients) = try twin.gradients(of: batches)
            var sum = 0.0
            for (index, batch) in batches.enumerated() {
                sum += try loop.model.accumulateGradients(inputs: batch.inputs, targets: batch.targets, lossScale: 1.0 / 64, accumulate: index > 0).sum
            }
            #expect(twin.isComplete && abs(loss - sum / 64) < 1e-5)
            for (module, gradient) in zip(twin.modules, gradients) {
                let gradient = try #require(gradient)
                let own = Dictionary(loop.model.parameters.filter { $0.module == module }.map { ($0.declaredName, $0.parameter) }) { first, _ in first }
                if let weight = own["weight"] {
                    #expect(Deviation(gradient.elements, from: try #require(weight.gradient).elements).relative < 1e-4)
                } else {
                    let (a, b) = (try #require(own["lora_A"]), try #require(own["lora_B"]))
                    let expected = try Matrix<Float>.zeros(b.rows, b.columns)
                    let scale = (options["alpha"]?.real ?? .nan) / 4
                    expected.setProduct(gradient, transposing: a.value, scale: Float(scale))
                    #expect(Deviation(expected.elements, from: try #require(b.gradient).elements).relative < 1e-4)
                }
            }
        }
    }

    /// A run from given weights is compared with those, also when it goes on.
    @Test func givenWeightsAreTheStart() throws {
        let full = try #require(Self.methods.first { $0.descriptor.name == "full_rank" })
        try #require(try train(try spec(full, probed: false), RecordedRun()) != nil)
        let weights = FileManager.default.temporaryDirectory.appending(path: "slbench-probe-\(UUID().uuidString).safetensors")
        try FileManager.default.moveItem(at: folder.weightsFile, to: weights)
        defer { try? FileManager.default.removeItem(at: weights) }
        try FileManager.default.removeItem(at: folder.url)
        var spec = try spec(try #require(Self.methods.first { $0.descriptor.name == "galore" }))
        spec.initialization = try InitialWeights(path: weights.path).digest()
        let whole = RecordedRun()
        try #require(try train(spec, whole, initial: weights.path) != nil)
        try FileManager.default.removeItem(at: folder.url)
        try check(whole.seen.probes, spec)
        let recorder = RecordedRun()
        #expect(try train(spec, recorder, stopAfter: 3, initial: weights.path) == nil)
        // Without them there is nothing to compare with.
        #expect(throws: DataError.self) { try train(spec, recorder) }
        try #require(try train(spec, recorder, initial: weights.path) != nil)
        #expect(bare(recorder.seen.probes) == bare(whole.seen.probes))
    }

    // MARK: Parts

    @Test func aSpikeStandsFarOutOfWhatWasBefore() {
        let quiet: [Double] = (0..<40).map { 5 + 0.01 * Double($0 % 3) }
        #expect(!LossSpike.isLast(of: quiet) && LossSpike.isLast(of: quiet + [5.5]) && !LossSpike.isLast(of: quiet + [4.5]))
        #expect(!LossSpike.isLast(of: Array(quiet.prefix(15)) + [9]) && LossSpike.isLast(of: Array(quiet.prefix(16)) + [9]))
        #expect(!LossSpike.isLast(of: quiet + [.nan]) && !LossSpike.isLast(of: []))
        // A loss that falls is none.
        #expect(!(17...200).contains { count in LossSpike.isLast(of: (0..<count).map { 8 * exp(-0.01 * Double($0)) }) })
    }

    @Test func overlapIsTheMeanSquaredCosine() throws {
        let ledger = MemoryLedger()
        func rows(_ vectors: [[Float]]) throws -> Matrix<Float> { try Matrix<Float>.of(vectors.count, vectors[0].count, vectors.flatMap(\.self)) }
        let a = try rows([[1, 0, 0, 0], [0, 1, 0, 0]])
        let turned = try rows([[0.6, 0.8, 0, 0], [-0.8, 0.6, 0, 0]])
        let half = try rows([[1, 0, 0, 0], [0, 0, 1, 0]])
        let cut = try rows([[0, 1, 0, 0], [0, 0, 0, 0]])
        #expect(abs(try #require(try SubspaceWatch.overlap(a, turned, ledger: ledger)) - 1) < 1e-6)
        #expect(try SubspaceWatch.overlap(a, half, ledger: ledger) == 0.5)
        #expect(try SubspaceWatch.overlap(a, try rows([[0, 0, 1, 0], [0, 0, 0, 1]]), ledger: ledger) == 0)
        // Vectors of zero are none, and a basis without any is none.
        #expect(try SubspaceWatch.overlap(a, cut, ledger: ledger) == 1)
        #expect(try SubspaceWatch.overlap(a, try Matrix<Float>.zeros(2, 4), ledger: ledger) == nil)
        // Vectors as columns.
        #expect(try SubspaceWatch.overlap(try Matrix<Float>.of(3, 1, [1, 0, 0]), try Matrix<Float>.of(3, 1, [0.6, 0.8, 0]), ledger: ledger).map { abs($0 - 0.36) < 1e-6 } == true)
    }

    @Test func energyIsTheShareInside() throws {
        let ledger = MemoryLedger()
        let gradient = try Matrix<Float>.of(2, 3, [3, 0, 4, 0, 0, 0])
        let right = try Matrix<Float>.of(1, 3, [1, 0, 0])
        let left = try Matrix<Float>.of(2, 1, [1, 0])
        #expect(abs(try #require(try SubspaceWatch.energy(of: gradient, inside: right, ledger: ledger)) - 9.0 / 25) < 1e-6)
        #expect(abs(try #require(try SubspaceWatch.energy(of: gradient, inside: left, ledger: ledger)) - 1) < 1e-6)
        #expect(try SubspaceWatch.energy(of: gradient, inside: try Matrix<Float>.of(1, 5, [1, 0, 0, 0, 0]), ledger: ledger) == nil)
        #expect(try SubspaceWatch.energy(of: try Matrix<Float>.zeros(2, 3), inside: right, ledger: ledger) == nil)
    }
}
