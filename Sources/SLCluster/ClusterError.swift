/// The cluster could not be asked, or said no. Exit code 74.
public struct ClusterError: Error, Sendable, Hashable {
    /// The command that was to be run: `sbatch`.
    public var command: String
    public var problem: String
    public var fix: String?
    /// Whether the cluster did not answer, so that what it made of the request is unknown.
    public var isUnanswered: Bool

    public init(command: String, problem: String, fix: String? = nil, isUnanswered: Bool = false) {
        self.command = command
        self.problem = problem
        self.fix = fix
        self.isUnanswered = isUnanswered
    }
}
