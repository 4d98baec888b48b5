import SLHarness
import SLSpec
import Testing

/// What a sweep takes on the disk, and that nothing begins when it is not there.
@Suite struct DiskTests {
    private func plan(_ policy: CheckpointPolicy, _ count: UInt64 = 3) throws -> SweepPlan {
        try Sample.plan((1...count).map { try Sample.spec("full_rank", seed: $0) }, checkpoint: policy)
    }

    @Test func thePolicyDecides() throws {
        let cell = try #require(try plan(CheckpointPolicy(keep: 2, final: .weights)).cells.first)
        // Weights and two moments, in fp32.
        #expect(cell.disk.checkpointBytes > 12 * cell.totalParameters && cell.disk.checkpoints == 3)
        #expect(cell.disk.weightsBytes > 4 * cell.totalParameters && cell.disk.weightsBytes < cell.disk.checkpointBytes)
        #expect(cell.disk.peakBytes == 3 * cell.disk.checkpointBytes + cell.disk.keptBytes)
        let little = try #require(try plan(CheckpointPolicy(everyMinutes: nil, keep: 2, final: .none)).cells.first)
        #expect(little.disk.checkpoints == 1 && little.disk.weightsBytes == 0)
    }

    @Test func jobsHaveTheirCheckpointsAtOnce() throws {
        let plan = try plan(CheckpointPolicy(keep: 1), 4)
        let one = try #require(plan.cells.first).disk
        let need = plan.diskNeed(jobs: 2)
        #expect(need.checkpointBytes == 2 * 2 * one.checkpointBytes)
        #expect(need.weightsBytes == 4 * one.weightsBytes && need.recordBytes == 4 * one.recordBytes)
        #expect(plan.diskNeed(jobs: 9).checkpointBytes == 4 * 2 * one.checkpointBytes)
        // A checkpoint that is there needs no room again.
        #expect(plan.diskNeed(jobs: 1, existingBytes: { _ in one.checkpointBytes }).checkpointBytes == one.checkpointBytes)
    }

    @Test func tooLittleDiskIsSaidBeforeTheStart() throws {
        let plan = try plan(CheckpointPolicy())
        let need = plan.diskNeed(jobs: 2).total
        try DiskGuard(jobs: 2, freeBytes: { need }).check(plan, place: "results")
        try DiskGuard(jobs: 2, freeBytes: { nil }).check(plan, place: "results")
        do {
            try DiskGuard(jobs: 2, freeBytes: { need - 1 }).check(plan, place: "results")
            Issue.record("no error")
        } catch {
            #expect(error.file == "results" && error.problem.contains("2 runs side by side") && error.problem.contains("are free"))
            #expect(error.fix?.contains("fewer --jobs") == true)
        }
        // What is done needs nothing.
        let done = Dictionary(uniqueKeysWithValues: plan.cells.map { ($0.runKey, RunStatus.finished) })
        let rest = try Sample.plan(plan.cells.map(\.spec), FakeLedger(done))
        try DiskGuard(jobs: 2, freeBytes: { 0 }).check(rest, place: "results")
    }
}
