import Foundation
import GRDB
import SLSpec
import SLStore
import Testing

@Suite struct StatusTests {
    let store: ResultStore
    let spec = Sample.spec()
    init() throws { store = try ResultStore.inMemory() }

    /// Makes the run look as if another process recorded it.
    private func hand(to processID: Int32, host: String? = nil, startTicks: Int? = nil, silentSince: String = "0 seconds") throws {
        try store.write { db in
            try db.execute(
                sql: """
                    UPDATE run SET process_id = ?, host = ?, process_start_ticks = ?,
                        heartbeat_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?)
                    """, arguments: [processID, host ?? ProcessIdentity.current.host, startTicks, silentSince])
        }
    }

    private func start() throws -> StoreRecorder {
        let recorder = try store.recorder(for: spec, sweep: "s")
        try recorder.start(spec, environment: Sample.environment)
        return recorder
    }

    /// The first update of a run is slow and times nothing.
    @Test func aSpeedThatNobodyTimedIsMissing() throws {
        let recorder = try start()
        try recorder.record(Sample.step(1))
        try recorder.flush()
        let one = try #require(try store.standing(sweep: "s").first)
        #expect(one.step == 1 && one.tokensPerSecond == nil && one.remainingSeconds == nil)
        try recorder.record(Sample.step(2))
        try recorder.flush()
        #expect(try store.standing(sweep: "s").first?.tokensPerSecond == 1024)
        var result = Sample.result()
        result.tokensPerSecond = nil
        try recorder.finish(result)
        #expect(try store.history(run: spec.runKey()).result?.tokensPerSecond == nil)
        #expect(try store.comparison(sweep: nil).first?.tokensPerSecond == nil)
        #expect(try store.measuredSpeeds(host: Sample.environment.host, threads: 2).isEmpty)
    }

    @Test func speedsAreThoseOfTheHostAndItsThreads() throws {
        let recorder = try start()
        try recorder.finish(Sample.result(speed: 750))
        let found = try store.measuredSpeeds(host: Sample.environment.host, threads: 2)
        #expect(found.map(\.tokensPerSecond) == [750] && found.map(\.tokens) == [51_200] && found.first?.spec == spec)
        #expect(try store.measuredSpeeds(host: Sample.environment.host, threads: 1).isEmpty)
        #expect(try store.measuredSpeeds(host: "elsewhere", threads: 2).isEmpty)
    }

    @Test func aPlanIsNoRun() throws {
        let specs = [Sample.spec(seed: 2), Sample.spec(seed: 1), Sample.spec(seed: 2)]
        let keys = try store.registerSweep(name: "Größen 模型 🧪", specs: specs)
        #expect(try keys == specs.map { try $0.runKey() })
        #expect(try store.status(of: keys) == [:])
        #expect(try store.status(of: keys[0]) == nil)
        #expect(try store.sweepNames() == ["Größen 模型 🧪"])
        #expect(try store.sweepHistory(name: "Größen 模型 🧪").runs.isEmpty)
        #expect(try store.query("SELECT position FROM sweep_run ORDER BY 1").rows == [[.integer(0)], [.integer(1)]])
        #expect(fileError { try store.registerSweep(name: "", specs: []) }?.problem.contains("name") == true)
    }

    @Test func historyFollowsThePlanAndShowsEveryStatus() throws {
        let specs = (1...5).map { Sample.spec(seed: UInt64($0)) }
        try store.registerSweep(name: "s", specs: specs.reversed())
        try store.finish(specs[0], sweep: "s")
        try store.markFailed(specs[1], Sample.failure)
        let recorder = try store.recorder(for: specs[2], sweep: "s")
        try recorder.start(specs[2], environment: Sample.environment)
        try store.markFailed(specs[3].runKey(), RunFailure(status: .interrupted, reason: .interrupted, step: 0, message: "Ctrl-C"))
        let history = try store.sweepHistory(name: "s")
        #expect(history.runs.map(\.spec.seed) == [4, 3, 2, 1])
        #expect(history.runs.map(\.status) == [.interrupted, .running, .failed, .finished])
        #expect(try store.status(of: specs.map { try $0.runKey() }).count == 4)
        #expect(fileError { _ = try store.sweepHistory(name: "t") }?.fix == "it holds: s")
    }

    @Test func aRunJoinsTheEndOfItsSweep() throws {
        try store.registerSweep(name: "s", specs: [spec])
        try store.finish(Sample.spec(seed: 2), sweep: "s")
        try store.finish(spec, sweep: "s")
        #expect(try store.sweepHistory(name: "s").runs.map(\.spec.seed) == [1, 2])
    }

    @Test func markFailedLeavesAloneWhatEnded() throws {
        try start().finish(Sample.result())
        #expect(try store.markFailed(spec.runKey(), Sample.failure) == false)
        #expect(try store.markFailed(spec.runKey(), Sample.failure, processID: 1) == false)
        #expect(try store.status(of: spec.runKey()) == .finished)

        let other = Sample.spec(seed: 2)
        let own = RunFailure(status: .diverged, reason: .lossBound, step: 3, message: "own words")
        let recorder = try store.recorder(for: other, sweep: "s")
        try recorder.start(other, environment: Sample.environment)
        try recorder.fail(own, memory: nil)
        #expect(try store.markFailed(other.runKey(), Sample.failure) == false)
        #expect(try store.markFailed(other.runKey(), Sample.failure, processID: getpid()) == false)
        #expect(try store.history(run: other.runKey()).failure == own)
    }

    @Test func markFailedEndsARunningRunAndKeepsItsSamples() throws {
        let recorder = try start()
        try recorder.record(Sample.step(1))
        try recorder.flush()
        #expect(try store.markFailed(spec.runKey(), Sample.failure))
        let run = try store.history(run: spec.runKey())
        #expect(run.failure == Sample.failure && run.steps.count == 1)
        #expect(fileError { try recorder.finish(Sample.result()) }?.problem.contains("no longer recorded") == true)
    }

    @Test func markFailedOfANewProcessReplacesTheEarlierAttempt() throws {
        let recorder = try start()
        try recorder.fail(RunFailure(status: .interrupted, reason: .interrupted, step: 1, message: "yesterday"), memory: nil)
        #expect(try store.markFailed(spec.runKey(), Sample.failure, processID: 999_999))
        #expect(try store.history(run: spec.runKey()).failure == Sample.failure)
        #expect(try store.cell("SELECT attempt FROM run") == .integer(2))
        let unknown = fileError { try store.markFailed(String(repeating: "0", count: 64), Sample.failure) }
        #expect(unknown?.problem.contains("knows no run") == true)
    }

    @Test func aRunThatALivingProcessTrainsIsLeftToIt() throws {
        _ = try start()
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/bin/sleep")
        child.arguments = ["60"]
        try child.run()
        let number = child.processIdentifier
        try hand(to: number, startTicks: ProcessIdentity.startTicks(of: Int(number)))
        #expect(fileError { _ = try start() }?.problem.contains("is being trained by process \(number)") == true)
        #expect(try store.closeAbandonedRuns() == [])
        #expect(try store.markFailed(spec.runKey(), Sample.failure, processID: 999_999) == false)

        // The same number, but started at another time: another process.
        try hand(to: number, startTicks: 1)
        #expect(try store.closeAbandonedRuns() == [spec.runKey()])

        // Not SIGTERM: a child of a worker thread inherits its blocked signals.
        kill(number, SIGKILL)
        child.waitUntilExit()
    }

    @Test func aRunWhoseProcessIsGoneIsClosedAndStartsAnew() throws {
        let recorder = try start()
        try recorder.record(Sample.step(7))
        try recorder.flush()
        #expect(try store.closeAbandonedRuns() == [])
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/bin/true")
        try child.run()
        let number = child.processIdentifier
        child.waitUntilExit()
        try hand(to: number)
        #expect(try store.closeAbandonedRuns() == [spec.runKey()])
        let failure = try #require(try store.history(run: spec.runKey()).failure)
        #expect(failure.status == .interrupted && failure.step == 7)
        try start().finish(Sample.result())
    }

    @Test func aRunOnAnotherMachineIsJudgedByItsSilence() throws {
        _ = try start()
        try hand(to: 1, host: "elsewhere", silentSince: "-14 minutes")
        #expect(try store.closeAbandonedRuns() == [])
        try hand(to: 1, host: "elsewhere", silentSince: "-16 minutes")
        try store.heartbeat(spec.runKey())
        #expect(try store.closeAbandonedRuns() == [])
        try hand(to: 1, host: "elsewhere", silentSince: "-16 minutes")
        #expect(try store.closeAbandonedRuns() == [spec.runKey()])
    }

    /// A dead process's last sign of life must not count as fresh for as long as its clock was ahead.
    @Test func aSignOfLifeFromTheFutureIsNoSignOfLife() throws {
        _ = try start()
        try hand(to: 1, host: "elsewhere", silentSince: "+14 minutes")
        #expect(try store.closeAbandonedRuns() == [])
        try hand(to: 1, host: "elsewhere", silentSince: "+1 hour")
        #expect(try store.closeAbandonedRuns() == [spec.runKey()])
        let failure = try #require(try store.history(run: spec.runKey()).failure)
        #expect(failure.message.contains("in the future") && failure.message.contains("clocks"))
        _ = try start()
    }

    @Test func aRunFromTheFutureIsNoCompanion() throws {
        let other = Sample.spec(seed: 2)
        let recorder = try start()
        try store.recorder(for: other, sweep: "s").start(other, environment: Sample.environment)
        let host = ProcessIdentity.current.host
        try store.write { db in
            try db.execute(
                sql: "UPDATE run SET heartbeat_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+1 day'), host = ? WHERE run_id <> ?",
                arguments: [host, String(try spec.runKey().prefix(12))])
        }
        try recorder.record(Sample.evaluation(1))
        #expect(try store.cell("SELECT companion_runs FROM run WHERE run_id = '\(spec.runKey().prefix(12))'") == .integer(0))
    }

    /// Between two machines, or when a clock is set back.
    @Test func noRunEndsBeforeItStarted() throws {
        let recorder = try start()
        try store.write { try $0.execute(sql: "UPDATE run SET started_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+2 hours')") }
        try recorder.fail(Sample.failure, memory: nil)
        #expect(try store.cell("SELECT ended_at >= started_at FROM run") == .integer(1))
    }

    @Test func findsARunByTheBeginningOfItsKey() throws {
        let specs = (0..<20).map { Sample.spec(seed: UInt64($0)) }
        for spec in specs { try store.finish(spec, sweep: "s") }
        let key = try spec.runKey()
        for length in [12, 20, 64] { #expect(try store.history(run: String(key.prefix(length))).spec.seed == 1) }
        #expect(try store.history(run: key.uppercased()).runID == String(key.prefix(12)))
        // Twenty keys have only sixteen first digits.
        let shared = try #require(
            Dictionary(grouping: try specs.map { try $0.runKey() }, by: { $0.prefix(1) }).first { $0.value.count > 1 }?.key)
        #expect(fileError { _ = try store.history(run: String(shared)) }?.problem.contains("runs that begin with") == true)
        #expect(fileError { _ = try store.history(run: "xyz") }?.problem.contains("not the id") == true)
        #expect(fileError { _ = try store.history(run: String(repeating: "0", count: 20)) }?.problem.contains("holds no run") == true)
    }
}
