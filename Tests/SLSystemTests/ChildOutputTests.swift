import Foundation
import SLSystem
import Testing

/// Programs that are run for what they print.
struct ChildOutputTests {
    private func run(_ script: String, seconds: Double = 30, while goesOn: () -> Bool = { true }) throws -> ChildOutput {
        try ChildOutput.of("/bin/sh", ["-c", script], environment: ["PATH=/usr/bin:/bin"], seconds: seconds, while: goesOn)
    }

    @Test func bothStreamsAreRead() throws {
        #expect(try run("echo out; echo err >&2; exit 3") == ChildOutput(end: .status(3), output: "out\n", talk: "err\n"))
    }

    /// More than a pipe holds, on both at once.
    @Test func muchIsRead() throws {
        let result = try run("head -c 3000000 /dev/zero | tr '\\0' a; head -c 2000000 /dev/zero | tr '\\0' b >&2")
        #expect(result.end == .status(0) && result.output.utf8.count == 3_000_000 && result.talk.utf8.count == 2_000_000)
    }

    @Test func thereIsNothingToRead() throws { #expect(try run("cat; echo end").output == "end\n") }

    /// What takes too long is ended with all that it started, and what it said until then is kept.
    @Test func patienceEnds() throws {
        let result = try run("echo begun; sleep 600 & sleep 600", seconds: 0.5)
        #expect(result.end == nil && result.output == "begun\n")
        #expect(try run("sleep 600", while: { false }).end == nil)
    }

    /// A grandchild that holds the pipe is nobody's concern.
    @Test func grandchildrenAreNotWaitedFor() throws {
        #expect(try run("sleep 600 & echo done").output == "done\n")
    }

    @Test func whatCannotBeStartedSaysSo() {
        #expect(throws: ChildProcess.StartError.self) { try ChildOutput.of("/no/such/program", [], environment: [], seconds: 1) }
    }

    @Test func programsAreFoundOnThePath() throws {
        #expect(SearchPath.find("sh", path: "/nowhere:/bin")?.path == "/bin/sh")
        #expect(SearchPath.find("no-such-program-at-all") == nil)
        #expect(SearchPath.find("bin", path: "/usr") == nil, "a folder is no program")
    }
}
