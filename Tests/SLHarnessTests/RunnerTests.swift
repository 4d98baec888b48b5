import Foundation
import SLHarness
import SLSpec
import Synchronization
import Testing

/// Sweeps of real child processes that are shell scripts: however one ends, it is recorded and the next one starts.
@Suite(.serialized) struct RunnerTests {
    private func sweep(_ script: String, _ specs: [RunSpec], available: Int? = nil, isFinished: Bool = false, stop: @escaping () -> Int = { 0 }) throws -> (SweepOutcome, FakeLedger, String) {
        let ledger = FakeLedger(isFinished ? try Dictionary(uniqueKeysWithValues: specs.map { (try $0.runKey(), .finished) }) : [:])
        let said = Mutex("")
        var outcome: SweepOutcome?
        try inFolder { folder in
            let plan = try Sample.plan(specs, ledger, rerunsAll: isFinished)
            let runner = SweepRunner(
                launcher: CellLauncher(executable: URL(filePath: "/bin/sh"), arguments: ["-c", script], folder: folder), ledger: ledger,
                memory: MemoryGuard(threads: 2, availableBytes: { available }),
                assignment: { cell in
                    CellAssignment(spec: cell.spec, data: cell.data, dataDirectory: "", database: folder.path, sweep: "s", threads: 2)
                }, outOfMemoryKills: { 0 }, stopRequests: stop, clock: { 0 })
            var display = ProgressDisplay(terminal: { Terminal(isInteractive: false, hasColor: false) }, clock: { 0 }) { text in
                said.withLock { $0 += text }
            }
            outcome = try runner.run(plan, display: &display)
        }
        return (try #require(outcome), ledger, said.withLock { $0 })
    }

    private func failure(_ script: String) throws -> RunFailure {
        let spec = try Sample.spec("full_rank")
        let (_, ledger, _) = try sweep(script, [spec])
        return try #require(ledger.failure(of: spec.runKey()))
    }

    @Test func everyEndIsRecordedAndTheSweepGoesOn() throws {
        let specs = try (1...3).map { try Sample.spec("full_rank", seed: UInt64($0)) }
        let (outcome, ledger, said) = try sweep("echo gone wrong >&2; exit 1", specs)
        #expect(outcome.failed == 3 && outcome.hasFailures && !outcome.isComplete)
        for spec in specs { #expect(try #require(ledger.failure(of: spec.runKey())).message.contains("gone wrong")) }
        #expect(said.contains("[3/3]"))
    }

    @Test(arguments: [
        ("kill -9 $$", RunStatus.failed, FailureReason.crashed), ("kill -11 $$", .failed, .crashed), ("kill -6 $$", .failed, .crashed),
        ("kill -15 $$", .interrupted, .interrupted), ("exit 65", .failed, .badData), ("exit 74", .failed, .inputOutput),
        ("exit 75", .interrupted, .interrupted), ("exit 2", .diverged, .other), ("exit 0", .failed, .other), ("exit 9", .failed, .other),
    ])
    func endsAreClassified(script: String, status: RunStatus, reason: FailureReason) throws {
        let failure = try failure(script)
        #expect(failure.status == status)
        #expect(failure.reason == reason)
        #expect(!failure.message.isEmpty)
    }

    @Test func aRefusedRunIsNeverStarted() throws {
        let spec = try Sample.spec("full_rank")
        let (outcome, ledger, _) = try sweep("exit 0", [spec], available: 1000)
        #expect(outcome.failed == 1)
        #expect(try ledger.failure(of: spec.runKey())?.reason == .outOfMemory)
    }

    /// The ledger says `finished` of the result that stays; how the new attempt ended, its process tells.
    @Test(arguments: [
        ("exit 75", RunStatus.interrupted), ("kill -9 $$", .failed), ("exit 2", .diverged), ("exit 74", .failed), ("exit 0", .finished),
    ])
    func anotherAttemptAtAFinishedRunIsCountedByItsEnd(script: String, status: RunStatus) throws {
        let spec = try Sample.spec("full_rank")
        let (outcome, ledger, said) = try sweep(script, [spec], isFinished: true)
        let counts: [RunStatus: Int] = [
            .interrupted: outcome.interrupted, .failed: outcome.failed, .diverged: outcome.diverged, .finished: outcome.finished,
        ]
        #expect(counts.filter { $0.value > 0 } == [status: 1] && outcome.alreadyDone == 0)
        #expect(said.contains("The earlier result stays.") == (status != .finished))
        #expect(try ledger.status(of: [spec.runKey()]).values.map(\.self) == [.finished])
    }

    @Test func aStopLeavesTheRestOpen() throws {
        let specs = try (1...3).map { try Sample.spec("full_rank", seed: UInt64($0)) }
        let (outcome, ledger, _) = try sweep("exit 0", specs, stop: { 1 })
        #expect(outcome.open == 3)
        #expect(ledger.entries.withLock { $0.isEmpty })
    }
}
