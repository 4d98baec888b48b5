public import Foundation
public import SLSpec

/// What a run's own process is told: written to a file by the sweep, read by the process.
public struct CellAssignment: Sendable, Codable {
    /// Where a run's facts go while it is trained.
    public enum Records: String, Sendable, Hashable, Codable {
        /// Into the results database, which is on a disk of this machine.
        case database
        /// Into a file of each attempt's own in the run's folder (``AttemptFolder``), on storage that several machines share; the results
        /// database takes them over when it is asked to. Paths are absolute then.
        case attempts
    }

    public var spec: RunSpec
    /// The data as the config asks for it; the run stops if it isn't what `spec` names by content.
    public var data: DataSpec
    public var dataDirectory: String
    public var database: String
    public var sweep: String?
    /// Of each rank.
    public var threads: Int
    /// Processes that train the run together.
    public var ranks: Int
    /// Whether they may want more cores than there are.
    public var oversubscribes: Bool
    /// Where the run's checkpoints are; `nil` for none.
    public var checkpointFolder: String?
    public var checkpoint: CheckpointPolicy
    /// Seconds that the process may take; then it leaves a checkpoint and ends as timed out.
    public var timeout: Double?
    /// Replaces a finished run instead of refusing to touch it.
    public var replacesFinished: Bool
    /// Where such an attempt is recorded until it has finished; `nil` for a run that is not to be replaced.
    public var attemptFile: String?
    /// The file of the weights that the run starts from, if it starts from given ones.
    public var initialWeights: String?
    public var records: Records
    /// Attempts below this one are of an earlier result that is to be replaced; 1 where every attempt counts.
    public var firstAttempt: Int
    /// Whether the data must be there already: a job prepares none.
    public var dataIsPrepared: Bool
    /// What the process computes with, whatever its machine would choose; `nil` for that.
    public var kernels: PinnedKernels?

    public init(
        spec: RunSpec, data: DataSpec, dataDirectory: String, database: String, sweep: String?, threads: Int,
        checkpointFolder: String? = nil, checkpoint: CheckpointPolicy = CheckpointPolicy(),
        timeout: Double? = nil, replacesFinished: Bool = false, attemptFile: String? = nil,
        initialWeights: String? = nil, records: Records = .database, firstAttempt: Int = 1, dataIsPrepared: Bool = false,
        ranks: Int = 1, oversubscribes: Bool = false, kernels: PinnedKernels? = nil
    ) {
        self.kernels = kernels
        self.ranks = ranks
        self.oversubscribes = oversubscribes
        self.records = records
        self.firstAttempt = firstAttempt
        self.dataIsPrepared = dataIsPrepared
        self.attemptFile = attemptFile
        self.initialWeights = initialWeights
        self.timeout = timeout
        self.replacesFinished = replacesFinished
        self.checkpointFolder = checkpointFolder
        self.checkpoint = checkpoint
        self.spec = spec
        self.data = data
        self.dataDirectory = dataDirectory
        self.database = database
        self.sweep = sweep
        self.threads = threads
    }

    enum CodingKeys: String, CodingKey {
        case spec, data
        case dataDirectory = "data_directory"
        case database, sweep, threads, ranks, oversubscribes
        case checkpointFolder = "checkpoint_folder"
        case checkpoint, timeout
        case replacesFinished = "replaces_finished"
        case attemptFile = "attempt_file"
        case initialWeights = "initial_weights"
        case records
        case firstAttempt = "first_attempt"
        case dataIsPrepared = "data_is_prepared"
        case kernels
    }

    /// The same with every path absolute: a job may start in another folder than the command that wrote it.
    public func absolute(in workingFolder: String = FileManager.default.currentDirectoryPath) -> CellAssignment {
        func path(_ path: String) -> String {
            guard !path.hasPrefix("/"), !path.hasPrefix("~") else { return path }
            return URL(fileURLWithPath: workingFolder, isDirectory: true).appendingPathComponent(path).standardizedFileURL.path
        }
        var result = self
        result.database = path(database)
        result.dataDirectory = path(dataDirectory)
        result.checkpointFolder = checkpointFolder.map(path)
        result.attemptFile = attemptFile.map(path)
        result.initialWeights = initialWeights.map(path)
        result.data = data.mappingPaths(path)
        return result
    }

    /// - Throws: `FileError` when the file can't be written.
    public func write(to file: URL) throws {
        do {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try RecordJSON.encoder(isPretty: true).encode(absolute()).write(to: file, options: .atomic)
        } catch {
            throw FileError(
                file: file.path, problem: "the run's assignment can't be written: \(error.localizedDescription)",
                fix: "free some space, or put the database on another disk with --db")
        }
    }

    /// - Throws: `DataError` when the file is missing or not an assignment.
    public init(contentsOf file: URL) throws {
        let bytes = try DataError.contents(of: file.path, missing: "there is no such assignment")
        do {
            self = try RecordJSON.decoder().decode(CellAssignment.self, from: Data(bytes))
        } catch {
            throw DataError(file: file.path, problem: "not an assignment of a run: \(error)")
        }
    }
}
