import Foundation
import SLHarness
import SLSpec
import Synchronization
import Testing

/// Whose a run is, on storage that several machines write to.
@Suite struct AttemptFolderTests {
    let folder = AttemptFolder(url: FileManager.default.temporaryDirectory.appendingPathComponent("slbench-claims-\(UUID().uuidString)"))

    private func remove() { try? FileManager.default.removeItem(at: folder.url) }

    @Test func eachClaimIsMadeOnce() throws {
        defer { remove() }
        let made = Mutex<[Int]>([])
        DispatchQueue.concurrentPerform(iterations: 64) { _ in
            guard let claim = try? folder.claim() else { return }
            made.withLock { $0.append(claim.attempt) }
        }
        #expect(made.withLock { $0.sorted() } == Array(1...64))
        #expect(folder.claims == Array(1...64))
        let claim = try #require(folder.reading(claim: 7))
        #expect(claim.attempt == 7 && claim.processID == getpid() && claim.host == MachineProbe.host)
        #expect(folder.reading(claim: 65) == nil)
        // What can't be read is a claim all the same.
        try Data().write(to: folder.claimFile(65))
        #expect(folder.reading(claim: 65) == nil && folder.claim(after: 64) == 65)
        #expect(try folder.claim().attempt == 66)
    }

    /// What was collected and removed leaves a number that nobody takes again.
    @Test func numbersGoOnFromWhatIsThere() throws {
        defer { remove() }
        try folder.mark(folder.finishedMark(4), "collected")
        #expect(try folder.claim().attempt == 5)
        try Data().write(to: folder.database(9))
        #expect(try folder.claim().attempt == 10)
        #expect(folder.attempts == [9] && folder.finishedMarks == [4] && folder.requeueMarks == [])
    }

    /// Keeps what reaches it.
    private final class Kept: RunRecorder {
        let calls = Mutex<[String]>([])
        private func note(_ name: String) { calls.withLock { $0.append(name) } }
        func start(_ spec: RunSpec, environment: EnvironmentRecord) { note("start") }
        func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) -> Bool {
            note("resume")
            return true
        }
        func flush() { note("flush") }
        func record(_ sample: StepSample) { note("sample") }
        func record(_ evaluation: EvaluationSample) { note("evaluation") }
        func record(_ event: LifecycleRecord) { note("event") }
        func record(_ data: DataRecord) { note("data") }
        func record(_ text: TextSample) { note("text") }
        func record(_ note: RunNote) { self.note("note") }
        func record(_ probe: ProbeRecord) { note("probe") }
        func finish(_ result: RunResult) { note("finish") }
        func fail(_ failure: RunFailure, memory: MemoryRecord?) { note("fail") }
    }

    @Test func nothingIsRecordedAfterANewerClaim() throws {
        defer { remove() }
        let claim = try folder.claim()
        let (kept, fence) = (Kept(), ClaimFence(folder: folder, attempt: claim.attempt))
        let recorder = GuardedRecorder(kept, by: RecordFence(fence))
        let sample = StepSample(step: 3, loss: 1, learningRate: 1, gradientNorm: 1, tokens: 1, seconds: 1, lifecycleSeconds: 0)
        try recorder.record(sample)
        try recorder.flush()
        #expect(!fence.isSuperseded && fence.newerClaim == nil)
        _ = try folder.claim { AttemptClaim(attempt: $0, host: "n7", processID: 12, jobID: "9_1", claimedAt: 0) }
        let failure = RunFailure(status: .failed, reason: .other, step: 3, message: "")
        for body in [
            { try recorder.record(sample) }, { try recorder.flush() }, { try recorder.fail(failure, memory: nil) },
            { try recorder.record(RunNote(step: 3, kind: .data, message: "x")) },
            { try recorder.record(EvaluationSample(step: 3, loss: 1, perplexity: 1, bitsPerByte: nil, tokens: 1, seconds: 1)) },
        ] as [() throws -> Void] {
            do {
                try body()
                Issue.record("was recorded")
            } catch let failure as RunFailure {
                #expect(failure.status == .interrupted && failure.step == 3)
                #expect(failure.message == "superseded: attempt 2 (process 12 on n7, job 9_1) has taken the run over")
            }
        }
        #expect(kept.calls.withLock { $0 } == ["sample", "flush"] && fence.newerClaim == 2)
        // Once lost, always lost.
        remove()
        #expect(fence.newerClaim == 2)
    }
}
