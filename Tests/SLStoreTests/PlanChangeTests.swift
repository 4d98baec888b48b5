import SLSpec
import SLStore
import Testing

/// One name that two plans use, one after the other or at the same time.
@Suite struct PlanChangeTests {
    let store: ResultStore
    let specs = [Sample.spec(seed: 1), Sample.spec(seed: 2), Sample.spec(seed: 3)]

    init() throws { store = try ResultStore.inMemory() }

    @Test func whatANewPlanDropsIsCounted() throws {
        for spec in specs { try store.finish(spec, sweep: "s") }
        let keys = try specs.map { try $0.runKey() }
        #expect(try store.finishedRuns(of: "s", besides: keys) == [])
        #expect(try store.finishedRuns(of: "s", besides: [keys[1]]) == [keys[0], keys[2]])
        #expect(try store.finishedRuns(of: "unknown", besides: []) == [])
        // Nothing but finished runs is worth words.
        let failed = Sample.spec(seed: 9)
        try store.registerSweep(name: "s", specs: specs + [failed])
        try store.markFailed(failed, Sample.failure)
        #expect(try store.finishedRuns(of: "s", besides: keys) == [])
    }

    /// The other plan took the name while this one's runs trained.
    @Test func aPlanIsConcludedOverItsOwnCells() throws {
        let keys = try store.registerSweep(name: "s", specs: specs)
        for spec in specs { try store.finish(spec, sweep: "s") }
        let other = Sample.spec("lora", seed: 1)
        try store.registerSweep(name: "s", specs: [other], predictions: [Sample.prediction()])
        try store.finish(other, sweep: "s")
        #expect(try store.sweepHistory(name: "s").runs.map(\.spec.method) == ["lora"])
        let own = try store.sweepHistory(name: "s", runKeys: keys, predictions: [])
        #expect(own.runs.map(\.spec.seed) == [1, 2, 3] && own.predictions == [] && own.name == "s")
    }

    /// A run that was not started yet is no row of a report.
    @Test func cellsThatWaitAreNoRuns() throws {
        let keys = try store.registerSweep(name: "s", specs: specs)
        try store.finish(specs[1], sweep: "s")
        #expect(try store.sweepHistory(name: "s", runKeys: keys, predictions: []).runs.map(\.spec.seed) == [2])
    }
}
