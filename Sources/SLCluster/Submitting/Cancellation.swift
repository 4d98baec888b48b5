import Foundation

/// Takes jobs back.
public struct Cancellation: Sendable {
    public var commands: any ClusterCommands

    public init(commands: any ClusterCommands) { self.commands = commands }

    /// As many as a command line surely takes.
    private static let most = 200

    /// Waiting jobs are gone. Jobs at work are told to save themselves and to end, without a clock that runs: then they are gone too, since nobody
    /// asks for them again.
    ///
    /// - Parameter atOnce: jobs at work are told by the cluster's own signal, and killed when its patience is over.
    /// - Throws: ``ClusterError`` when the cluster does not take it. A job that has ended meanwhile is no error.
    public func cancel(waiting: [JobID], working: [JobID], atOnce: Bool) throws(ClusterError) {
        // One that has begun meanwhile is told like the others.
        try send(["--state=PENDING"], to: waiting)
        if atOnce {
            try send([], to: waiting + working)
        } else {
            try send(["--state=RUNNING", "--batch", "--signal=USR2"], to: waiting + working)
        }
    }

    private func send(_ options: [String], to jobs: [JobID]) throws(ClusterError) {
        for start in stride(from: 0, to: jobs.count, by: Self.most) {
            let names = jobs[start..<min(start + Self.most, jobs.count)].map(\.description)
            do {
                _ = try commands.run("scancel", options + names, seconds: 60)
            } catch {
                guard Self.isTooLate(error.problem) else { throw error }
            }
        }
    }

    /// Of several jobs all are tried, whatever is said of one.
    package static func isTooLate(_ words: String) -> Bool {
        words.split(separator: ";").allSatisfy { line in
            ["already completing or completed", "Invalid job id", "Job/step already"].contains { line.localizedCaseInsensitiveContains($0) }
        }
    }
}
