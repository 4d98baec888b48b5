public import Foundation
public import SLSpec

/// Hands arrays over to the cluster.
public struct Submitter: Sendable {
    public var commands: any ClusterCommands
    public var spec: SlurmSpec
    /// The sweep's name.
    public var sweep: String
    public var folder: SubmissionFolder
    public var facts: ClusterFacts
    /// Seconds that an answer of `sbatch` is waited for: a busy controller takes its time, and what it has heard is done all the same.
    static let patience = 120.0

    public init(commands: any ClusterCommands, spec: SlurmSpec, sweep: String, folder: SubmissionFolder, facts: ClusterFacts) {
        self.commands = commands
        self.spec = spec
        self.sweep = sweep
        self.folder = folder
        self.facts = facts
    }

    public var hasArrays: Bool { facts.maxArraySize > 1 }

    /// What one array asks of `sbatch`, before the script and its arguments.
    ///
    /// - Parameter token: stands in the comment.
    public func options(_ array: PlannedArray, token: String) -> [String] {
        let resources = array.resources
        var options = general(name: "slbench-\(sweep)", token, resources, log: folder.logPattern(isArray: hasArrays))
        options += [
            "--signal=B:USR1@\(ResourceClass.warningSeconds(array.cells, time: resources.time))", "--requeue",
        ]
        if hasArrays {
            options.append("--array=1-\(array.elements.count)" + (spec.arrayLimit.map { "%\($0)" } ?? ""))
        }
        if spec.exclusive { options.append("--exclusive") }
        return options + spec.options
    }

    /// What every job asks for.
    private func general(name: String, _ token: String, _ resources: ResourceClass, log: URL) -> [String] {
        let place = [("partition", spec.partition), ("account", spec.account), ("qos", spec.qos), ("constraint", spec.constraint)]
        return ["--parsable", "--job-name=\(name)", "--comment=\(token)"]
            + resources.launcher.options(cores: resources.cores, memory: resources.memory)
            + ["--time=\(resources.time.text)", "--open-mode=append", "--output=\(log.path)"]
            + place.compactMap { name, value in value.map { "--\(name)=\($0)" } }
    }

    // MARK: Jobs that train nothing

    /// What the job asks for that comes last. It reads files and writes a report.
    public var closingResources: ResourceClass {
        ResourceClass(cores: 1, memory: SlurmMemory(megabytes: 1024), time: SlurmTime(seconds: min(1800, facts.longest?.seconds ?? 1800)))
    }

    /// Submits the job that comes last.
    ///
    /// - Parameter jobs: those that it waits for, however they end. One that is requeued has not ended.
    /// - Throws: ``ClusterError`` when the cluster says no, or nothing.
    public func submitClosing(after jobs: [Int], token: String) throws(ClusterError) -> Answer {
        try submit(
            general(name: "slbench-\(sweep)-collect", token, closingResources, log: folder.closingLogPattern)
                + ["--requeue", "--dependency=afterany:" + jobs.map(String.init).joined(separator: ":")] + spec.options,
            script: [folder.script.path, folder.closing.path, "--conclude"])
    }

    /// Submits a job that looks at its node and writes what it finds into a file.
    ///
    /// - Throws: ``ClusterError`` when the cluster says no, or nothing.
    public func submitInspection(_ file: URL, token: String, cores: Int) throws(ClusterError) -> Answer {
        let resources = ResourceClass(cores: cores, memory: SlurmMemory(megabytes: 1024), time: SlurmTime(seconds: 60))
        return try submit(
            general(name: "slbench-doctor", token, resources, log: folder.logPattern(isArray: false)) + ["--no-requeue"] + spec.options,
            script: [folder.script.path, file.path, "--inspect"])
    }

    /// The script and its arguments.
    ///
    /// - Parameter index: of the array in the submission, from 0.
    public func script(array index: Int, task: Int?) -> [String] {
        [folder.script.path, folder.tasks(array: index).path] + (task.map { ["--task", "\($0)"] } ?? [])
    }

    /// Has the cluster look at a request without taking it, so that one that no node could ever fulfil is known before.
    ///
    /// - Throws: ``ClusterError`` with the cluster's reason.
    public func check(_ array: PlannedArray, index: Int) throws(ClusterError) {
        do {
            _ = try commands.run(
                "sbatch", ["--test-only"] + options(array, token: "test") + script(array: index, task: nil), seconds: Self.patience)
        } catch {
            guard !error.isUnanswered else { throw error }
            throw ClusterError(
                command: "sbatch", problem: "\(array.words) \(array.cells.count == 1 ? "asks" : "ask") for \(array.resources.words), and the cluster says: \(error.problem)",
                fix: "look at \"slurm\" in the config (partition, time, memory, constraint), --threads, and `sinfo -o '%P %l %c %m %f'`")
        }
    }

    /// What the cluster answered.
    public struct Answer: Sendable, Hashable {
        public var job: Int
        public var cluster: String?
    }

    /// - Throws: ``ClusterError`` when it says no, or nothing.
    public func submit(_ array: PlannedArray, token: String, index: Int) throws(ClusterError) -> Answer {
        try submit(options(array, token: token), script: script(array: index, task: hasArrays ? nil : 1))
    }

    private func submit(_ options: [String], script: [String]) throws(ClusterError) -> Answer {
        let text = try commands.run("sbatch", options + script, seconds: Self.patience)
        guard let answer = Self.answer(text) else {
            throw ClusterError(command: "sbatch", problem: "answered '\(text.prefix(200))', which names no job", isUnanswered: true)
        }
        return answer
    }

    /// `123` or `123;cluster`, on a line of its own: plugins of a site may say more.
    static func answer(_ text: String) -> Answer? {
        for line in text.split(whereSeparator: \.isNewline).reversed() {
            let parts = line.trimmingCharacters(in: .whitespaces).split(separator: ";", maxSplits: 1)
            if let first = parts.first, let job = Int(first) { return Answer(job: job, cluster: parts.count > 1 ? String(parts[1]) : nil) }
        }
        return nil
    }
}
