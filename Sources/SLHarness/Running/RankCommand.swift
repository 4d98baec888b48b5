package import Foundation
package import SLSpec
import SLSystem

/// How a run's process is started: by itself, or as several ranks by `mpirun`.
package struct RankCommand {
    package let executable: URL
    package let arguments: [String]
    private let isShared: Bool

    package init(executable: URL, arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
        isShared = false
    }

    /// - Parameter oversubscribes: whether the ranks may want more cores than there are.
    /// - Throws: `FileError` where there is no `mpirun`.
    package init(executable: URL, arguments: [String], ranks: Int, oversubscribes: Bool, path: String? = nil) throws(FileError) {
        guard let launcher = SearchPath.find("mpirun", path: path) else {
            throw FileError(
                file: "mpirun", problem: "\"ranks\": \(ranks) needs it, and it is not on the PATH",
                fix: "apt-get install openmpi-bin libopenmpi-dev, or load the module that holds it, or \"ranks\": 1, which has the same bits")
        }
        self.executable = launcher
        // Threads are the program's own, so a rank is not bound to one core.
        self.arguments =
            ["-n", "\(ranks)", "--bind-to", "none"] + (oversubscribes ? ["--oversubscribe"] : []) + [executable.path] + arguments
        isShared = true
    }

    /// What the process is to see of this one's variables.
    ///
    /// This process may be a rank itself: what says so must not have its children believe that they are.
    package func environment(_ own: [String: String]) -> [String: String] {
        guard isShared else { return own }
        var result = own.filter { name, _ in !Self.launchers.contains { name.hasPrefix($0) } }
        // Open MPI asks the superuser twice whether it is meant; whoever runs this program as such has answered.
        if geteuid() == 0 { for name in ["OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] { result[name] = result[name] ?? "1" } }
        return result
    }

    private static let launchers = ["OMPI_COMM_WORLD_", "OMPI_UNIVERSE_", "PMIX_", "PMI_"]
}
