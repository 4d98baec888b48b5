import Foundation
import SLHarness
import SLSpec
import Synchronization
import Testing

/// Several runs at once, as shell scripts. A script's `$0` is its assignment; what it leaves lies beside that.
@Suite(.serialized) struct ParallelRunTests {
    /// Says how many are at work with it, and stays for a moment.
    private static let marks = #"touch "$0.on"; ls "$(dirname "$0")"/*.on | wc -l >> "$(dirname "$0")/seen"; "#

    /// Leaves when it is told to, and in the end by itself.
    private static let patient = #"trap "touch $0.told; exit 75" TERM; i=0; while [ $i -lt 200 ]; do sleep 0.05; i=$((i + 1)); done"#
    /// Whether the script is the first of its sweep.
    private static let isFirst = #"mkdir "$(dirname "$0")/first" 2> /dev/null"#

    private struct Course {
        var outcome: SweepOutcome?
        var error: (any Error)?
        let ledger: FakeLedger
        var said = ""
        /// How many were at work, by each that began.
        var seen: [Int] = []
    }

    private func sweep(
        _ script: String, seeds: UInt64 = 4, jobs: Int = 2, memory: MemoryGuard = MemoryGuard(threads: 2, availableBytes: { nil }),
        maxFailures: Int? = nil, kills: @escaping @Sendable (URL) -> Int? = { _ in 0 }, stop: @escaping (URL) -> Int = { _ in 0 },
        ledger: FakeLedger = FakeLedger(), planned: FakeLedger = FakeLedger(), inspect: (URL) throws -> Void = { _ in }
    ) throws -> Course {
        var course = Course(ledger: ledger)
        let said = Mutex("")
        try inFolder { folder in
            let plan = try Sample.plan((1...seeds).map { try Sample.spec("full_rank", seed: $0) }, planned)
            let runner = SweepRunner(
                launcher: CellLauncher(executable: URL(filePath: "/bin/sh"), arguments: ["-c", Self.marks + script], folder: folder),
                ledger: ledger, memory: memory, jobs: jobs,
                assignment: { cell in
                    CellAssignment(spec: cell.spec, data: cell.data, dataDirectory: "", database: folder.path, sweep: "s", threads: 2)
                }, outOfMemoryKills: { kills(folder) }, stopRequests: { stop(folder) }, maxFailures: maxFailures, clock: { 0 })
            var display = ProgressDisplay(terminal: { Terminal(isInteractive: false, hasColor: false) }, clock: { 0 }) { text in
                said.withLock { $0 += text }
            }
            do { course.outcome = try runner.run(plan, display: &display) } catch { course.error = error }
            let seen = try? String(contentsOf: folder.appending(path: "seen"), encoding: .utf8)
            course.seen = (seen ?? "").split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
            try inspect(folder)
        }
        course.said = said.withLock { $0 }
        return course
    }

    private static func count(_ folder: URL, _ ending: String) -> Int {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).count { $0.hasSuffix(ending) }
    }

    @Test(arguments: [1, 2, 3]) func soManyAtATime(jobs: Int) throws {
        let course = try sweep(#"sleep 0.3; rm "$0.on"; exit 1"#, seeds: 5, jobs: jobs)
        #expect(course.outcome?.failed == 5)
        #expect(course.seen.count == 5 && course.seen.max() == jobs, "\(course.seen)")
        #expect(course.said.contains("[5/5]"))
    }

    /// Room for one and a half: never two, and nobody is refused.
    @Test func aRunWaitsForMemory() throws {
        let cell = try #require(try Sample.plan([Sample.spec("full_rank")]).cells.first)
        let needed = MemoryGuard(threads: 2).neededBytes(cell)
        let memory = MemoryGuard(threads: 2, availableBytes: { needed + needed / 2 }, residentBytes: { _ in 0 })
        let course = try sweep(#"sleep 0.1; rm "$0.on"; exit 75"#, seeds: 3, jobs: 3, memory: memory)
        #expect(course.outcome?.interrupted == 3 && course.seen == [1, 1, 1])
        #expect(course.said.contains("[2/3] tiny full_rank seed 2: waits for memory"))
    }

    /// What a run at work holds already is promised no second time.
    @Test func memoryThatIsHeldIsNotPromised() throws {
        let cell = try #require(try Sample.plan([Sample.spec("full_rank")]).cells.first)
        let needed = MemoryGuard(threads: 2).neededBytes(cell)
        let memory = MemoryGuard(threads: 2, availableBytes: { needed + needed / 2 }, residentBytes: { _ in nil })
        #expect(memory.fits(cell, beside: [(cell, needed)]) && memory.fits(cell, beside: [(cell, needed / 2)]))
        #expect(!memory.fits(cell, beside: [(cell, needed / 4)]) && !memory.fits(cell, beside: [(cell, needed), (cell, 0)]))
        let small = MemoryGuard(threads: 2, availableBytes: { needed / 2 })
        #expect(small.refusal(cell) != nil && small.refusal(cell, freedAtLast: needed) == nil)
    }

    @Test func aStopIsForAll() throws {
        let course = try sweep(Self.patient, stop: { Self.count($0, ".on") >= 2 ? 1 : 0 })
        #expect(course.outcome?.interrupted == 2 && course.outcome?.open == 2 && course.seen.count == 2)
    }

    @Test func aSecondStopIsAtOnce() throws {
        let course = try sweep(#"trap "" TERM; "# + Self.patient.replacing("trap", with: ": "), seeds: 3, stop: { Self.count($0, ".on") >= 2 ? 2 : 0 })
        #expect(course.outcome?.interrupted == 2 && course.outcome?.open == 1)
    }

    @Test func tooManyFailuresLetTheOthersFinish() throws {
        let script = "if \(Self.isFirst); then sleep 0.1; else sleep 0.8; fi; exit 1"
        let course = try sweep(script, maxFailures: 1)
        #expect(course.outcome?.failed == 2 && course.outcome?.open == 2, "\(course.said)")
        #expect(course.said.contains("no other is started (--max-failures 1)"))
    }

    /// The kernel killed one and says so; the other was killed by somebody else.
    @Test func oneKillOfTheKernelIsOneRun() throws {
        let script = #"while [ $(ls "$(dirname "$0")" | grep -c "\.on") -lt 2 ]; do sleep 0.02; done; touch "$(dirname "$0")/killed"; kill -9 $$"#
        let course = try sweep(script, seeds: 2, kills: { Self.count($0, "killed") })
        let reasons = course.ledger.entries.withLock { $0.values.compactMap(\.failure?.reason) }
        #expect(reasons.count == 2 && Set(reasons) == [.outOfMemory, .crashed], "\(reasons)")
    }

    /// A child must not hold the other's pipes: that one would never learn that the sweep is gone.
    @Test func childrenInheritNothing() throws {
        let script = #"ls -l /proc/$$/fd > "$0.pipes"; sleep 0.3; exit 75"#
        let inspect = { (folder: URL) in
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".pipes") }
            #expect(files.count == 4)
            for file in files {
                let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
                #expect(text.split(separator: "\n").count { $0.contains("pipe:") } == 2, "more than stdin and stdout: \(text)")
            }
        }
        _ = try sweep(script, jobs: 4, inspect: inspect)
    }

    @Test func whatCanNotBeRecordedStopsAll() throws {
        let ledger = FakeLedger()
        let script = "if \(Self.isFirst); then sleep 1; exit 1; else \(Self.patient); fi"
        let breaking = { (folder: URL) in
            if Self.count(folder, ".on") >= 2 { ledger.isBroken.store(true, ordering: .relaxed) }
            return 0
        }
        let course = try sweep(script, stop: breaking, ledger: ledger, inspect: { #expect(Self.count($0, ".told") == 1) })
        #expect(course.error is FileError && course.seen.count == 2)
    }

    /// Another sweep on the same database was faster.
    @Test func whatAnotherProcessFinishedIsLeftAlone() throws {
        let keys = try (1...3).map { try Sample.spec("full_rank", seed: $0).runKey() }
        let course = try sweep("exit 75", seeds: 3, ledger: FakeLedger([keys[0]: .finished, keys[1]: .running]))
        #expect(course.outcome?.alreadyDone == 1 && course.outcome?.open == 1 && course.outcome?.interrupted == 1)
        #expect(course.seen.count == 1)
    }
}
