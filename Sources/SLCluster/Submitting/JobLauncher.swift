import SLSpec

/// How the processes of a job are asked for and started: one, or several ranks that `srun` starts.
public struct JobLauncher: Sendable, Hashable {
    public var ranks: Int

    public init(ranks: Int = 1) { self.ranks = ranks }

    public static let single = JobLauncher()

    /// What stands before the program in a batch script.
    ///
    /// -K1: the others would wait for ever for a rank that died. Since 22.05 srun does not take over the job's cores a task.
    var command: String { ranks == 1 ? "" : "srun -K1 --mpi=pmix --cpus-per-task=\"$SLURM_CPUS_PER_TASK\" " }

    /// What `sbatch` is asked for, of each rank. Ranks may lie on several nodes, and --mem is a node's.
    func options(cores: Int, memory: SlurmMemory) -> [String] {
        let place =
            ranks == 1
            ? ["--nodes=1", "--ntasks=1", "--mem=\(memory.text)"]
            : ["--ntasks=\(ranks)", "--mem-per-cpu=\((memory.megabytes + cores - 1) / cores)M"]
        return place + ["--cpus-per-task=\(cores)"]
    }

    /// Before what each rank has: `4 ranks of `.
    var words: String { ranks == 1 ? "" : "\(ranks) ranks of " }
}
