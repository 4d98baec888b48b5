import SLCluster
import SLSpec
import Testing

/// How a cell is shown and what the next `sweep` does with it, for what the queue and the record can say together.
struct CellStateTests {
    struct Row: Sendable, CustomStringConvertible {
        var queue: QueueSight
        var record: RunStatus?
        var silent: Double?
        var wasSubmitted = true
        var shown: CellState
        var next: NextStep
        /// With `--retry-failed`.
        var retried: NextStep?

        var description: String { "\(queue), \(record?.rawValue ?? "no record")" }
    }

    private static func ended(_ word: String, signal: Int? = nil) -> QueueSight { .ended(JobState(word), signal: signal) }
    /// Everything that a queue can say.
    private static let sights: [QueueSight] = [
        .unseen, .gone, .waiting, .working, ended("COMPLETED"), ended("FAILED"), ended("FAILED", signal: 9), ended("CANCELLED"), ended("TIMEOUT"),
        ended("NODE_FAIL"), ended("OUT_OF_MEMORY"), ended("PREEMPTED"),
    ]

    private static let rows: [Row] = [
        Row(queue: .gone, record: nil, wasSubmitted: false, shown: .new, next: .submit(.new)),
        Row(queue: .unseen, record: nil, wasSubmitted: false, shown: .new, next: .submit(.new)),
        Row(queue: .gone, record: .interrupted, wasSubmitted: false, shown: .interrupted, next: .submit(.interrupted)),
        Row(queue: .gone, record: .running, wasSubmitted: false, shown: .elsewhere, next: .leave),
        Row(queue: .waiting, record: nil, shown: .waiting, next: .leave),
        Row(queue: .waiting, record: .interrupted, shown: .waiting, next: .leave),
        // Its node was lost, and it waits for another.
        Row(queue: .waiting, record: .running, shown: .waiting, next: .leave),
        // Asked for again with --retry-failed: nothing is submitted twice.
        Row(queue: .waiting, record: .failed, shown: .waiting, next: .leave, retried: .leave),
        Row(queue: .working, record: nil, shown: .working(isSilent: false), next: .leave),
        Row(queue: .working, record: .running, silent: 5, shown: .working(isSilent: false), next: .leave),
        Row(queue: .working, record: .running, silent: 121, shown: .working(isSilent: true), next: .leave),
        Row(queue: .working, record: .interrupted, shown: .working(isSilent: false), next: .leave),
        Row(queue: .gone, record: .interrupted, shown: .interrupted, next: .submit(.interrupted)),
        Row(queue: ended("FAILED"), record: .interrupted, shown: .interrupted, next: .submit(.interrupted)),
        Row(queue: ended("CANCELLED"), record: .interrupted, shown: .interrupted, next: .submit(.interrupted)),
        Row(queue: ended("CANCELLED"), record: nil, shown: .cancelled, next: .submit(.interrupted)),
        Row(queue: ended("FAILED", signal: 9), record: .running, shown: .outOfMemory, next: .leaveFailed, retried: .submit(.outOfMemory)),
        Row(queue: ended("FAILED", signal: 9), record: nil, shown: .outOfMemory, next: .leaveFailed, retried: .submit(.outOfMemory)),
        Row(queue: ended("OUT_OF_MEMORY"), record: .running, shown: .outOfMemory, next: .leaveFailed, retried: .submit(.outOfMemory)),
        Row(queue: ended("FAILED"), record: nil, shown: .lost, next: .submit(.lost)),
        Row(queue: ended("FAILED"), record: .running, shown: .lost, next: .submit(.lost)),
        Row(queue: ended("NODE_FAIL"), record: .running, shown: .lost, next: .submit(.lost)),
        Row(queue: ended("TIMEOUT"), record: .running, shown: .lost, next: .submit(.lost)),
        Row(queue: ended("COMPLETED"), record: nil, shown: .lost, next: .submit(.lost)),
        Row(queue: .gone, record: .running, shown: .lost, next: .submit(.lost)),
        Row(queue: .gone, record: nil, shown: .lost, next: .submit(.lost)),
        Row(queue: .gone, record: .failed, shown: .failed, next: .leaveFailed, retried: .submit(.failed)),
        Row(queue: ended("FAILED"), record: .diverged, shown: .diverged, next: .leaveFailed, retried: .submit(.failed)),
        Row(queue: .unseen, record: .running, silent: 3, shown: .working(isSilent: false), next: .leave),
        Row(queue: .unseen, record: nil, shown: .unknown, next: .leave),
        Row(queue: .unseen, record: .interrupted, shown: .interrupted, next: .submit(.interrupted)),
    ]

    @Test(arguments: rows) func theTable(row: Row) {
        let state = CellState(queue: row.queue, record: row.record, silentSeconds: row.silent, wasSubmitted: row.wasSubmitted)
        #expect(state == row.shown)
        #expect(NextStep(state) == row.next)
        if let retried = row.retried { #expect(NextStep(state, retriesFailed: true) == retried) }
    }

    /// Whatever the queue says, a finished run is finished.
    @Test(arguments: sights) func theRecordDecides(queue: QueueSight) {
        let state = CellState(queue: queue, record: .finished, wasSubmitted: true)
        #expect(state == .finished(hasGhost: queue == .waiting || queue == .working))
        #expect(NextStep(state, retriesFailed: true) == .leave)
    }

    /// Nothing is submitted while a job of the run is still to end.
    @Test(arguments: [nil, RunStatus.running, .failed, .interrupted, .diverged, .finished]) func nothingIsSubmittedTwice(record: RunStatus?) {
        for queue in [QueueSight.waiting, .working] {
            let state = CellState(queue: queue, record: record, silentSeconds: 1e6, wasSubmitted: true, wasHeldBack: true)
            #expect(NextStep(state, losses: 9, retriesFailed: true) == .leave)
        }
    }

    @Test func aRunThatIsLostAgainAndAgainIsGivenUp() {
        #expect((1...3).map { NextStep(.lost, losses: $0) } == Array(repeating: NextStep.submit(.lost), count: 3))
        #expect(NextStep(.lost, losses: 4) == .giveUp)
        #expect(NextStep(.lost, losses: 4, retriesFailed: true) == .submit(.failed))
    }

    @Test func memoryThatARunSaysWasMissingIsMemory() {
        let state = CellState(queue: .gone, record: .failed, reason: .outOfMemory, wasSubmitted: true)
        #expect(state == .outOfMemory)
        #expect(CellState(queue: .gone, record: .failed, reason: .outOfMemory, wasSubmitted: false) == .failed, "at home it was another memory")
    }

    @Test func aRunThatWasHeldBackIsSubmitted() {
        let state = CellState(queue: Self.ended("FAILED"), record: nil, wasSubmitted: true, wasHeldBack: true)
        #expect(state == .heldBack && NextStep(state) == .submit(.interrupted))
    }
}
