import Foundation
import SLCluster
import SLHarness
import SLSpec
import SLStore

/// A sweep on a cluster: its jobs in the queue, and what its runs recorded.
struct ClusterSession {
    let name: String
    /// The database.
    let path: String
    var commands: any ClusterCommands = SlurmCommands()

    var runs: RunsFolder { RunsFolder(database: path) }

    var history: SubmissionHistory { SubmissionHistory(sweep: name, runs: runs.url) }

    /// Whether anything of it was ever submitted.
    var isOnCluster: Bool { FileManager.default.fileExists(atPath: history.folder.path) }

    /// Begins every job's comment, so that the sweep's jobs are told from others.
    static let tokenPrefix = "slbench "

    /// The queue is looked at before the records: what had ended by then has recorded how.
    ///
    /// - Parameter seconds: how long each answer is waited for.
    func queue(seconds: Double = 30) throws(ClusterError) -> JobQueue {
        try JobQueue(commands, user: String(getuid()), seconds: seconds) { $0.comment.hasPrefix(Self.tokenPrefix) }
    }

    /// Where runs are at work, or will be, nobody else begins them. A queue that can't be seen keeps nobody from working at home.
    ///
    /// - Throws: `FileError` while jobs of the sweep are queued.
    func refuseWhileQueued() throws {
        guard isOnCluster, let queue = try? queue(seconds: 20) else { return }
        let open = Set(history.entries().values.joined().compactMap(\.id)).compactMap { queue.entries[$0] }.filter { $0.state.phase != .ended }
        guard !open.isEmpty else { return }
        throw FileError(
            file: path, problem: "\(open.count) \(open.count == 1 ? "job" : "jobs") of the sweep '\(name)' \(open.count == 1 ? "is" : "are") queued or at work on a cluster",
            fix: "--on slurm submits what is missing; `slbench cancel \(name)` takes them back")
    }

    /// Queue and records at this moment. What the runs recorded is taken over first; where that or the queue is not to be had, what is known is
    /// said all the same.
    func look(_ collector: Collector) throws -> ClusterView {
        var seen: JobQueue?
        do throws(ClusterError) {
            seen = try queue(seconds: 20)
        } catch {
            Talk.say("the queue can't be seen, so the records speak alone: \(error.command): \(error.problem)")
        }
        collect(collector)
        var history = history
        if let seen { try? history.recognize(seen) }
        return view(try Stores.reading(path).standing(sweep: name), history, seen)
    }

    /// Takes over what the runs recorded by now.
    func collect(_ collector: Collector) {
        do {
            let isKnown = FileManager.default.fileExists(atPath: path) && (try? ResultStore(readOnlyPath: path).sweepNames().contains(name)) == true
            // A database that was lost has its runs' folders yet.
            let outcome = try collector.collect(sweep: isKnown ? name : nil)
            for words in outcome.unusable { Talk.say("not used: \(words)") }
            for words in outcome.disagreements { Talk.say("DISAGREEMENT: \(words)") }
        } catch {
            Talk.say("what the runs recorded can't be taken over: \(ErrorPresentation.words(error))")
        }
    }

    /// What the cluster and the records say together.
    func view(_ runs: [RunStanding], _ history: SubmissionHistory, _ queue: JobQueue?) -> ClusterView {
        func exists(_ mark: URL) -> Bool { FileManager.default.fileExists(atPath: mark.path) }
        return ClusterView(
            runs, history: history, queue: queue, wasHeldBack: { exists($0.folder.heldMark($0.task.runID)) },
            hasFailed: { exists($0.folder.failedMark($0.task.runID)) })
    }
}
