import GRDB
import SLSpec

/// A row of `environment`.
struct EnvironmentRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "environment"
    var runID: String
    var programVersion: String
    var commit: String?
    var commitIsDirty: Bool?
    var host: String
    var operatingSystem: String
    var cpu: String
    var cores: Int
    var memoryBytes: Int
    var blas: String
    var blasCore: String
    var threads: Int
    var swiftVersion: String
    var sqliteVersion: String?
    /// NULL in rows before schema version 5.
    var vectorUnits: String?
    /// Both NULL in rows before schema version 7.
    var ranks: Int?
    var exclusive: Bool?

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case programVersion = "program_version"
        case commit = "commit_sha"
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

    /// - Parameter sqliteVersion: Stands in when the environment does not name one.
    init(_ environment: EnvironmentRecord, runID: String, sqliteVersion: String?) {
        self.runID = runID
        programVersion = environment.programVersion
        commit = environment.commit
        commitIsDirty = environment.commitIsDirty
        host = environment.host
        operatingSystem = environment.operatingSystem
        cpu = environment.cpu
        cores = environment.cores
        memoryBytes = environment.memoryBytes
        blas = environment.blas
        blasCore = environment.blasCore
        threads = environment.threads
        swiftVersion = environment.swiftVersion
        self.sqliteVersion = environment.sqliteVersion ?? sqliteVersion
        vectorUnits = environment.vectorUnits
        ranks = environment.ranks
        exclusive = environment.exclusive
    }

    var environment: EnvironmentRecord {
        EnvironmentRecord(
            programVersion: programVersion, commit: commit, commitIsDirty: commitIsDirty, host: host,
            operatingSystem: operatingSystem, cpu: cpu, cores: cores, memoryBytes: memoryBytes, blas: blas, blasCore: blasCore,
            threads: threads, swiftVersion: swiftVersion, sqliteVersion: sqliteVersion,
            vectorUnits: vectorUnits, ranks: ranks, exclusive: exclusive)
    }
}
