/// Where and with what a run was made.
public struct EnvironmentRecord: Sendable, Hashable, Codable {
    public var programVersion: String
    /// Commit of the source tree the program was built from, if it was one.
    public var commit: String?
    public var commitIsDirty: Bool?
    public var host: String
    public var operatingSystem: String
    public var cpu: String
    public var cores: Int
    public var memoryBytes: Int
    public var blas: String
    public var blasCore: String
    public var threads: Int
    public var swiftVersion: String
    public var sqliteVersion: String?
    /// Vector instructions that the program was built for, e.g. `avx512`; `nil` in old records.
    public var vectorUnits: String?
    /// Processes that trained the model together; `nil` where it was one.
    public var ranks: Int?
    /// Whether the run had the machine to itself, by the word of the batch system that started it; `nil` where nobody said.
    public var exclusive: Bool?

    public init(
        programVersion: String, commit: String?, commitIsDirty: Bool?, host: String, operatingSystem: String, cpu: String,
        cores: Int, memoryBytes: Int, blas: String, blasCore: String, threads: Int, swiftVersion: String,
        sqliteVersion: String?, vectorUnits: String? = nil, ranks: Int? = nil, exclusive: Bool? = nil
    ) {
        self.programVersion = programVersion
        self.commit = commit
        self.commitIsDirty = commitIsDirty
        self.host = host
        self.operatingSystem = operatingSystem
        self.cpu = cpu
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.blas = blas
        self.blasCore = blasCore
        self.threads = threads
        self.swiftVersion = swiftVersion
        self.sqliteVersion = sqliteVersion
        self.vectorUnits = vectorUnits
        self.ranks = ranks
        self.exclusive = exclusive
    }

    enum CodingKeys: String, CodingKey {
        case programVersion = "program_version"
        case commit
        case commitIsDirty = "commit_is_dirty"
        case host
        case operatingSystem = "operating_system"
        case cpu, cores
        case memoryBytes = "memory_bytes"
        case blas
        case blasCore = "blas_core"
        case threads
        case swiftVersion = "swift_version"
        case sqliteVersion = "sqlite_version"
        case vectorUnits = "vector_units"
        case ranks, exclusive
    }
}
