public import SLSystem

/// What a launcher told this process: that it is one of several that belong together.
public struct RankLaunch: Sendable, Hashable {
    public enum Launcher: String, Sendable, Hashable {
        case openMPI = "mpirun"
        case slurm = "srun"
        /// MPICH, Intel MPI and Slurm's `--mpi=pmi2`.
        case processManager = "PMI"
    }

    public var launcher: Launcher
    public var rank: Int
    public var count: Int
    /// Ranks on this host, where the launcher says so.
    public var countHere: Int?

    public init(launcher: Launcher, rank: Int, count: Int, countHere: Int? = nil) {
        self.launcher = launcher
        self.rank = rank
        self.count = count
        self.countHere = countHere
    }

    /// - Returns: `nil` for a process that was started by itself.
    /// - Throws: ``RankError/unavailable(problem:fix:)`` when Slurm started several tasks and none of them can find the others: each would
    ///   train the whole model by itself.
    public static func current(in environment: [String: String] = EnvironmentVariable.all) throws(RankError) -> RankLaunch? {
        func number(_ name: String) -> Int? { EnvironmentVariable.value(name, in: environment).flatMap { Int($0) } }
        let slurmTasks = number("SLURM_STEP_NUM_TASKS")
        if let count = number("OMPI_COMM_WORLD_SIZE"), let rank = number("OMPI_COMM_WORLD_RANK") {
            return RankLaunch(launcher: .openMPI, rank: rank, count: count, countHere: number("OMPI_COMM_WORLD_LOCAL_SIZE"))
        }
        if let rank = number("PMIX_RANK"), let count = slurmTasks {
            return RankLaunch(launcher: .slurm, rank: rank, count: count, countHere: slurmTasksHere(in: environment))
        }
        if let count = number("PMI_SIZE"), let rank = number("PMI_RANK") {
            return RankLaunch(
                launcher: .processManager, rank: rank, count: count, countHere: number("MPI_LOCALNRANKS") ?? slurmTasksHere(in: environment))
        }
        guard let count = slurmTasks, count > 1, number("SLURM_PROCID") != nil else { return nil }
        throw .unavailable(
            problem: "ranks: srun started \(count) tasks, and none of them can find the others",
            fix: "srun --mpi=pmix (`srun --mpi=list` shows what this Slurm has), or mpirun inside of the job")
    }

    /// `SLURM_STEP_TASKS_PER_NODE` is `2(x3),1`: the place of this node in it is `SLURM_NODEID`.
    private static func slurmTasksHere(in environment: [String: String]) -> Int? {
        guard let text = EnvironmentVariable.value("SLURM_STEP_TASKS_PER_NODE", in: environment),
            let node = EnvironmentVariable.value("SLURM_NODEID", in: environment).flatMap({ Int($0) })
        else { return nil }
        var counts: [Int] = []
        for entry in text.split(separator: ",") {
            guard let match = entry.wholeMatch(of: /(\d+)(?:\(x(\d+)\))?/), let tasks = Int(match.1) else { return nil }
            let times = match.2.flatMap { Int($0) } ?? 1
            guard times <= 1 << 20 else { return nil }
            counts += Array(repeating: tasks, count: times)
        }
        return counts.indices.contains(node) ? counts[node] : nil
    }
}
