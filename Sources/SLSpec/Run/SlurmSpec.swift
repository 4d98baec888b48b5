/// How a sweep's cells are submitted to a Slurm cluster. A matter of the host: not part of any run's identity.
public struct SlurmSpec: Sendable, Hashable, Codable {
    /// One, or several by commas; `nil` for the cluster's default.
    public var partition: String?
    public var account: String?
    public var qos: String?
    /// The time limit of every job in place of the one that follows from its estimate, in Slurm's notation.
    public var time: SlurmTime?
    /// The memory of every job in place of the one that follows from its prediction.
    public var memory: SlurmMemory?
    /// Features that a node must have, which pins the kind of node.
    public var constraint: String?
    /// Kernels that every node computes with; `nil` where each chooses its own.
    public var kernels: PinnedKernels?
    /// Whether no other job may share a node.
    public var exclusive: Bool
    /// Elements of an array that may be at work at once; `nil` for no bound.
    public var arrayLimit: Int?
    /// A batch script of the user's own.
    public var template: String?
    /// Further options of `sbatch`, as they are given to it.
    public var options: [String]

    public init(
        partition: String? = nil, account: String? = nil, qos: String? = nil, time: SlurmTime? = nil, memory: SlurmMemory? = nil,
        constraint: String? = nil, kernels: PinnedKernels? = nil, exclusive: Bool = false, arrayLimit: Int? = nil, template: String? = nil, options: [String] = []
    ) {
        self.partition = partition
        self.account = account
        self.qos = qos
        self.time = time
        self.memory = memory
        self.constraint = constraint
        self.kernels = kernels
        self.exclusive = exclusive
        self.arrayLimit = arrayLimit
        self.template = template
        self.options = options
    }

    public enum CodingKeys: String, CodingKey, CaseIterable {
        case partition, account, qos, time, memory, constraint, kernels, exclusive
        case arrayLimit = "array_limit"
        case template, options
    }
}
