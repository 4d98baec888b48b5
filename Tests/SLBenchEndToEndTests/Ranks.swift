import Foundation
import Testing

/// Starting the program as several ranks.
enum Ranks {
    /// What is needed: the launcher, and the library beside the program that the scripts build where mpicc is.
    static let isPossible: Bool = {
        guard let binary = Workplace.binary else { return false }
        let beside = binary.resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "libslbench_mpi.so").path
        let library = ProcessInfo.processInfo.environment["SLBENCH_MPI_LIBRARY"] ?? beside
        return FileManager.default.fileExists(atPath: library) && has("mpirun")
    }()

    static let missing: Comment = "no mpirun, or no libslbench_mpi.so beside the program: apt-get install openmpi-bin libopenmpi-dev, then scripts/slbench --version"

    static func has(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }
    }

    /// Any number of ranks on a machine of any number of cores, as root too; never longer than the tests wait.
    static let preamble = """
        export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
        ranks() { count=$1; shift; timeout -k 5 300 mpirun -n "$count" "$SLBENCH" "$@"; }

        """
}

extension Workplace {
    /// `ranks COUNT ARGUMENTS` starts the program as so many.
    func ranked(_ script: String) throws -> Outcome { try shell(Ranks.preamble + script) }
}
