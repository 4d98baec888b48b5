import Foundation
import SLSystem
import Testing

@Suite struct SurroundingsTests {
    @Test func anEmptyVariableIsNotSet() throws {
        #expect(EnvironmentVariable.value("A", in: ["A": ""]) == nil)
        #expect(EnvironmentVariable.value("A", in: ["A": "x"]) == "x")
        #expect(try EnvironmentVariable.wholeNumber("A", 1...9, in: ["A": ""]) == nil)
        #expect(try EnvironmentVariable.wholeNumber("A", 1...9, in: [:]) == nil)
        #expect(try EnvironmentVariable.wholeNumber("A", 1...9, in: ["A": " 9 "]) == 9)
    }

    @Test(arguments: ["-3", "0", "10", "abc", "1e9", "2.0", "99999999999999999999", "0x2"])
    func numbersOutOfRangeAreNamed(value: String) {
        #expect {
            try EnvironmentVariable.wholeNumber("SLBENCH_THREADS", 1...9, in: ["SLBENCH_THREADS": value])
        } throws: {
            "\($0)".contains("SLBENCH_THREADS='\(value)'") && "\($0)".contains("from 1 to 9")
        }
    }

    @Test func homeIsWhatTheVariableSays() throws {
        #expect(try HomeFolder.expanded("~", in: ["HOME": "/h"]) == "/h")
        #expect(try HomeFolder.expanded("~/a/b", in: ["HOME": "/h"]) == "/h/a/b")
        #expect(try HomeFolder.expanded("a/~", in: ["HOME": "/h"]) == "a/~")
        let own = try #require(HomeFolder.own(in: ["HOME": ""]))
        #expect(own.hasPrefix("/") && HomeFolder.own(in: [:]) == own, "the list of users speaks where HOME is empty")
        #expect(try HomeFolder.expanded("~root/x", in: ["HOME": "/h"]).hasSuffix("/x"))
        #expect(throws: HomeFolder.Problem.self) { try HomeFolder.expanded("~no-such-user/x", in: ["HOME": "/h"]) }
    }

    @Test func aScratchFolderIsFoundWhereOneCanBeMade() throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "slbench-scratch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let named = try #require(ScratchFolder(prefix: "x", environment: ["TMPDIR": place.path]))
        #expect(named.url.deletingLastPathComponent().path == place.path)
        named.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
        // A place that is no folder is passed over.
        let other = try #require(ScratchFolder(prefix: "x", environment: ["TMPDIR": "/dev/null"]))
        #expect(!other.url.path.hasPrefix("/dev"))
        other.remove()
    }

    @Test func limitsAreRead() {
        let limits = ProcessLimits.current()
        #expect((limits.openFiles ?? .max) > 0)
        #expect((limits.addressRoom ?? .max) >= 0 && (limits.taskRoom ?? .max) >= 0)
    }
}
