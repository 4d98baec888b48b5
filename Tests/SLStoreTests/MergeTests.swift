import GRDB
import SLSpec
import SLStore
import Testing

/// Databases that become one: all runs of both, or nothing and the names of those that conflict.
@Suite struct MergeTests {
    let folder: TemporaryFolder
    let here: ResultStore
    let there: ResultStore

    init() throws {
        folder = try TemporaryFolder()
        here = try ResultStore(path: folder.file("a.sqlite"))
        there = try ResultStore(path: folder.file("b.sqlite"))
    }

    private func finish(_ store: ResultStore, _ spec: RunSpec, sweep: String = "s", loss: Double = 3, steps: Int = 3, digest: Character = "a") throws {
        let recorder = try store.recorder(for: spec, sweep: sweep)
        try recorder.start(spec, environment: Sample.environment)
        for step in 1...steps { try recorder.record(Sample.step(step)) }
        try recorder.record(LifecycleRecord(step: 1, kind: "refresh", measurements: ["matrices": 2]))
        var result = Sample.result(loss: loss)
        result.tokens = steps * 512
        result.weightsSHA256 = String(repeating: digest, count: 64)
        try recorder.finish(result)
    }

    private func stop(_ store: ResultStore, _ spec: RunSpec, after steps: Int) throws {
        let recorder = try store.recorder(for: spec, sweep: "s")
        try recorder.start(spec, environment: Sample.environment)
        for step in 1...steps { try recorder.record(Sample.step(step)) }
        try recorder.fail(RunFailure(status: .interrupted, reason: .interrupted, step: steps, message: "stopped"), memory: nil)
    }

    private func merge() throws -> MergeOutcome {
        let outcome = try here.merge(there.path)
        #expect(outcome.takenRuns.count == outcome.added + outcome.replaced)
        return MergeOutcome(added: outcome.added, replaced: outcome.replaced, kept: outcome.kept, sweeps: outcome.sweeps)
    }

    @Test func runsOfBothAreThereAfterwards() throws {
        try finish(here, Sample.spec(seed: 1))
        try finish(there, Sample.spec(seed: 2))
        try finish(there, Sample.spec("lora", seed: 1), sweep: "t")
        let before = try there.history(run: Sample.spec(seed: 2).runKey())
        #expect(try merge() == MergeOutcome(added: 2, replaced: 0, kept: 0, sweeps: 1))
        #expect(try here.sweepNames() == ["s", "t"])
        #expect(try here.sweepHistory(name: "s").runs.map(\.spec.seed) == [1, 2])
        let after = try here.history(run: Sample.spec(seed: 2).runKey())
        #expect(after.steps == before.steps && after.result == before.result && after.events == before.events && after.environment == before.environment)
        #expect(try here.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }.isEmpty)
        // Once more: everything is known.
        #expect(try merge() == MergeOutcome(added: 0, replaced: 0, kept: 2, sweeps: 0))
    }

    /// Times and hosts may differ between equal runs; losses and weights may not.
    @Test(arguments: [(3.0, 3, "a", false), (3.5, 3, "a", true), (3.0, 4, "a", true), (3.0, 3, "b", true)])
    func equalRunsAreOneAndOthersConflict(loss: Double, steps: Int, digest: String, conflicts: Bool) throws {
        let spec = Sample.spec()
        try finish(here, spec)
        try finish(there, spec, loss: loss, steps: steps, digest: Character(digest))
        try finish(there, Sample.spec(seed: 9))
        try there.write { try $0.execute(sql: "UPDATE run_result SET wall_seconds = 1, tokens_per_second = 5; UPDATE run SET host = 'other'") }
        let error = fileError { _ = try merge() }
        #expect((error != nil) == conflicts)
        if conflicts {
            #expect(try error?.problem.contains(String(spec.runKey().prefix(12))) == true)
            #expect(try here.status(of: Sample.spec(seed: 9).runKey()) == nil, "nothing is merged then")
            #expect(try here.cell("SELECT count(*) FROM run_spec") == .integer(1))
        } else {
            #expect(try here.cell("SELECT wall_seconds FROM run_result") == .real(52.5))
        }
    }

    @Test func theFurtherOneIsTaken() throws {
        let specs = (1...4).map { Sample.spec(seed: UInt64($0)) }
        try stop(here, specs[0], after: 2)
        try finish(there, specs[0])
        try finish(here, specs[1])
        try stop(there, specs[1], after: 2)
        try stop(here, specs[2], after: 1)
        try stop(there, specs[2], after: 5)
        try stop(here, specs[3], after: 5)
        try stop(there, specs[3], after: 1)
        #expect(try merge() == MergeOutcome(added: 0, replaced: 2, kept: 2, sweeps: 0))
        let runs = try here.sweepHistory(name: "s").runs
        #expect(runs.map(\.status) == [.finished, .finished, .interrupted, .interrupted])
        #expect(runs.map(\.steps.count) == [3, 3, 5, 5])
    }

    @Test func aRunThatIsBeingRecordedIsLeftAlone() throws {
        let spec = Sample.spec()
        let recorder = try here.recorder(for: spec, sweep: "s")
        try recorder.start(spec, environment: Sample.environment)
        try finish(there, spec)
        #expect(fileError { _ = try merge() }?.problem.contains("is being recorded") == true)
        try recorder.finish(Sample.result())
    }

    @Test func predictionsAndPlansCome() throws {
        try there.registerSweep(name: "p", specs: [Sample.spec(seed: 2), Sample.spec(seed: 1)], predictions: [Sample.prediction(), Sample.prediction("lora")])
        try here.registerSweep(name: "p", specs: [Sample.spec(seed: 1)], predictions: [Sample.prediction("lora")])
        _ = try merge()
        #expect(try here.query("SELECT seed, position FROM sweep_run JOIN run_spec USING (run_id) ORDER BY position").rows == [
            [.integer(1), .integer(0)], [.integer(2), .integer(1)],
        ])
        #expect(try here.query("SELECT method, position FROM prediction ORDER BY position").rows == [
            [.text("lora"), .integer(0)], [.text("galore"), .integer(1)],
        ])
    }

    /// A database of an older version is taken over as its migration would have it, and stays as it is.
    @Test func anOlderDatabaseCanBeTakenOver() throws {
        let old = folder.file("old.sqlite")
        do {
            let database = try DatabaseQueue(path: old)
            try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + FrozenV1.sql) }
        }
        #expect(try here.merge(old).added == 3)
        #expect(try here.comparison(sweep: "Größen").count == 2)
        #expect(try DatabaseQueue(path: old).read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 1)
    }

    // MARK: Check

    @Test func aSoundDatabaseHasNoIssues() throws {
        var spec = Sample.spec()
        spec.training.steps = 3
        let recorder = try here.recorder(for: spec, sweep: "s")
        try recorder.start(spec, environment: Sample.environment)
        for step in 1...3 { try recorder.record(Sample.step(step)) }
        var result = Sample.result()
        (result.steps, result.tokens) = (3, 3 * 512)
        try recorder.finish(result)
        #expect(try here.check() == [])
    }

    @Test(arguments: [
        ("UPDATE run_result SET tokens = tokens + 1", "not the sum"), ("DELETE FROM step_sample WHERE step = 2", "missing from its curve"),
        ("UPDATE memory SET peak_weight_bytes = 1", "does not add up"), ("UPDATE evaluation SET perplexity = 5", "exponential"),
        ("DELETE FROM run_result", "without a result"), ("DELETE FROM environment", "finished nowhere"),
        ("PRAGMA foreign_keys = OFF; UPDATE run_spec SET group_key = replace(group_key, substr(group_key, 1, 1), 'f') WHERE 1", "group key"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM run_spec", "points to a missing row"),
    ])
    func damageIsFound(sql: String, words: String) throws {
        try finish(here, Sample.spec())
        let clean = Set(try here.check().map(\.problem))
        try here.database.writeWithoutTransaction { try $0.execute(sql: sql) }
        let found = try here.check().filter { !clean.contains($0.problem) }
        #expect(found.contains { $0.problem.contains(words) }, "\(found)")
    }
}
