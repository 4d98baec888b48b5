/// Kernels that every job of a sweep computes with, whatever its node would choose, so that unlike nodes compute alike. Named as OpenBLAS names its
/// own for a processor, in small letters. What the C library and oneDNN choose by the processor stays theirs.
public enum PinnedKernels: String, Sendable, Hashable, Codable, CaseIterable {
    case nehalem, sandybridge, haswell, zen, skylakex, cooperlake, sapphirerapids, neoversen1, neoversev1
}
