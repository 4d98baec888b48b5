public import Foundation
public import SLSystem

/// What the batch system that started this process says of its job, in the variables that Slurm sets.
public struct BatchJob: Sendable, Hashable {
    /// `4711_3` of an array's element, `4711` else: what `scontrol requeue` takes. The number of an array's last element alone is that of
    /// the whole array, so it is never used.
    public var id: String
    /// The element's number in its array.
    public var task: Int?
    /// How often the job was started before.
    public var restarts: Int
    /// When the job's time is over, in seconds since 1970.
    public var end: Double?
    /// Whether the job has all of the machine's processors; `nil` where that is not said.
    public var isExclusive: Bool?

    /// - Returns: `nil` outside of a job.
    public init?(environment: [String: String] = EnvironmentVariable.all, processors: Int = ProcessInfo.processInfo.processorCount) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        task = value("SLURM_ARRAY_TASK_ID").flatMap { Int($0) }
        if let array = value("SLURM_ARRAY_JOB_ID"), let task {
            id = "\(array)_\(task)"
        } else if let job = value("SLURM_JOB_ID") {
            id = job
        } else {
            return nil
        }
        restarts = value("SLURM_RESTART_COUNT").flatMap { Int($0) } ?? 0
        end = value("SLURM_JOB_END_TIME").flatMap { Double($0) }.flatMap { $0 > 0 ? $0 : nil }
        isExclusive = value("SLURM_CPUS_ON_NODE").flatMap { Int($0) }.map { $0 >= processors }
    }
}
