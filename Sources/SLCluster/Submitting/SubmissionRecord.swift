/// What was submitted at one time: written before the cluster hears of it, and again with every number that it answers.
public struct SubmissionRecord: Sendable, Hashable, Codable {
    /// One array of it, or one single job.
    public struct Array: Sendable, Hashable, Codable {
        /// Stands in the job's comment, so that a job whose number could not be noted is found again.
        public var token: String
        public var resources: ResourceClass
        public var tasks: [Task]
        /// Whether the tasks' numbers are an array's indices.
        public var isArray: Bool
        /// What the cluster answered; `nil` while it has not, or when nobody could note it.
        public var job: Int?
        /// Of several clusters the one that took it.
        public var cluster: String?
        /// Why the cluster did not take it.
        public var refusal: String?

        public init(
            token: String, resources: ResourceClass, tasks: [Task], isArray: Bool, job: Int? = nil, cluster: String? = nil, refusal: String? = nil
        ) {
            self.token = token
            self.resources = resources
            self.tasks = tasks
            self.isArray = isArray
            self.job = job
            self.cluster = cluster
            self.refusal = refusal
        }

        /// The job of one of its tasks; `nil` while no number is known.
        public func id(of task: Task) -> JobID? { job.map { JobID(job: $0, task: isArray ? task.number : nil) } }
    }

    /// One run of it.
    public struct Task: Sendable, Hashable, Codable {
        public var number: Int
        public var runKey: String
        public var runID: String
        public var cause: SubmissionCause
        /// Updates that the run had recorded.
        public var step: Int

        public init(number: Int, runKey: String, runID: String, cause: SubmissionCause, step: Int) {
            self.number = number
            self.runKey = runKey
            self.runID = runID
            self.cause = cause
            self.step = step
        }

        enum CodingKeys: String, CodingKey {
            case number, cause, step
            case runKey = "run_key"
            case runID = "run_id"
        }
    }

    /// The job that takes over at the end what the runs recorded.
    public struct Closing: Sendable, Hashable, Codable {
        /// Stands in the job's comment.
        public var token: String
        /// What the cluster answered; `nil` while it has not, or when it did not take it.
        public var job: Int?

        public init(token: String, job: Int? = nil) {
            self.token = token
            self.job = job
        }
    }

    public var sweep: String
    public var database: String
    /// UTC.
    public var submittedAt: String
    public var arrays: [Array]
    /// `nil` where none was wanted.
    public var closing: Closing?

    public init(sweep: String, database: String, submittedAt: String, arrays: [Array]) {
        self.sweep = sweep
        self.database = database
        self.submittedAt = submittedAt
        self.arrays = arrays
    }

    enum CodingKeys: String, CodingKey {
        case sweep, database, arrays, closing
        case submittedAt = "submitted_at"
    }
}

extension SubmissionRecord.Array {
    enum CodingKeys: String, CodingKey {
        case token, resources, tasks, job, cluster, refusal
        case isArray = "is_array"
    }
}
