import Foundation
import SLHarness
import SLNumerics
import SLSpec
import SLSystem

/// Has a job's process compute with the kernels that its sweep names, whatever its node would choose.
enum KernelPin {
    private static let variable = "OPENBLAS_CORETYPE"

    /// OpenBLAS heeds its variable when it is loaded: a process for which it has chosen other kernels is replaced by one that has the variable. A
    /// variable of the batch script's would do the same, though not in every user's own script or container.
    ///
    /// - Throws: `FileError` where the node can't compute so.
    static func take(_ kernels: PinnedKernels) throws {
        guard let core = BLASCore.all.first(where: { $0.isNamed(kernels.rawValue) }) else { return }
        guard Processor()?.has(core.needed) != false else {
            throw refusal(kernels, "the processor of \(MachineProbe.host) (\(MachineProbe.cpu)) can't run \(core.name)")
        }
        VectorUnits.use(units(of: core))
        guard !core.isNamed(BLASEnvironment.core) else { return }
        guard !core.isNamed(EnvironmentVariable.value(variable) ?? "") else {
            let build = "OpenBLAS on \(MachineProbe.host) (\(BLASEnvironment.configuration))"
            throw refusal(kernels, "\(build) computes with \(BLASEnvironment.core) though \(core.name) is asked for")
        }
        unsafe setenv(variable, core.name, 1)
        let words = unsafe CommandLine.arguments.map { unsafe strdup($0) } + [nil]
        unsafe execv("/proc/self/exe", words)
        throw FileError(errno: errno, file: ProgramFile.location?.path ?? "slbench", doing: "started again")
    }

    private static func refusal(_ kernels: PinnedKernels, _ problem: String) -> FileError {
        FileError(
            file: "slurm.kernels \"\(kernels.rawValue)\"", problem: problem,
            fix: "kernels that every node has (`slbench doctor --on slurm` shows what one has), or nodes that have these by \"constraint\"")
    }

    /// The widest that every processor has which runs these kernels.
    static func units(of core: BLASCore) -> VectorUnits? {
        let rungs: [(String, VectorUnits)] = [("avx512_bf16", .avx512BF16), ("avx512f", .avx512), ("avx2", .avx2), ("asimd", .neon)]
        let widest = rungs.first { core.needed.contains($0.0) }?.1 ?? .baseline
        let all = VectorUnits.allCases
        // A debug build has one form alone.
        return VectorUnits.built.last { (all.firstIndex(of: $0) ?? 0) <= (all.firstIndex(of: widest) ?? 0) }
    }
}
