public import Foundation
public import SLSpec

/// Where one submission is kept: `sweeps/NAME/submission-N/` among the files of a database's runs, with the batch script as it was submitted, the
/// lists of tasks, the jobs' numbers and their logs.
public struct SubmissionFolder: Sendable, Hashable {
    public let url: URL

    public init(url: URL) { self.url = url }

    public var script: URL { url.appendingPathComponent("job.sh") }
    public var record: URL { url.appendingPathComponent("submission.json") }
    /// - Parameter array: from 0.
    public func tasks(array: Int) -> URL { url.appendingPathComponent("tasks-\(array + 1).json") }
    /// Where the words of jobs go that began no run, in Slurm's notation.
    public func logPattern(isArray: Bool) -> URL { url.appendingPathComponent(isArray ? "job-%A_%a.log" : "job-%j.log") }
    /// What the job is told that comes last.
    public var closing: URL { url.appendingPathComponent("closing.json") }
    var closingLogPattern: URL { url.appendingPathComponent("collect-%j.log") }
    public func closingLog(of job: Int) -> URL { url.appendingPathComponent("collect-\(job).log") }
    /// Left by a job whose run failed or diverged.
    public func failedMark(_ runID: String) -> URL { url.appendingPathComponent("failed-\(runID)") }
    /// Left by a job that did not begin its run, since too many others had failed.
    public func heldMark(_ runID: String) -> URL { url.appendingPathComponent("held-\(runID)") }
    public func log(of job: JobID) -> URL { url.appendingPathComponent("job-\(job).log") }

    /// - Throws: `FileError` when it can't be written.
    public func write(_ record: SubmissionRecord) throws(FileError) {
        try write(record, to: self.record)
    }

    /// - Throws: `FileError` when it can't be written.
    public func write(_ closing: ClosingTask) throws(FileError) { try write(closing, to: self.closing) }

    private func write(_ value: some Encodable, to file: URL) throws(FileError) {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            try RecordJSON.encoder(isPretty: true).encode(value).write(to: file, options: .atomic)
        } catch {
            throw FileError(file: file.path, problem: "the submission can't be recorded: \(error.localizedDescription)", fix: "free some space or make the folder writable")
        }
    }

    /// `nil` for one that was never completed: then nothing of it was submitted.
    public func read() -> SubmissionRecord? {
        guard let bytes = try? Data(contentsOf: record) else { return nil }
        return try? RecordJSON.decoder().decode(SubmissionRecord.self, from: bytes)
    }
}

/// All submissions of a sweep.
public struct SubmissionHistory: Sendable {
    public let folder: URL
    /// The oldest first.
    public var submissions: [(folder: SubmissionFolder, record: SubmissionRecord)]

    /// - Parameter runs: where the database keeps the files of its runs.
    public init(sweep: String, runs: URL) {
        folder = runs.appendingPathComponent("sweeps").appendingPathComponent(sweep)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let numbers = names.compactMap { $0.hasPrefix(Self.prefix) ? Int($0.dropFirst(Self.prefix.count)) : nil }.sorted()
        submissions = numbers.compactMap { [folder] number in
            let place = SubmissionFolder(url: folder.appendingPathComponent(Self.prefix + String(number)))
            return place.read().map { (place, $0) }
        }
        next = SubmissionFolder(url: folder.appendingPathComponent(Self.prefix + String((numbers.last ?? 0) + 1)))
    }

    private static let prefix = "submission-"

    /// Where the next one goes.
    public let next: SubmissionFolder

    public var isEmpty: Bool { submissions.isEmpty }

    /// Notes the numbers of jobs that the cluster took while nobody could write them down.
    ///
    /// - Throws: `FileError` when they can't be written.
    public mutating func recognize(_ queue: JobQueue) throws(FileError) {
        for index in submissions.indices {
            var record = submissions[index].record
            for place in record.arrays.indices where record.arrays[place].job == nil {
                record.arrays[place].job = queue.job(withComment: record.arrays[place].token)
                if record.arrays[place].job != nil { record.arrays[place].refusal = nil }
            }
            if let closing = record.closing, closing.job == nil { record.closing?.job = queue.job(withComment: closing.token) }
            guard record != submissions[index].record else { continue }
            try submissions[index].folder.write(record)
            submissions[index].record = record
        }
    }

    /// One time that a run was submitted.
    public struct Entry: Sendable, Hashable {
        public var folder: SubmissionFolder
        public var array: SubmissionRecord.Array
        public var task: SubmissionRecord.Task

        public var id: JobID? { array.id(of: task) }

        /// The runs of its job in their order, itself among them.
        public var ofItsJob: [Entry] { array.tasks.filter { $0.number == task.number }.map { Entry(folder: folder, array: array, task: $0) } }

        /// Runs that share its job.
        public var others: [Entry] { ofItsJob.filter { $0.task.runID != task.runID } }
    }

    /// The times that each run was submitted, by run id, the oldest first. What the cluster refused is none of them.
    public func entries() -> [String: [Entry]] {
        var found: [String: [Entry]] = [:]
        for (folder, record) in submissions {
            for array in record.arrays where array.refusal == nil {
                for task in array.tasks { found[task.runID, default: []].append(Entry(folder: folder, array: array, task: task)) }
            }
        }
        return found
    }

    /// The job that comes last of all, by the newest submission that has one.
    public var closing: (folder: SubmissionFolder, job: Int)? {
        submissions.reversed().lazy.compactMap { folder, record in record.closing?.job.map { (folder, $0) } }.first
    }

    /// How many times in a row, up to now, a run was submitted for it had been lost and has got no further since.
    ///
    /// - Parameter step: updates that it has recorded by now.
    public static func losses(_ entries: [Entry], step: Int) -> Int {
        var count = 1
        for entry in entries.reversed() {
            guard entry.task.step == step else { break }
            guard entry.task.cause == .lost else { break }
            count += 1
        }
        return count
    }
}
