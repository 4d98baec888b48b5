/// A job, or one element of an array: `41`, `41_3`.
public struct JobID: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The number that `sbatch` answered with. Elements have numbers of their own too, and the last one's is the array's: an element is
    /// named by its array and index alone.
    public var job: Int
    public var task: Int?

    public init(job: Int, task: Int? = nil) {
        self.job = job
        self.task = task
    }

    public var description: String { task.map { "\(job)_\($0)" } ?? "\(job)" }
}
