import GRDB
import SLSpec
import SLStore
import Testing

@Suite struct MigrationTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private static let frozen = [FrozenV1.sql, FrozenV2.sql, FrozenV3.sql, FrozenV4.sql, FrozenV5.sql, FrozenV6.sql, FrozenV7.sql]

    /// A file as an earlier version left it, after `changes`.
    private func file(ofVersion version: Int, name: String = "results.sqlite", changes: String = "") throws -> String {
        let old = try DatabaseQueue(path: folder.file(name))
        try old.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + Self.frozen[version - 1] + changes) }
        return folder.file(name)
    }

    private func shape(_ database: DatabaseQueue) throws -> [String: String] {
        try database.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'grdb_migrations'")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], $0["sql"]) })
        }
    }

    /// A shipped migration that is edited splits the databases of the world in two. Add a new one instead.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7]) func shippedVersionsAreFrozen(version: Int) throws {
        let (made, frozen) = (try DatabaseQueue(), try DatabaseQueue())
        try Schema.migrator.migrate(made, upTo: "v\(version)")
        try frozen.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + Self.frozen[version - 1]) }
        let (now, then) = (try shape(made), try shape(frozen))
        #expect(Set(now.keys) == Set(then.keys))
        for (name, sql) in now { #expect(then[name] == sql, "\(name)") }
        for database in [made, frozen] {
            try database.read { db in
                #expect(try Schema.check(db, path: "") == version)
                #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
                let quantiles = try Double.fetchAll(db, sql: "SELECT quantile_975 FROM student_t ORDER BY degrees_of_freedom")
                #expect(quantiles == Schema.v1StudentT)
            }
        }
    }

    /// The table `run` is made anew by version 3: nothing that hangs on it may go with the old one.
    @Test func aDatabaseOfVersionTwoIsBroughtUpToDateWithItsData() throws {
        do {
            let old = try DatabaseQueue(path: folder.file())
            try old.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + FrozenV2.sql) }
        }
        let store = try ResultStore(path: folder.file())
        #expect(try store.cell("PRAGMA user_version") == .integer(Schema.currentVersion))
        let history = try store.sweepHistory(name: "tiny")
        let run = try #require(history.runs.first)
        #expect(history.runs.count == 1 && history.predictions.count == 1 && run.status == .finished)
        #expect(run.steps.map(\.step) == [1, 2, 3] && run.evaluations.map(\.step) == [0, 3] && run.events.count == 2)
        #expect(run.memory?.peakTrackedBytes == 241_732 && run.memory?.constantBytes == 41_570_304 && run.environment?.threads == 1)
        #expect(run.result?.evaluation.loss == 5.4390957355499267578 && run.result?.weightsSHA256 == nil)
        #expect(try store.comparison(sweep: "tiny").map(\.evalLoss) == [5.4390957355499267578])
        #expect(try store.query("SELECT n, perplexity IS NOT NULL FROM summary").rows == [[.integer(1), .integer(1)]])
        #expect(try store.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }.isEmpty)
        #expect(try store.check() == [])
        // It lives: a reason that version 2 did not know, and a run that goes on.
        let spec = Sample.spec()
        let late = RunFailure(status: .failed, reason: .timedOut, step: 1, message: "late")
        let recorder = try store.recorder(for: spec, sweep: "tiny")
        try recorder.start(spec, environment: Sample.environment)
        try recorder.record(Sample.step(1))
        try recorder.fail(late, memory: nil)
        #expect(try store.history(run: spec.runKey()).failure == late)
        #expect(try store.recorder(for: spec, sweep: "tiny").resume(spec, environment: Sample.environment, atStep: 1))
    }

    /// A run that went on from a checkpoint, as version 3 recorded it.
    @Test func aDatabaseOfVersionThreeIsBroughtUpToDateWithItsData() throws {
        do {
            let old = try DatabaseQueue(path: folder.file())
            try old.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + FrozenV3.sql) }
        }
        let store = try ResultStore(path: folder.file())
        let history = try store.sweepHistory(name: "third")
        let run = try #require(history.runs.first)
        #expect(history.runs.count == 1 && history.tuning == [] && run.status == .finished)
        #expect(run.resumptions == [5] && run.steps.map(\.step) == Array(1...8) && run.result?.weightsSHA256?.count == 64)
        #expect(run.result?.companionRuns == nil && run.result?.trainingFloatingPointOperations == nil)
        #expect(try store.query("SELECT training_flops, companion_runs FROM comparison").rows == [[.null, .null]])
        #expect(try store.check() == [])
        // Trials join an old sweep.
        let tuned = try Sample.tuned(run.spec, trials: [run.spec])
        try store.registerTuning(sweep: "third", cells: [tuned])
        #expect(try store.sweepHistory(name: "third").tuning.first?.trials.first?.runs.first?.evalLoss == run.result?.evaluation.loss)
    }

    /// A tuned sweep, as version 4 recorded it.
    @Test func aDatabaseOfVersionFourIsBroughtUpToDateWithItsData() throws {
        let store = try ResultStore(path: try file(ofVersion: 4))
        #expect(try store.cell("PRAGMA user_version") == .integer(Schema.currentVersion))
        let history = try store.sweepHistory(name: "fourth")
        let run = try #require(history.runs.first)
        #expect(history.runs.count == 1 && run.status == .finished && run.steps.map(\.step) == [1, 2, 3])
        #expect(run.result?.evaluation.loss == 5.5194126609712839126 && run.result?.tokensPerSecond == 2349.4479274608133891)
        #expect(run.result?.trainingFloatingPointOperations == 1_898_496 && run.result?.companionRuns == 0)
        let tuned = try #require(history.tuning.first)
        #expect(history.tuning.count == 1 && tuned.trials.map(\.isChosen) == [false, true])
        #expect(tuned.trials.map { $0.runs.map(\.evalLoss) } == [[5.6647989768534898757], [5.6454115957021713256]])
        #expect(tuned.trials.map { $0.values["lr"] } == [.real(0.01), .real(0.02)])
        #expect(try store.check() == [])
    }

    /// A run whose subspaces were found anew, as version 5 recorded it, and beside it one with probes.
    @Test func aDatabaseOfVersionFiveIsBroughtUpToDateWithItsData() throws {
        let store = try ResultStore(path: try file(ofVersion: 5))
        #expect(try store.cell("PRAGMA user_version") == .integer(Schema.currentVersion))
        let run = try #require(try store.sweepHistory(name: "fifth").runs.first)
        #expect(run.status == .finished && run.steps.map(\.step) == [1, 2, 3] && run.probes == [])
        #expect(run.result?.evaluation.loss == 5.635617798194289 && run.result?.evaluation.bitsPerByte == 8.13047784980048)
        #expect(run.data?.unigramLoss == 2.8170026923513607 && run.events.map(\.kind) == ["refresh", "refresh"])
        #expect(try store.check() == [])
        let spec = Sample.spec(seed: 901)
        let recorder = try store.recorder(for: spec, sweep: "fifth")
        try recorder.start(spec, environment: Sample.environment)
        try recorder.record(ProbeSample.moment(0))
        #expect(try store.history(run: spec.runKey()).probes == [ProbeSample.moment(0)])
    }

    /// A run that was measured on the way, as version 6 recorded it, and beside it one that two processes made.
    @Test func aDatabaseOfVersionSixIsBroughtUpToDateWithItsData() throws {
        let store = try ResultStore(path: try file(ofVersion: 6))
        #expect(try store.cell("PRAGMA user_version") == .integer(Schema.currentVersion))
        let run = try #require(try store.sweepHistory(name: "sixth").runs.first)
        #expect(run.status == .finished && run.steps.map(\.step) == [1, 2, 3] && run.probes.map(\.step) == [0, 1, 2, 3])
        #expect(run.result?.evaluation.loss == 5.635599963366985321 && run.result?.weightsSHA256?.count == 64)
        #expect(run.attempts == [] && run.result?.communicationSeconds == nil)
        #expect(run.environment?.ranks == nil && run.environment?.exclusive == nil)
        #expect(try store.check() == [] && store.disagreements() == [])
        let spec = Sample.spec(seed: 902)
        var environment = Sample.environment
        (environment.ranks, environment.exclusive) = (4, true)
        let first = try store.recorder(for: spec, sweep: "sixth")
        try first.start(spec, environment: environment)
        for step in 1...3 { try first.record(Sample.step(step)) }
        try first.fail(RunFailure(status: .interrupted, reason: .interrupted, step: 3, message: "asked"), memory: nil)
        let second = try store.recorder(for: spec, sweep: "sixth", claim: RunClaim(attempt: 5, jobID: "77_3"))
        #expect(try second.resume(spec, environment: environment, atStep: 2))
        var result = Sample.result()
        result.communicationSeconds = 1.5
        for step in 3...100 { try second.record(Sample.step(step)) }
        try second.finish(result)
        let history = try store.history(run: spec.runKey())
        #expect(history.environment?.ranks == 4 && history.environment?.exclusive == true && history.result?.communicationSeconds == 1.5)
        #expect(history.attempts.map(\.attempt) == [1, 5] && history.attempts.map(\.jobID) == [nil, "77_3"])
        #expect(history.attempts.map(\.firstStep) == [0, 2] && history.attempts.map(\.lastStep) == [2, 100])
        #expect(history.attempts.allSatisfy { $0.tokensPerSecond == 1024 && $0.exclusive == true && $0.ended >= $0.began })
    }

    /// A run with its attempt, as version 7 recorded it, and beside it one that was tested.
    @Test func aDatabaseOfVersionSevenIsBroughtUpToDateWithItsData() throws {
        let store = try ResultStore(path: try file(ofVersion: 7))
        #expect(try store.cell("PRAGMA user_version") == .integer(Schema.currentVersion))
        let run = try #require(try store.sweepHistory(name: "seventh").runs.first)
        #expect(run.status == .finished && run.steps.map(\.step) == [1, 2, 3] && run.evaluations.map(\.step) == [0, 2, 3])
        #expect(run.result?.evaluation.loss == 5.579814406111836 && run.result?.weightsSHA256?.prefix(8) == "72b3e1e2")
        #expect(run.attempts.map(\.lastStep) == [3] && run.texts == [] && run.data?.texts == nil && run.result?.test == nil)
        let row = try #require(try store.comparison(sweep: "seventh").first)
        #expect(row.testLoss == nil && row.reportedLoss == row.evalLoss && row.trainingPasses == run.data?.trainingPasses)
        #expect(try store.query("SELECT test_loss_mean, test_perplexity FROM summary").rows == [[.null, .null]])
        #expect(try store.check() == [])
        let spec = Sample.spec(seed: 903)
        try store.finishTested(spec, sweep: "seventh")
        #expect(try store.history(run: spec.runKey()).texts.map(\.kind) == [.test, .heldOut, .heldOut])
        #expect(try store.comparison(sweep: "seventh").map(\.reportedLoss) == [5.579814406111836, 3.5])
    }

    /// What was no figure of what its name says is gone, everything else is there, and what is new is empty and can be used.
    @Test(arguments: [1, 2, 3, 4]) func versionFiveTakesWrongFiguresBackAndKeepsTheRest(version: Int) throws {
        let slow = "; UPDATE run_result SET tokens_per_second = 0 WHERE run_id = (SELECT min(run_id) FROM run_result);"
        let path = try file(ofVersion: version, changes: slow)
        let old = try DatabaseQueue(path: path).read { db in
            (try Row.fetchAll(db, sql: "SELECT run_id, step, loss, perplexity, tokens, seconds FROM evaluation ORDER BY run_id, step"),
             try Row.fetchAll(db, sql: "SELECT run_id, steps, tokens, train_loss, wall_seconds FROM run_result ORDER BY run_id"),
             try Int.fetchOne(db, sql: "SELECT count(bits_per_byte) FROM evaluation"),
             try Int.fetchOne(db, sql: "SELECT count(*) FROM run_result WHERE tokens_per_second > 0"))
        }
        #expect(try #require(old.2) > 0)
        let store = try ResultStore(path: path)
        try store.read { db in
            #expect(try Row.fetchAll(db, sql: "SELECT run_id, step, loss, perplexity, tokens, seconds FROM evaluation ORDER BY run_id, step") == old.0)
            #expect(try Row.fetchAll(db, sql: "SELECT run_id, steps, tokens, train_loss, wall_seconds FROM run_result ORDER BY run_id") == old.1)
            #expect(try Int.fetchOne(db, sql: "SELECT count(bits_per_byte) + count(bytes) FROM evaluation") == 0)
            #expect(try Int.fetchOne(db, sql: "SELECT count(tokens_per_second) FROM run_result") == old.3)
            for table in ["run_data", "run_note"] { #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") == 0) }
            for column in ["environment.vector_units", "resumption.vector_units", "run_result.foreign_processor_share"] {
                let table = column.split(separator: ".")[0]
                let count = try Int.fetchOne(db, sql: "SELECT count(\(column)) FROM \(table)")
                #expect(count == 0, "\(column)")
            }
        }
        let rows = try store.comparison(sweep: nil)
        #expect(rows.count == old.1.count)
        for row in rows {
            #expect(row.bitsPerByte == nil && row.tokensPerSecond != 0 && row.evalBytes == nil && row.unigramLoss == nil)
            #expect(row.groupID?.count == 12 && row.learningRate != nil && row.options?.first == "{" && row.training?.first == "{")
        }
        // The new tables live.
        let spec = Sample.spec(seed: 900)
        let recorder = try store.recorder(for: spec, sweep: "new")
        try recorder.start(spec, environment: Sample.environment)
        try recorder.record(Sample.data)
        try recorder.record(RunNote(step: 0, kind: .silentEvent, message: "no merge in this budget"))
        try recorder.finish(Sample.result())
        let history = try store.history(run: spec.runKey())
        #expect(history.data == Sample.data && history.notes.map(\.message) == ["no merge in this budget"])
        #expect(try store.comparison(sweep: "new").map(\.unigramLoss) == [7.5])
    }

    /// Old databases are merged as they would be after their migration, and stay as they are.
    @Test(arguments: [1, 2, 3, 4]) func oldDatabasesAreMerged(version: Int) throws {
        let source = try file(ofVersion: version, name: "old.sqlite")
        let count = try DatabaseQueue(path: source).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM run") }
        let store = try ResultStore(path: folder.file("new.sqlite"))
        #expect(try store.merge(source).added == count)
        #expect(try store.cell("SELECT count(bits_per_byte) FROM evaluation") == .integer(0))
        #expect(try store.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }.isEmpty)
        #expect(try DatabaseQueue(path: source).read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == version)
        let sweeps = try store.sweepNames()
        #expect(try ResultStore(readOnlyPath: source).sweepNames() == sweeps)
        for sweep in sweeps {
            let (here, there) = (try store.sweepHistory(name: sweep), try ResultStore(readOnlyPath: source).sweepHistory(name: sweep))
            #expect(here.predictions == there.predictions && here.tuning == there.tuning)
            #expect(here.runs.map(\.runID) == there.runs.map(\.runID) && here.runs.map(\.result) == there.runs.map(\.result))
            #expect(here.runs.map(\.events) == there.runs.map(\.events) && here.runs.map(\.evaluations) == there.runs.map(\.evaluations))
            // NaN is no equal of itself.
            #expect(here.runs.map { $0.steps.map(\.loss.bitPattern) } == there.runs.map { $0.steps.map(\.loss.bitPattern) })
        }
    }

    @Test func everyMigrationRaisesTheVersion() {
        #expect(Schema.migrator.migrations == (1...Schema.currentVersion).map { "v\($0)" })
    }

    @Test func aDatabaseOfVersionOneIsBroughtUpToDateWithItsData() throws {
        do {
            let old = try DatabaseQueue(path: folder.file())
            try old.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + FrozenV1.sql) }
        }
        let store = try ResultStore(path: folder.file())
        #expect(try store.cell("PRAGMA user_version") == .integer(Schema.currentVersion))
        #expect(try store.sweepNames() == ["Größen"])
        let rows = try store.comparison(sweep: "Größen")
        #expect(rows.map(\.runID) == ["2f39fbc733c4", "d630979f2e0e"])
        #expect(rows.map(\.evalLoss) == [3, 4])
        let runs = try store.sweepHistory(name: "Größen").runs
        #expect(runs.map(\.status) == [.finished, .finished, .diverged])
        #expect(runs[0].steps == [Sample.step(1, loss: 10.25), Sample.step(2)])
        var result = Sample.result(loss: 3)
        (result.memory, result.refreshSeconds, result.trainSeconds) = (Sample.memoryOfVersionOne, 0, 0)
        result.trainingFloatingPointOperations = nil
        result.evaluation.bitsPerByte = nil
        #expect(runs[0].result == result)
        #expect(runs[0].result?.refreshShare == nil)
        #expect(rows.map(\.refreshShare) == [nil, nil] && rows.map(\.processConstantBytes) == [nil, nil])
        #expect(rows.map(\.predictedBytes) == [40_000_000, 40_000_000])
        #expect(runs[0].events.first?.measurements == ["matrices": 28, "seconds": 0.5])
        #expect(runs[2].steps.first?.loss.isNaN == true)
        #expect(runs[2].failure?.reason == .notANumber && runs[2].memory == Sample.memoryOfVersionOne)
        // It is a living database: what is missing goes on. (These keys were made up, so the run that diverged stays beside it.)
        let spec = runs[2].spec
        try store.finish(spec, sweep: "Größen")
        #expect(
            try store.query("SELECT method, n, n_diverged FROM summary").rows == [
                [.text("galore"), .integer(2), .integer(0)], [.text("full_rank"), .integer(0), .integer(1)],
                [.text("full_rank"), .integer(1), .integer(0)],
            ])
    }

    /// Rows written under version 1 alone, by its own columns, are whole after the migration, and a second opening finds
    /// nothing to do.
    @Test func rowsOfVersionOneAreReadBackAndOpeningTwiceChangesNothing() throws {
        let spec = Sample.spec(seed: 5)
        let key = try spec.runKey()
        do {
            let old = try DatabaseQueue(path: folder.file())
            try Schema.migrator.migrate(old, upTo: "v1")
            try old.write { db in
                let (id, now) = (String(key.prefix(12)), "2024-01-01T00:00:00.000Z")
                try db.execute(
                    sql: "INSERT INTO run_spec (run_id, run_key, group_key, spec) VALUES (?, ?, ?, ?)",
                    arguments: [id, key, try spec.groupKey(), try spec.canonicalJSON()])
                try db.execute(sql: "INSERT INTO sweep VALUES (1, 'old', ?, ?)", arguments: [now, now])
                try db.execute(sql: "INSERT INTO sweep_run VALUES (1, ?, 0)", arguments: [id])
                try db.execute(
                    sql: "INSERT INTO run VALUES (?, 1, 'finished', NULL, NULL, NULL, 'h', 1, 1, ?, ?, ?)", arguments: [id, now, now, now])
                try db.execute(sql: "INSERT INTO evaluation VALUES (?, 100, 3.0, 20.0, 0.75, 4096, 1.5)", arguments: [id])
                try db.execute(
                    sql: "INSERT INTO memory VALUES (?, 17, 40, 39, 90, 'update', 20, 10, 5, 1, 2, 1)", arguments: [id])
                try db.execute(
                    sql: "INSERT INTO run_result VALUES (?, 100, 51200, 3.25, 100, 9000, 8000, 4800, 1000.0, 52.5)", arguments: [id])
            }
        }
        // A reader sees the migrated tables without changing the file.
        let reader = try ResultStore(readOnlyPath: folder.file())
        #expect(try reader.comparison(sweep: "old").map(\.predictedBytes) == [40])
        #expect(try DatabaseQueue(path: folder.file()).read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 1)

        for _ in 0..<2 {
            let store = try ResultStore(path: folder.file())
            #expect(try store.cell("PRAGMA user_version") == .integer(Schema.currentVersion))
            let history = try store.sweepHistory(name: "old")
            let run = try #require(history.runs.first)
            #expect(history.runs.count == 1 && history.predictions == [])
            #expect(run.spec == spec && run.memory?.peak.activations == 2 && run.memory?.constantBytes == nil)
            #expect(run.result?.wallSeconds == 52.5 && run.result?.trainSeconds == 0 && run.result?.refreshShare == nil)
            #expect(try store.query("SELECT refresh_share, predicted_bytes FROM comparison").rows == [[.null, .integer(40)]])
            #expect(try store.query("SELECT n, peak_tracked_bytes FROM summary").rows == [[.integer(1), .integer(39)]])
        }
        // What is recorded from now on has the new columns.
        let store = try ResultStore(path: folder.file())
        try store.finish(Sample.spec(seed: 6), sweep: "old")
        #expect(try store.query("SELECT refresh_share FROM comparison").rows == [[.null], [.real(0.0625)]])
        #expect(try store.sweepHistory(name: "old").runs.last?.result == Sample.resultAlone())
    }
}
