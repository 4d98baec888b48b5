import SLSpec
import SLStore
import Testing

/// With what runs were made, and what a sweep has run before.
@Suite struct OriginsTests {
    @Test func finishedRunsSayWhoMadeThem() throws {
        let store = try ResultStore.inMemory()
        let (done, open) = (Sample.spec(), Sample.spec(seed: 7))
        let keys = try [done, open].map { try $0.runKey() }
        let recorder = try store.recorder(for: done, sweep: "s")
        try recorder.start(done, environment: Sample.environment)
        #expect(try store.environments(ofFinished: keys).isEmpty)
        try recorder.finish(Sample.result())
        try store.recorder(for: open, sweep: "s").start(open, environment: Sample.environment)
        let found = try store.environments(ofFinished: keys)
        #expect(Set(found.keys) == [keys[0]])
        #expect(found[keys[0]]?.programVersion == Sample.environment.programVersion && found[keys[0]]?.commit == Sample.environment.commit)
    }

    @Test func aSweepKnowsWhatItStarted() throws {
        let store = try ResultStore.inMemory()
        let (first, second) = (Sample.spec(), Sample.spec(seed: 7))
        try store.registerSweep(name: "s", specs: [first, second])
        #expect(try store.startedSpecs(sweep: "s").isEmpty && store.startedSpecs(sweep: "none").isEmpty)
        try store.recorder(for: second, sweep: "s").start(second, environment: Sample.environment)
        #expect(try store.startedSpecs(sweep: "s") == [second])
    }
}
