import Foundation
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
        var options = [
            "--parsable", "--job-name=slbench-\(sweep)", "--comment=\(token)",
        ]
        // Ranks may lie on several nodes, and --mem is a node's.
        options +=
            resources.ranks == 1
            ? ["--nodes=1", "--ntasks=1", "--cpus-per-task=\(resources.cores)", "--mem=\(resources.memory.text)"]
            : [
                "--ntasks=\(resources.ranks)", "--cpus-per-task=\(resources.cores)",
                "--mem-per-cpu=\((resources.memory.megabytes + resources.cores - 1) / resources.cores)M",
            ]
        options += [
            "--time=\(resources.time.text)",
            "--signal=B:USR1@\(ResourceClass.warningSeconds(array.cells, time: resources.time))", "--requeue", "--open-mode=append",
            "--output=\(folder.logPattern(isArray: hasArrays).path)",
        ]
        if hasArrays {
            options.append("--array=1-\(array.cells.count)" + (spec.arrayLimit.map { "%\($0)" } ?? ""))
        }
        for (name, value) in [("partition", spec.partition), ("account", spec.account), ("qos", spec.qos), ("constraint", spec.constraint)] {
            if let value { options.append("--\(name)=\(value)") }
        }
        if spec.exclusive { options.append("--exclusive") }
        return options + spec.options
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
                command: "sbatch", problem: "\(array.cells.count) \(array.cells.count == 1 ? "run asks" : "runs ask") for \(array.resources.words), and the cluster says: \(error.problem)",
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
        let text = try commands.run(
            "sbatch", options(array, token: token) + script(array: index, task: hasArrays ? nil : 1), seconds: Self.patience)
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
