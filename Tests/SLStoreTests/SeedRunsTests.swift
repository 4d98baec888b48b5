import SLSpec
import SLStore
import Testing

/// Runs that differ in nothing but the seed, whichever sweep asked for them, and what a sweep is held against.
@Suite struct SeedRunsTests {
    let store: ResultStore

    init() throws { store = try ResultStore.inMemory() }

    @Test func runsOfAnExperimentAreFoundOnce() throws {
        for seed in 1...3 as ClosedRange<UInt64> { try store.finish(Sample.spec(seed: seed), sweep: "a", result: Sample.result(loss: 3 + Double(seed))) }
        // The second is planned by two sweeps, the fourth by another alone.
        try store.registerSweep(name: "b", specs: [Sample.spec(seed: 2), Sample.spec(seed: 4)])
        try store.finish(Sample.spec(seed: 4), sweep: "b", result: Sample.result(loss: 7))
        try store.finish(Sample.spec("lora", seed: 5), sweep: "b")
        let key = try Sample.spec().groupKey()
        let found = try store.finishedRuns(ofGroups: [key])
        #expect(found.map(\.seed).sorted() == [1, 2, 3, 4] && found.map(\.evalLoss).compactMap(\.self).sorted() == [4, 5, 6, 7])
        #expect(try store.finishedRuns(ofGroups: []).isEmpty && store.finishedRuns(ofGroups: ["none"]).isEmpty)
        let history = try store.sweepHistory(name: "a")
        #expect(history.runs.count == 3 && history.otherSeeds.map(\.seed) == [4])
        let own = try store.sweepHistory(name: "a", runKeys: [try Sample.spec(seed: 1).runKey()], predictions: [])
        #expect(own.otherSeeds.map(\.seed).sorted() == [2, 3, 4])
    }

    @Test func theMarginIsThePlansLast() throws {
        let specs = [Sample.spec(seed: 1)]
        try store.registerSweep(name: "s", specs: specs, evidence: EvidenceSpec(equivalenceMargin: 0.02))
        #expect(try store.sweepHistory(name: "s").evidence.equivalenceMargin == 0.02)
        try store.registerSweep(name: "s", specs: specs)
        #expect(try store.sweepHistory(name: "s").evidence == EvidenceSpec())
        #expect(throws: FileError.self) { try store.registerSweep(name: "s", specs: specs, evidence: EvidenceSpec(equivalenceMargin: -1)) }
    }

    @Test func aMergeBringsTheMargin() throws {
        let folder = try TemporaryFolder()
        let (here, there) = (try ResultStore(path: folder.file("a.sqlite")), try ResultStore(path: folder.file("b.sqlite")))
        try there.registerSweep(name: "s", specs: [Sample.spec()], evidence: EvidenceSpec(equivalenceMargin: 0.02))
        _ = try here.merge(there.path)
        #expect(try here.sweepHistory(name: "s").evidence.equivalenceMargin == 0.02)
    }
}
