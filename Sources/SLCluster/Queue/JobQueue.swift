import Foundation

/// The user's jobs, those included that ended a short while ago: Slurm forgets them after some minutes.
public struct JobQueue: Sendable {
    public var entries: [JobID: QueueEntry]

    public init(_ entries: [QueueEntry]) { self.entries = Dictionary(entries.map { ($0.id, $0) }, uniquingKeysWith: { $1 }) }

    /// Looks once.
    ///
    /// `squeue` prints how a job ended and not by which signal, so the controller is asked for those that a signal may have ended: those that failed for
    /// another reason than an exit code, whatever a version calls it.
    ///
    /// - Parameters:
    ///   - user: whose jobs.
    ///   - isOurs: whether a job's end matters here.
    public init(_ commands: any ClusterCommands, user: String, seconds: Double = 30, isOurs: (QueueEntry) -> Bool) throws(ClusterError) {
        let text = try commands.run("squeue", ["-h", "-r", "-t", "all", "-u", user, "-o", QueueEntry.format], seconds: seconds)
        var entries = Self.entries(text)
        for index in entries.indices where entries[index].state.word == "FAILED" && entries[index].reason != "NonZeroExitCode" && isOurs(entries[index]) {
            let answer = try? commands.run("scontrol", ["-o", "show", "job", entries[index].id.description], seconds: seconds)
            entries[index].signal = answer.flatMap { Self.signal(inJob: $0) }
        }
        self.init(entries)
    }

    package static func entries(_ text: String) -> [QueueEntry] { text.split(whereSeparator: \.isNewline).compactMap { QueueEntry(line: $0) } }

    /// 9 of `… ExitCode=0:9 …`; `nil` for a job that ended by itself.
    package static func signal(inJob text: String) -> Int? {
        guard let code = text.split(whereSeparator: \.isWhitespace).first(where: { $0.hasPrefix("ExitCode=") }) else { return nil }
        return code.split(separator: ":").last.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// An array's number by the comment that it was submitted with.
    public func job(withComment comment: String) -> Int? { entries.values.first { $0.comment == comment }?.id.job }
}
