public import Foundation
public import SLSpec

/// A run's folder on storage that several machines share: who may train the run, and what each attempt at it recorded.
///
/// An attempt begins with a claim, `claim-K`, which exactly one process can make. The newest claim wins, whatever became of the
/// process that made the one before: whoever started it knew why. Each attempt records into a file of its own, `attempt-K.sqlite`,
/// so that two processes never write to one database there, and leaves its words in `log-K`. All of it is replaced or removed by
/// nobody but the collector, and checkpoints lie beside it.
public struct AttemptFolder: Sendable, Hashable {
    public let url: URL

    public init(url: URL) { self.url = url }

    public init(runs: RunsFolder, runID: String) { self.init(url: runs.folder(runID)) }

    public var runID: String { url.lastPathComponent }

    /// What the run's process is told; written by whoever submits it.
    public var assignmentFile: URL { url.appendingPathComponent("assignment.json") }
    public func claimFile(_ attempt: Int) -> URL { url.appendingPathComponent("claim-\(attempt)") }
    public func database(_ attempt: Int) -> URL { url.appendingPathComponent("attempt-\(attempt).sqlite") }
    public func log(_ attempt: Int) -> URL { url.appendingPathComponent("log-\(attempt)") }
    /// Left where the batch system could not be told to start the run again: whoever looks next submits it.
    public func requeueMark(_ attempt: Int) -> URL { url.appendingPathComponent("requeue-\(attempt)") }
    /// What stays of a finished attempt whose database was collected and removed.
    public func finishedMark(_ attempt: Int) -> URL { url.appendingPathComponent("finished-\(attempt)") }

    /// Numbers of the claims, ascending.
    public var claims: [Int] { numbers(prefix: "claim-") }
    /// Numbers of the attempts with a database, ascending; 0 is what was recorded before the first claim.
    public var attempts: [Int] { numbers(prefix: "attempt-", suffix: ".sqlite") }
    public var requeueMarks: [Int] { numbers(prefix: "requeue-") }
    public var finishedMarks: [Int] { numbers(prefix: "finished-") }

    private func numbers(prefix: String, suffix: String = "") -> [Int] {
        ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).compactMap { name in
            guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
            return Int(name.dropFirst(prefix.count).dropLast(suffix.count))
        }.sorted()
    }

    /// Takes the next number.
    ///
    /// - Throws: `FileError` when the folder can't be written.
    public func claim(_ words: (Int) -> AttemptClaim = { AttemptClaim.current(attempt: $0) }) throws(FileError) -> AttemptClaim {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw FileError(
                file: url.path, problem: "the run's folder can't be made: \(error.localizedDescription)", fix: "free some space or make the place writable")
        }
        var number = max(claims.last ?? 0, attempts.last ?? 0, finishedMarks.last ?? 0) + 1
        while true {
            let file = claimFile(number)
            let descriptor = unsafe open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            // Another process was faster.
            if descriptor < 0, errno == EEXIST {
                number += 1
                continue
            }
            guard descriptor >= 0 else { throw FileError(errno: errno, file: file.path, doing: "made") }
            defer { close(descriptor) }
            let claim = words(number)
            let bytes = Array(((try? RecordJSON.encoder().encode(claim)) ?? Data()) + Data("\n".utf8))
            // Its name is the claim; what it says is for people, and a full disk takes none of it away.
            _ = unsafe write(descriptor, bytes, bytes.count)
            fsync(descriptor)
            return claim
        }
    }

    /// Who made a claim; `nil` where there is none, or none that could be written.
    public func reading(claim attempt: Int) -> AttemptClaim? {
        guard let bytes = try? Data(contentsOf: claimFile(attempt)) else { return nil }
        return try? RecordJSON.decoder().decode(AttemptClaim.self, from: bytes)
    }

    /// The newest claim after `attempt`; `nil` while that is the one that counts.
    public func claim(after attempt: Int) -> Int? {
        // Asked for by name: a folder's listing may be an old one where other machines write to it too.
        guard unsafe access(claimFile(attempt + 1).path, F_OK) == 0 else { return nil }
        return max(attempt + 1, claims.last ?? 0)
    }

    /// Makes or replaces a mark.
    public func mark(_ file: URL, _ words: String) throws(FileError) {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            try Data((words + "\n").utf8).write(to: file, options: .atomic)
        } catch {
            throw FileError(file: file.path, problem: "can't be written: \(error.localizedDescription)", fix: "free some space or make the folder writable")
        }
    }
}

/// The right to train a run, taken by one process.
public struct AttemptClaim: Sendable, Hashable, Codable {
    public var attempt: Int
    public var host: String
    public var processID: Int32
    /// By the batch system, e.g. `4711_3`; `nil` without one.
    public var jobID: String?
    /// How often the batch system has started the job again.
    public var restarts: Int?
    /// Seconds since 1970 by the clock of the host.
    public var claimedAt: Double

    public init(attempt: Int, host: String, processID: Int32, jobID: String? = nil, restarts: Int? = nil, claimedAt: Double) {
        self.attempt = attempt
        self.host = host
        self.processID = processID
        self.jobID = jobID
        self.restarts = restarts
        self.claimedAt = claimedAt
    }

    enum CodingKeys: String, CodingKey {
        case attempt, host, restarts
        case processID = "process_id"
        case jobID = "job_id"
        case claimedAt = "claimed_at"
    }

    /// This process's.
    public static func current(attempt: Int, job: BatchJob? = BatchJob()) -> AttemptClaim {
        AttemptClaim(
            attempt: attempt, host: MachineProbe.host, processID: getpid(), jobID: job?.id, restarts: job?.restarts,
            claimedAt: Date().timeIntervalSince1970)
    }

    /// `process 4242 on n1, job 4711_3`
    public var words: String { "process \(processID) on \(host)" + (jobID.map { ", job \($0)" } ?? "") }
}
