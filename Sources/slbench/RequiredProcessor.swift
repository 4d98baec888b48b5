import Foundation
import SLHarness

/// What the program's kernels were built for. The manifest gives this room the word and not the instructions, so that it can
/// look before the first of them is reached.
enum RequiredProcessor {
    #if SLNUMERICS_AVX512
        static let check = ProcessorGuard(units: "avx512", needed: ["avx2", "fma", "avx512f", "avx512vl"])
    #elseif SLNUMERICS_AVX2
        static let check = ProcessorGuard(units: "avx2", needed: ["avx2", "fma"])
    #else
        static let check = ProcessorGuard(units: "baseline", needed: [])
    #endif

    /// Ends the program, exit code 70, where it would die of an unknown instruction.
    static func require() {
        guard let refusal = check.refusal() else { return }
        Talk.say("slbench: \(refusal)")
        exit(70)
    }
}
