import Glibc

/// What a program printed that was run for it, and how it ended.
public struct ChildOutput: Sendable, Hashable {
    /// `nil` when it took longer than it was given, and was ended.
    public var end: ChildProcess.End?
    public var output: String
    /// What it wrote to stderr.
    public var talk: String

    public init(end: ChildProcess.End?, output: String, talk: String) {
        self.end = end
        self.output = output
        self.talk = talk
    }

    /// More than this of what it prints is read and thrown away.
    private static let most = 256 << 20

    /// Runs a program to its end, with nothing on its stdin.
    ///
    /// - Parameters:
    ///   - environment: `NAME=VALUE` each.
    ///   - seconds: after which it is ended, and all that it started.
    ///   - goesOn: asked a few times a second; it is ended when the answer is no.
    public static func of(
        _ executable: String, _ arguments: [String], environment: [String], seconds: Double, while goesOn: () -> Bool = { true }
    ) throws(ChildProcess.StartError) -> ChildOutput {
        let nothing = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard nothing >= 0 else { throw ChildProcess.StartError(errno) }
        var held = [nothing]
        defer { for end in held { close(end) } }
        let output = try PipeEnds()
        held += [output.reading, output.writing]
        let talk = try PipeEnds()
        held += [talk.reading, talk.writing]
        let process = try ChildProcess(
            executable: executable, arguments: arguments, environment: environment, streams: (nothing, output.writing, talk.writing), leadsGroup: true)
        // Only the program writes; these ends must be closed for the pipes to end with it.
        for end in [output.writing, talk.writing] { close(end) }
        held = [nothing, output.reading, talk.reading]
        var read = [output.reading, talk.reading].map { Reading(descriptor: $0) }
        let deadline = ContinuousClock.now + .seconds(seconds)
        // A grandchild may hold a pipe for ever: the program's own end is what is waited for.
        while process.end() == nil, ContinuousClock.now < deadline, goesOn() { Self.take(&read, milliseconds: 50) }
        let end = process.end()
        process.endGroup()
        Self.take(&read, milliseconds: 0)
        let texts = read.map { String(decoding: $0.bytes, as: UTF8.self) }
        return ChildOutput(end: end, output: texts[0], talk: texts[1])
    }

    private struct Reading {
        let descriptor: Int32
        var bytes: [UInt8] = []
        var isAtEnd = false

        init(descriptor: Int32) {
            self.descriptor = descriptor
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
    }

    /// Reads what is there, and waits for something no longer than so.
    private static func take(_ readings: inout [Reading], milliseconds: Int32) {
        var asked = readings.map { pollfd(fd: $0.isAtEnd ? -1 : $0.descriptor, events: Int16(POLLIN), revents: 0) }
        _ = unsafe poll(&asked, nfds_t(asked.count), readings.allSatisfy(\.isAtEnd) ? min(milliseconds, 5) : milliseconds)
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        for index in readings.indices where !readings[index].isAtEnd {
            while true {
                let count = unsafe read(readings[index].descriptor, &piece, piece.count)
                if count > 0 {
                    if readings[index].bytes.count < most { readings[index].bytes += piece[..<count] }
                } else if count == 0 {
                    readings[index].isAtEnd = true
                    break
                } else if errno != EINTR {
                    break
                }
            }
        }
    }
}
