import Foundation
import SLSystem
import Testing

@Suite struct WritingTests {
    private func write(_ text: String, to descriptor: Int32, while goesOn: (Int32) -> Bool = { _ in true }) -> Int32 {
        DescriptorWriting.write(text, to: descriptor, while: goesOn)
    }

    @Test func whatCannotBeWrittenIsACodeAndNoEnd() throws {
        signal(SIGPIPE, SIG_IGN)
        #expect(write("", to: -1) == 0)
        #expect(write("words", to: -1) == EBADF)
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        #expect(write("words", to: full) == ENOSPC)
        // What stands in the place of a stream that was closed at the start.
        let reading = open("/dev/null", O_RDONLY)
        defer { close(reading) }
        #expect(write("words", to: reading) == EBADF)
        let ends = try PipeEnds()
        close(ends.reading)
        #expect(write("words", to: ends.writing) == EPIPE)
        close(ends.writing)
    }

    @Test func aReaderThatReadsNothingIsNotWaitedForForEver() throws {
        let ends = try PipeEnds()
        defer { ends.close() }
        let long = String(repeating: "x", count: 1 << 20)
        var looks = 0
        #expect(write(long, to: ends.writing) { _ in
            looks += 1
            return looks < 3
        } == EAGAIN)
        #expect(looks == 3)
    }

    @Test func longTextsComeWhole() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "slbench-writing-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let descriptor = open(file.path, O_WRONLY | O_CREAT, 0o600)
        let text = (0..<20_000).map { "line \($0) ä\n" }.joined()
        #expect(write(text, to: descriptor) == 0)
        close(descriptor)
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }
}
