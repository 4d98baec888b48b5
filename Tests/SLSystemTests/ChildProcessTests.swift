import Foundation
import SLSystem
import Testing

@Suite(.serialized) struct ChildProcessTests {
    private func child(_ script: String, output: Int32 = 1, leadsGroup: Bool = false) throws -> ChildProcess {
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nothing) }
        return try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH=/usr/bin:/bin", "WORD=given"],
            streams: (nothing, output == 1 ? nothing : output, nothing), leadsGroup: leadsGroup)
    }

    @Test func endsAreTold() throws {
        #expect(try child("exit 7").wait(atMost: 60) == .status(7))
        #expect(try child("kill -9 $$").wait(atMost: 60) == .signal(SIGKILL))
        #expect(try child("test \"$WORD\" = given").wait(atMost: 60) == .status(0))
        #expect(throws: ChildProcess.StartError.self) {
            try ChildProcess(executable: "/nonexistent/program", arguments: [], environment: [], streams: (0, 1, 2))
        }
    }

    /// A grandchild that lives on and holds every stream keeps nobody waiting, and goes with its group.
    @Test func aGrandchildThatHangsHoldsNothingUp() throws {
        let ends = try PipeEnds()
        defer { close(ends.reading) }
        let process = try child("sleep 1000 & echo $!; exit 3", output: ends.writing, leadsGroup: true)
        close(ends.writing)
        #expect(process.wait(atMost: 60) == .status(3))
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = read(ends.reading, &bytes, bytes.count)
        let grandchild = try #require(pid_t(String(decoding: bytes[..<max(0, count)], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(grandchild, 0) == 0)
        process.endGroup()
        // Its end of the pipe is closed by its death: the read ends.
        #expect(read(ends.reading, &bytes, bytes.count) == 0)
    }

    @Test func waitsHaveALimit() throws {
        let process = try child("trap '' TERM INT; while :; do sleep 1; done", leadsGroup: true)
        #expect(process.wait(atMost: 0.05) == nil)
        #expect(process.wait(atMost: 1000) { false } == nil)
        process.endGroup()
        #expect(process.end() == .signal(SIGKILL))
        process.send(SIGKILL)
    }

    /// What this process ignores or blocks is not ignored by what it starts, and none of its files is theirs.
    @Test func childrenStartAfresh() throws {
        signal(SIGPIPE, SIG_IGN)
        let leaked = open("/dev/null", O_RDONLY)
        defer { close(leaked) }
        // Two signals are the C library's own; it has children ignore them until they have threads.
        let script = "grep -q '^SigIgn:.*0\\{7\\}[01][08]0\\{7\\}$' /proc/self/status || exit 1; test ! -e /proc/self/fd/\(leaked) || exit 2"
        // sh opens nothing of its own at a number that high.
        let high = fcntl(leaked, F_DUPFD, 200)
        defer { close(high) }
        #expect(try child(script.replacing("/fd/\(leaked)", with: "/fd/\(high)")).wait(atMost: 60) == .status(0))
    }
}
