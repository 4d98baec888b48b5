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

    @Test func figuresAreThoseOfTheFormulas() throws {
        for descriptor in BuiltinMethods.registry.descriptors {
            let spec = try Sample.spec(descriptor.name)
            let cell = try #require(try Sample.plan([spec]).cells.first)
            let method = try BuiltinMethods.registry.make(spec.method, options: spec.options, model: spec.model)
            let accounting = ModelAccounting(shape: spec.model, method: method, settings: AdamSettings(spec.training))
            #expect(cell.totalParameters == accounting.totalParameters(phase: method.phaseCount - 1))
            #expect(cell.paperBytes == accounting.paperBytes(phase: method.phaseCount - 1))
            #expect(cell.memory.weights == 4 * cell.totalParameters)
            #expect(cell.totalFloatingPointOperations > 0)
        }
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

    @Test func whatOnlyAMethodRefusesIsAConfigError() throws {
        let spec = try Sample.spec("relora", given: ["merge_interval": 5, "restart_warmup_steps": 9])
        #expect { try Sample.plan([spec]) } throws: { error in
            (error as? ConfigError)?.issues.first?.keyPath == "methods[0].restart_warmup_steps"
        }
    }

    @Test func aRunThatWouldNotFitIsRefusedWithItsSplit() throws {
        let cell = try #require(try Sample.plan([Sample.spec("full_rank")]).cells.first)
        let refusal = try #require(MemoryGuard(threads: 2, availableBytes: { 1_000_000 }).refusal(cell))
        #expect(refusal.contains("would not fit") && refusal.contains("gradient_accumulation"))
        #expect(MemoryGuard(threads: 2, availableBytes: { 100_000_000_000 }).refusal(cell) == nil)
        #expect(MemoryGuard(threads: 2, availableBytes: { nil }).refusal(cell) == nil)
    }
}
