import Foundation
import SLHarness
import SLSpec
import Testing

@Suite struct ProbeTests {
    @Test func theMachineIsKnown() {
        #expect(MachineProbe.usableCores >= 1)
        #expect(MachineProbe.memoryBytes > 100_000_000)
        #expect(!MachineProbe.cpu.isEmpty && !MachineProbe.host.isEmpty && !MachineProbe.operatingSystem.isEmpty)
        #expect((MachineProbe.freeDiskBytes(at: "/tmp/not/there/yet") ?? 0) > 0)
    }

    /// The least of what the machine has free and what the control group leaves.
    @Test func memoryIsReadFromTheKernelsFiles() throws {
        try inFolder { folder in
            try "MemTotal: 1000 kB\nMemAvailable: 400 kB\n".write(to: folder.appending(path: "meminfo"), atomically: true, encoding: .utf8)
            let probe = MemoryProbe(processes: folder.path, controlGroups: folder.appending(path: "none").path)
            #expect(probe.totalBytes == 1_024_000)
            #expect(probe.availableBytes == 409_600)
            #expect(MemoryProbe(processes: "/nowhere", controlGroups: "/nowhere").availableBytes == nil)
        }
    }

    @Test func durationsReadWell() {
        #expect(DurationText.clock(42) == "42 s")
        #expect(DurationText.clock(200) == "3:20")
        #expect(DurationText.clock(3870) == "1:04:30")
        #expect(DurationText.clock(.nan) == "?")
    }

    @Test func ordersAndProgressSurviveTheirFiles() throws {
        let order = CellAssignment(spec: try Sample.spec("sltrain"), data: .init(), dataDirectory: "d", database: "b", sweep: "s", threads: 2)
        try inFolder { folder in
            let file = folder.appending(path: "order.json")
            try order.write(to: file)
            let again = try CellAssignment(contentsOf: file)
            #expect(try again.spec.runKey() == order.spec.runKey())
            try Data("{".utf8).write(to: file)
            #expect(throws: (any Error).self) { try CellAssignment(contentsOf: file) }
        }
    }
}
