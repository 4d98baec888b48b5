import SLHarness
import SLSpec
import SLSystem
import Testing

@Suite struct LimitGuardTests {
    private func problem(_ limits: ProcessLimits, threads: Int = 1, jobs: Int = 1) -> String? {
        do {
            try LimitGuard(limits: limits).check(threads: threads, jobs: jobs)
            return nil
        } catch {
            return "\(error.file): \(error.problem); \(error.fix ?? "")"
        }
    }

    @Test func withoutLimitsEverythingPasses() {
        #expect(problem(ProcessLimits(), threads: 1024, jobs: 1024) == nil)
    }

    @Test func everyLimitIsNamedWithWhatIsNeeded() throws {
        let files = try #require(problem(ProcessLimits(openFiles: 16)))
        #expect(files.contains("ulimit -n") && files.contains("16") && files.contains("70 are needed"))
        let space = try #require(problem(ProcessLimits(addressRoom: 100_000_000, addressSpace: 409_600_000)))
        #expect(space.contains("ulimit -v") && space.contains("100 MB left, of 409 MB in all") && space.contains("198 MB for 1 thread"))
        #expect(try #require(problem(ProcessLimits(taskRoom: 3))).contains("pids.max"))
        #expect(try #require(problem(ProcessLimits(fileBytes: 1000))).contains("ulimit -f"))
    }

    @Test func moreThreadsAndRunsNeedMore() {
        let space = ProcessLimits(addressRoom: 300_000_000)
        #expect(problem(space, threads: 1) == nil && problem(space, threads: 2) != nil)
        let files = ProcessLimits(openFiles: 128)
        #expect(problem(files, jobs: 8) == nil && problem(files, jobs: 64) != nil)
        let tasks = ProcessLimits(taskRoom: 20)
        #expect(problem(tasks, threads: 2) == nil && problem(tasks, threads: 2, jobs: 4) != nil && problem(tasks, threads: 32) != nil)
    }

    @Test func aRunThatTheAddressSpaceCannotHoldIsRefused() throws {
        let plan = try Sample.plan([try Sample.spec("full_rank")])
        let cell = try #require(plan.cells.first)
        var memory = MemoryGuard(threads: 1, availableBytes: { nil })
        #expect(memory.refusal(cell) == nil)
        memory.addressRoomBytes = cell.memory.total
        #expect(memory.refusal(cell) == nil)
        memory.addressRoomBytes = cell.memory.total - 1
        #expect(memory.refusal(cell)?.contains("ulimit -v") == true)
    }
}
