import Foundation
import SLTraining
import Testing

/// Processor time taken by others, with counters given by hand.
@Suite struct ForeignLoadTests {
    private func counters(_ wall: Double, own: Double, busy: Double, processors: Double = 2, group: (busy: Double, capacity: Double)? = nil) -> ProcessorCounters {
        ProcessorCounters(
            wallSeconds: wall, ownSeconds: own,
            shares: [.init(name: "machine", busySeconds: busy, capacity: processors)]
                + (group.map { [.init(name: "group /a", busySeconds: $0.busy, capacity: $0.capacity)] } ?? []))
    }

    /// A meter that is given one reading after the other.
    private func meter(_ readings: [ProcessorCounters?]) -> ForeignLoadMeter {
        var left = readings[...]
        return ForeignLoadMeter { left.popFirst() ?? nil }
    }

    @Test func othersAreWhatTheMachineDidBesides() {
        let meter = meter([counters(100, own: 5, busy: 1000), counters(110, own: 20, busy: 1019)])
        meter.resume()
        meter.resume()
        meter.pause()
        // 19 busy seconds, 15 of them its own, of 20 that two processors have.
        #expect(abs((meter.load.share ?? 0) - 0.2) < 1e-12)
    }

    /// What happens during evaluations does not count, however much it is.
    @Test func betweenStretchesNothingIsCounted() {
        let meter = meter([counters(0, own: 0, busy: 0), counters(1, own: 1, busy: 1), counters(50, own: 1, busy: 99), counters(51, own: 2, busy: 101)])
        meter.resume()
        meter.pause()
        meter.pause()
        meter.resume()
        meter.pause()
        #expect(meter.load.wallSeconds == 2 && abs((meter.load.share ?? 0) - 0.25) < 1e-12)
    }

    @Test func aStretchUnderWayIsInTheLoad() {
        let meter = meter([counters(0, own: 0, busy: 0), counters(1, own: 0, busy: 1), counters(2, own: 0, busy: 2)])
        meter.resume()
        #expect(meter.load.share == 0.5)
        meter.pause()
        #expect(meter.load.wallSeconds == 2, "looking at it did not end the stretch")
    }

    /// A group that pays for one processor of many: a sister takes half of it, while the machine hardly notices.
    @Test func aLimitedGroupIsLookedAtToo() {
        let meter = meter([
            counters(0, own: 0, busy: 0, processors: 64, group: (0, 1)), counters(10, own: 5, busy: 10, processors: 64, group: (10, 1)),
        ])
        meter.resume()
        meter.pause()
        #expect(abs((meter.load.share ?? 0) - 0.5) < 1e-12)
    }

    @Test func tooLittleTellsNothing() {
        let short = meter([counters(0, own: 0, busy: 0), counters(0.1, own: 0, busy: 0.2)])
        short.resume()
        short.pause()
        #expect(short.load.share == nil && ForeignLoad().share == nil)
        let blind = meter([nil, nil])
        blind.resume()
        blind.pause()
        #expect(blind.load.share == nil)
        let roundedDown = meter([counters(0, own: 0, busy: 0), counters(1, own: 1, busy: 0.99)])
        roundedDown.resume()
        roundedDown.pause()
        #expect(roundedDown.load.share == 0, "ticks behind the process's own clock are no negative share")
    }

    /// Over the processes of a run that went on from checkpoints, and with checkpoints of programs that didn't look.
    @Test func resumedRunsAddUp() throws {
        let first = ForeignLoad(wallSeconds: 10, foreignSeconds: 2, capacitySeconds: 20)
        let second = ForeignLoad(wallSeconds: 30, foreignSeconds: 30, capacitySeconds: 60)
        #expect((first + second).share == 0.4)
        var progress = RunProgress()
        progress.foreignLoad = first
        let again = try JSONDecoder().decode(RunProgress.self, from: JSONEncoder().encode(progress))
        #expect(again == progress)
        let text = String(decoding: try JSONEncoder().encode(RunProgress()), as: UTF8.self)
        let old = try JSONDecoder().decode(RunProgress.self, from: Data(text.utf8))
        #expect(!text.contains("foreign") && old.foreignLoad == nil)
    }

    private func place(_ files: [String: String]) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("processors-\(UUID().uuidString)")
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return folder
    }

    private static let stat = """
        cpu  900 0 300 5000 10 0 0 60 0 0
        cpu0 100 10 20 1000 5 3 2 15 7 0
        cpu1 200 0 30 1000 5 0 0 25 0 0
        cpu2 600 0 250 3000 0 0 0 20 0 0
        intr 5 4
        """

    @Test func onlyTheProcessorsItMayUseCount() throws {
        let folder = try place(["p/stat": Self.stat, "p/self/status": "Name:\tx\nCpus_allowed_list:\t0-1\n"])
        defer { try? FileManager.default.removeItem(at: folder) }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let found = try #require(ProcessorProbe(processes: folder.path + "/p", controlGroups: folder.path + "/none").counters(own: 1, wall: 2))
        // Idle, waiting and guests (which are in user) are not busy; what the host took is.
        #expect(found.shares == [.init(name: "machine", busySeconds: (150 + 255) / ticks, capacity: 2)])
        #expect(ProcessorProbe(processes: folder.path + "/nowhere").counters(own: 1, wall: 2) == nil)
        #expect(ProcessorProbe.processors(list: " 0-2,5") == [0, 1, 2, 5] && ProcessorProbe.processors(list: "x") == nil)
    }

    @Test func limitsOfControlGroupsAreRead() throws {
        let folder = try place([
            "p/stat": Self.stat, "p/self/cgroup": "0::/a/b\n2:cpu,cpuacct:/c\n", "g/a/b/cpu.max": "max 100000\n", "g/a/cpu.max": "150000 100000\n",
            "g/a/cpu.stat": "usage_usec 2500000\nuser_usec 1\n", "g/cpu/c/cpu.cfs_quota_us": "50000\n", "g/cpu/c/cpu.cfs_period_us": "100000\n",
            "g/cpuacct/c/cpuacct.usage": "3000000000\n",
        ])
        defer { try? FileManager.default.removeItem(at: folder) }
        let found = try #require(ProcessorProbe(processes: folder.path + "/p", controlGroups: folder.path + "/g").counters(own: 0, wall: 0))
        #expect(found.shares.dropFirst() == [
            .init(name: "group /a", busySeconds: 2.5, capacity: 1.5), .init(name: "group /c", busySeconds: 3, capacity: 0.5),
        ])
    }
}
