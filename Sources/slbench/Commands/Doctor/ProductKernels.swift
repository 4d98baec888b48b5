import SLHarness
import SLNumerics
import SLSystem

/// Whether OpenBLAS multiplies rightly here, and with the kernels that this processor deserves.
enum ProductKernels {
    /// A few seconds; nothing is changed by it.
    static func compared() -> CoreComparison? {
        guard let executable = ProgramFile.forChildren else { return nil }
        Talk.say("doctor: multiplying with the kernels that OpenBLAS chose and with others, some seconds")
        var comparison = CoreComparison(
            core: BLASEnvironment.core, forced: EnvironmentVariable.all["OPENBLAS_CORETYPE"], processor: Processor(),
            build: OpenBLASBuild(configuration: BLASEnvironment.configuration))
        let runner = CoreTrialRunner(executable: executable)
        comparison.run { runner.run(core: $0) }
        return comparison
    }
}
