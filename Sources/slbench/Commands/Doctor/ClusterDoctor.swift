import ArgumentParser
import Foundation
import SLCluster
import SLHarness
import SLNumerics
import SLSpec
import SLSystem

/// Has a job of a cluster look at its node, and waits for what it finds.
struct ClusterDoctor {
    let spec: SlurmSpec
    /// Of a job; what starts it in the batch script.
    let ranks: Int
    let template: String?
    /// The database beside which runs would record.
    let database: String
    let cores: Int
    /// Seconds that the job is waited for.
    let patience: Double
    var commands: any ClusterCommands = SlurmCommands()

    /// Seconds between two lines that say nothing new, between two looks at the queue, and between two at the file.
    private static let (sayEvery, askEvery, lookEvery) = (15.0, 3.0, 0.25)

    /// - Throws: `ClusterError` when the cluster does not take the job, or it ends without a word; `ExitCode` 75 when it has not begun in time: then it is
    ///   taken back.
    func run() throws -> NodeInspection {
        let facts = try ClusterFacts(commands, partition: spec.partition)
        let place = RunsFolder(database: database).url.appending(path: "doctor-\(UUID().uuidString.prefix(8).lowercased())")
        let folder = SubmissionFolder(url: place)
        defer { try? FileManager.default.removeItem(at: place) }
        try script().write(to: folder.script)
        let submitter = Submitter(commands: commands, spec: spec, sweep: "doctor", folder: folder, facts: facts)
        let file = place.appending(path: "node.json")
        StopFlag.raise()
        let job = try submitter.submitInspection(file, token: "\(ClusterSession.tokenPrefix)doctor", cores: cores).job
        Talk.say("job \(job) on \(facts.partitions.joined(separator: ", ")): waiting for it up to \(DurationText.words(patience))")
        defer { _ = try? commands.run("scancel", ["\(job)"], seconds: 20) }
        return try answer(of: JobID(job: job), file, folder)
    }

    private func script() throws -> BatchScript {
        if let template = template ?? spec.template { return try BatchScript(contentsOf: template) }
        guard let program = ProgramFile.location else { throw ExitCode(70) }
        return BatchScript(program: program.path, ranks: ranks)
    }

    private func answer(of job: JobID, _ file: URL, _ folder: SubmissionFolder) throws -> NodeInspection {
        let start = MonotonicClock.seconds
        var (asked, said, words, endedAt) = (start, start, "", Double?.none)
        while true {
            if let bytes = try? Data(contentsOf: file) { return try RecordJSON.decoder().decode(NodeInspection.self, from: bytes) }
            let now = MonotonicClock.seconds
            // A file may be seen here later than it was made there.
            if let endedAt, now - endedAt > 10 { throw silent(job, words, folder) }
            guard now - start < patience, !StopFlag.isRaised else {
                Talk.say("job \(job): \(words.isEmpty ? "no answer" : words) after \(DurationText.words(now - start)); it is taken back")
                throw ExitCode(75)
            }
            if now - asked >= Self.askEvery {
                asked = now
                // A controller that is busy for a moment is asked again.
                let entry = (try? JobQueue(commands, user: String(getuid()), seconds: 20) { _ in false })?.entries[job]
                let state = entry.map { $0.state.word + ($0.reason.map { ", \($0)" } ?? "") + ($0.nodes.map { " on \($0)" } ?? "") } ?? "not seen in the queue"
                if entry?.state.phase == .ended { endedAt = endedAt ?? now }
                if state != words || now - said >= Self.sayEvery {
                    Talk.say("job \(job): \(state), \(DurationText.clock(now - start))")
                    (said, words) = (now, state)
                }
            }
            StopFlag.wait(seconds: Self.lookEvery)
        }
    }

    private func silent(_ job: JobID, _ state: String, _ folder: SubmissionFolder) -> ClusterError {
        let text = (try? String(contentsOf: folder.log(of: job), encoding: .utf8)) ?? ""
        let last = text.split(whereSeparator: \.isNewline).suffix(5).joined(separator: "\n")
        return ClusterError(
            command: "job \(job)", problem: "ended without an answer (\(state))" + (last.isEmpty ? ", and its log is empty" : ": \(last)"),
            fix: last.isEmpty
                ? "the node must see the program and the database's folder at the same paths: --db, and a clone in a shared folder"
                : "what the program needs there may come by a module: --print-script of `slbench sweep` shows a batch script to begin with, --template takes it")
    }
}
