import Foundation
import SLHarness
import SLMethodKit
import SLMethods
import SLModel
import SLOptimizers
import SLSpec
import Testing

@Suite struct PlannerTests {
    @Test func everyStateHasItsAction() throws {
        let specs = try (1...6).map { try Sample.spec("full_rank", seed: UInt64($0)) }
        let keys = try specs.map { try $0.runKey() }
        let ledger = FakeLedger([
            keys[1]: .finished, keys[2]: .interrupted, keys[3]: .failed, keys[4]: .diverged, keys[5]: .running,
        ])
        #expect(try Sample.plan(specs, ledger).cells.map(\.action) == [.run, .skipDone, .run, .skipFailed, .skipFailed, .skipRunning])
        #expect(try Sample.plan(specs, ledger, retriesFailed: true).cells.map(\.action) == [.run, .skipDone, .run, .run, .run, .skipRunning])
    }

    @Test func aRunNamedTwiceStandsOnce() throws {
        let spec = try Sample.spec("lost")
        #expect(try Sample.plan([spec, spec]).cells.count == 1)
    }

    @Test func cellsOfOneNameAreToldApart() throws {
        let specs = try [0.001, 0.003].map { rate in
            var spec = try Sample.spec("full_rank")
            spec.training.learningRate = rate
            return spec
        }
        let plan = try Sample.plan(specs + [try Sample.spec("full_rank", seed: 2)])
        #expect(plan.cells.map(\.label) == [
            "tiny full_rank (lr 0.001) seed 1", "tiny full_rank (lr 0.003) seed 1", "tiny full_rank seed 2",
        ])
    }

    @Test func figuresAreThoseOfTheFormulas() throws {
        for descriptor in BuiltinMethods.registry.descriptors {
            let spec = try Sample.spec(descriptor.name)
            let cell = try #require(try Sample.plan([spec]).cells.first)
            let method = try BuiltinMethods.registry.make(spec.method, options: spec.options, model: spec.model)
            let accounting = ModelAccounting(shape: spec.model, method: method, optimizer: try RunOptimizer(spec.training))
            #expect(cell.totalParameters == accounting.totalParameters(phase: method.phaseCount - 1))
            #expect(cell.paperBytes == accounting.paperBytes(phase: method.phaseCount - 1))
            #expect(cell.memory.weights == accounting.weightBytes(phase: method.phaseCount - 1))
            // In the engine's own type, but for a method whose weights are codes.
            #expect(cell.memory.weights == 4 * cell.totalParameters || descriptor.name == "q_galore")
            #expect(cell.totalFloatingPointOperations > 0)
        }
    }

    /// A prediction is the plan of a run of the same cell, whatever the run would be trained on.
    @Test func predictionsAreThePlansOfRuns() throws {
        for name in ["full_rank", "galore", "sltrain"] {
            let spec = try Sample.spec(name)
            let draft = CellDraft(
                model: spec.model, method: name, options: spec.options, training: spec.training, evaluation: spec.evaluation, seed: 0,
                origin: "methods[0]")
            let plan = try SweepPlanner(registry: BuiltinMethods.registry, threads: 2).plan(
                name: "sweep", cells: [(spec, "methods[0]")], predicted: [draft], data: DataSpec(), ledger: EmptyLedger(), rate: { 1e9 })
            let cell = try #require(plan.cells.first)
            let prediction = try #require(plan.predictions.first)
            #expect(plan.predictions.count == 1 && plan.count(.run) == 1)
            #expect(prediction.record.memory == cell.memory && prediction.record.predictedBytes == cell.memory.total)
            #expect(prediction.record.paperBytes == cell.paperBytes && !prediction.record.peakStage.isEmpty)
            #expect(prediction.totalParameters == cell.totalParameters && prediction.trainableParameters == cell.trainableParameters)
            #expect(prediction.record.spec == draft.prediction && prediction.record.spec.method == name)
        }
    }

    @Test func aPredictionThatAMethodRefusesIsAConfigErrorToo() throws {
        let spec = try Sample.spec("relora", given: ["merge_interval": 5, "restart_warmup_steps": 9])
        let draft = CellDraft(
            model: spec.model, method: spec.method, options: spec.options, training: spec.training, evaluation: spec.evaluation, seed: 0,
            origin: "methods[3]")
        #expect {
            try SweepPlanner(registry: BuiltinMethods.registry, threads: 2).plan(
                name: "sweep", cells: [], predicted: [draft], data: DataSpec(), ledger: EmptyLedger(), rate: { 1e9 })
        } throws: { error in
            (error as? ConfigError)?.issues.first?.keyPath == "methods[3].restart_warmup_steps"
        }
    }

    @Test func labelsShowMemoryOptions() throws {
        var spec = try Sample.spec("sltrain")
        spec.training.memory = MemoryOptions(states: .eightBit, storage: .bf16)
        let cells = try Sample.plan([Sample.spec("sltrain"), spec]).cells
        #expect(Set(cells.map(\.label)).count == 2 && cells[1].label.hasSuffix("(8-bit states, bf16) seed 1"))
    }

    /// Known speed beats computed speed; twice the machine's rate halves the time.
    @Test func timeComesFromWhatIsKnown() throws {
        let spec = try Sample.spec("sltrain")
        let slow = try #require(try Sample.plan([spec], rate: 1e9).cells.first).time
        let fast = try #require(try Sample.plan([spec], rate: 2e9).cells.first).time
        #expect(slow.basis == .computed)
        #expect(abs((slow.seconds - 1) / (fast.seconds - 1) - 2) < 1e-6)
        let ledger = FakeLedger(throughput: [ThroughputKey(spec): 123])
        let known = try #require(try Sample.plan([spec], ledger).cells.first).time
        #expect(known.basis == .measured && known.tokensPerSecond == 123)
    }

    /// What a rule can't do where it is asked for is told before anything is run.
    @Test func anOptimizerThatCannotServeIsRefused() throws {
        var inside = try Sample.spec("galore")
        inside.training.optimizer = OptimizerSpec("adalomo")
        var moving = try Sample.spec("ldadam")
        moving.training.optimizer = OptimizerSpec("muon")
        for (spec, words) in [(inside, "inside a subspace"), (moving, "takes adamw only")] {
            let error = try #require(throws: ConfigError.self) { try Sample.plan([spec]) }
            #expect(error.issues.contains { $0.keyPath == "methods[0].optimizer" && $0.problem.contains(words) }, "\(error.issues)")
        }
        inside.training.optimizer = OptimizerSpec("adafactor")
        #expect(try Sample.plan([inside]).cells.count == 1)
    }

    /// A speed is reused for runs that do the same work in the same way, whatever their rate, seed and length.
    @Test func aSpeedIsReusedForTheSameWorkOnly() throws {
        let spec = try Sample.spec("sltrain")
        let ledger = FakeLedger(throughput: [ThroughputKey(spec): 123])
        func basis(_ change: (inout RunSpec) -> Void) throws -> TimeEstimate.Basis {
            var other = spec
            change(&other)
            return try #require(try Sample.plan([other], ledger).cells.first).time.basis
        }
        #expect(try basis { ($0.seed, $0.training.steps, $0.training.learningRate) = (9, 20, 0.5) } == .measured)
        #expect(try basis { $0.data.packing = .truncate } == .computed)
        #expect(try basis { $0.training.batchSize = 2 } == .computed)
        #expect(try basis { $0.training.gradientAccumulation = 2 } == .computed)
        #expect(try basis { $0.training.sequenceLength = 16 } == .computed)
        #expect(try basis { $0.training.memory.storage = .bf16 } == .computed)
        #expect(try basis { $0.training.optimizer = OptimizerSpec("sgd") } == .computed)
        #expect(try basis { $0.training.groups = [ParameterGroup(.head, optimizer: OptimizerSpec("sgd"))] } == .computed)
        #expect(try basis { $0.training.groups = [ParameterGroup(.head, learningRateFactor: 2)] } == .measured)
        #expect(try basis { $0.training.memory.recompute = .block } == .computed)
        #expect(try basis { $0.model.layerCount = 3 } == .computed)
        // As the database gives it back.
        for descriptor in BuiltinMethods.registry.descriptors {
            let spec = try Sample.spec(descriptor.name)
            let stored = try RecordJSON.decoder().decode(RunSpec.self, from: RecordJSON.encoder().encode(spec))
            #expect(ThroughputKey(stored) == ThroughputKey(spec))
        }
        let dense = try Sample.spec("sltrain", given: ["delta": 0.2])
        #expect(try #require(try Sample.plan([dense], ledger).cells.first).time.basis == .computed)
    }

    /// Of rows that are three quarters padding a quarter is work, and all of it takes time.
    @Test func paddingTakesTimeAndIsNoWork() throws {
        let full = try Sample.spec("full_rank")
        var padded = full
        (padded.data.trainRows, padded.data.trainTargets) = (100, 800)
        let plan = try Sample.plan([full])
        let cells = [try #require(plan.cells.first), try #require(try Sample.plan([padded]).cells.first)]
        #expect(cells[1].totalFloatingPointOperations == cells[0].totalFloatingPointOperations / 4)
        #expect(cells[1].time.tokensPerSecond == cells[0].time.tokensPerSecond / 4)
        #expect(cells[1].time.seconds > cells[0].time.seconds)
        // Evaluated rows are padded too.
        let updates = 10 * 128 / (cells[0].time.tokensPerSecond)
        #expect(cells[1].time.seconds - 1 - updates > 3.9 * (cells[0].time.seconds - 1 - updates))
    }

    @Test func whatOnlyAMethodRefusesIsAConfigError() throws {
        let spec = try Sample.spec("relora", given: ["merge_interval": 5, "restart_warmup_steps": 9])
        #expect { try Sample.plan([spec]) } throws: { error in
            (error as? ConfigError)?.issues.first?.keyPath == "methods[0].restart_warmup_steps"
        }
    }

    /// What is measured on the way takes memory, disk and time, and none of the run's own.
    @Test func probesArePlannedBesideTheRun() throws {
        let spec = try Sample.spec("galore")
        var probed = spec
        probed.probes = ProbeSpec(moments: 4, tokens: 64)
        let cells = try Sample.plan([spec, probed]).cells
        try #require(cells.count == 2)
        #expect(cells[0].probeBytes == 0 && cells[1].probeBytes > 0 && cells[0].memory == cells[1].memory && cells[0].paperBytes == cells[1].paperBytes)
        #expect(cells[1].disk.recordBytes > cells[0].disk.recordBytes && cells[1].disk.checkpointBytes == cells[0].disk.checkpointBytes)
        #expect(cells[1].time.seconds > cells[0].time.seconds && cells[1].time.tokensPerSecond == cells[0].time.tokensPerSecond)
        let needed = MemoryGuard(threads: 2).neededBytes(cells[0])
        #expect(MemoryGuard(threads: 2).neededBytes(cells[1]) == needed + cells[1].probeBytes)
        let memory = MemoryGuard(threads: 2, availableBytes: { needed })
        #expect(memory.refusal(cells[0]) == nil && memory.refusal(cells[1])?.contains("probes ") == true)
    }

    @Test func aRunThatWouldNotFitIsRefusedWithItsSplit() throws {
        let cell = try #require(try Sample.plan([Sample.spec("full_rank")]).cells.first)
        let refusal = try #require(MemoryGuard(threads: 2, availableBytes: { 1_000_000 }).refusal(cell))
        #expect(refusal.contains("would not fit") && refusal.contains("gradient_accumulation"))
        #expect(MemoryGuard(threads: 2, availableBytes: { 100_000_000_000 }).refusal(cell) == nil)
        #expect(MemoryGuard(threads: 2, availableBytes: { nil }).refusal(cell) == nil)
    }
}
