public import SLSpec

/// What a job asks for. Cells that ask for the same form an array, whose elements share all options.
public struct ResourceClass: Sendable, Hashable, Codable {
    /// Of each rank.
    public var cores: Int
    /// Of each rank.
    public var memory: SlurmMemory
    public var time: SlurmTime
    /// Tasks of a job, on one node or several.
    public var ranks: Int

    public init(cores: Int, memory: SlurmMemory, time: SlurmTime, ranks: Int = 1) {
        self.ranks = ranks
        self.cores = cores
        self.memory = memory
        self.time = time
    }

    /// Beyond what is predicted.
    static let memoryMargin = 1.1
    /// Megabytes.
    static let memoryStep = 256
    /// A run that its job's memory was too small for gets so much more.
    static let memoryGrowth = 1.5
    static let timeMargin = 1.5
    /// Minutes: few enough that cells of about the same length ask for the same.
    static let timeSteps = [5, 10, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 5760, 7200, 8640, 10_080]

    /// - Parameters:
    ///   - threads: of each rank; a core each.
    ///   - longest: the partition's limit. A run that takes longer saves itself before it, and is queued again.
    public init(_ cell: ClusterCell, threads: Int, ranks: Int = 1, spec: SlurmSpec, longest: SlurmTime? = nil) {
        self.ranks = ranks
        cores = threads
        memory = spec.memory ?? Self.memory(bytes: cell.predictedBytes)
        if cell.cause == .outOfMemory, let former = cell.formerMemory {
            memory = SlurmMemory(megabytes: max(memory.megabytes, Self.rounded(Double(former) * Self.memoryGrowth)))
        }
        time = Self.time(of: [cell], spec: spec, longest: longest)
    }

    /// How its processes are started.
    public var launcher: JobLauncher { JobLauncher(ranks: ranks) }

    /// Of a job that carries out some cells one after the other.
    static func time(of cells: [ClusterCell], spec: SlurmSpec, longest: SlurmTime?) -> SlurmTime {
        spec.time ?? time(seconds: cells.reduce(0) { $0 + $1.estimatedSeconds }, longest: longest)
    }

    static func memory(bytes: Int) -> SlurmMemory { SlurmMemory(megabytes: rounded(Double(bytes) * memoryMargin / 1_048_576)) }

    private static func rounded(_ megabytes: Double) -> Int { max(1, Int((megabytes / Double(memoryStep)).rounded(.up))) * memoryStep }

    static func time(seconds: Double, longest: SlurmTime?) -> SlurmTime {
        let wanted = seconds * timeMargin / 60
        let minutes = timeSteps.first { Double($0) >= wanted } ?? Int((min(wanted, 1e7) / 1440).rounded(.up)) * 1440
        return SlurmTime(seconds: min(minutes * 60, longest?.seconds ?? .max))
    }

    /// Seconds before its time is over at which a job is told: an update's and a checkpoint's time, and a minute by which Slurm may be early or late.
    /// No more than half of the time.
    static func warningSeconds(_ cells: [ClusterCell], time: SlurmTime) -> Int {
        let most = cells.map { 2 * $0.updateSeconds + Double($0.checkpointBytes) / checkpointRate }.max() ?? 0
        return max(1, min(60 + Int(min(most, 1e6).rounded(.up)), time.seconds / 2, 65_535))
    }

    /// Bytes a second that a busy shared file system still takes.
    static let checkpointRate = 100e6

    /// `2 cores, 1536 MB, time limit 00:30:00`; of several ranks each has so much.
    public var words: String {
        "\(launcher.words)\(cores) \(cores == 1 ? "core" : "cores"), \(memory.megabytes) MB, time limit \(time.text)"
    }
}
