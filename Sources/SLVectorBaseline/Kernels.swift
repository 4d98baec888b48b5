public import SLVector

/// The loops of this room; see ``VectorKernels``.
///
/// Where `n` is whole a loop takes `WholeRow.count(n)`, which is the same: so the compiler sees how many turns there are and writes several at once.
/// No loop is inlined into the witness that calls it: the compiler leaves what a witness calls, single instructions among them, uninlined.
public enum Kernels: VectorKernels {
    public static var units: String {
        #if SLVECTOR_BF16
            "avx512_bf16"
        #elseif SLVECTOR_AVX512
            "avx512"
        #elseif SLVECTOR_AVX2
            "avx2"
        #elseif arch(arm64)
            "neon"
        #else
            "baseline"
        #endif
    }

    public static var computesCodes: Bool {
        #if SLVECTOR_AVX512 || SLVECTOR_AVX2
            true
        #else
            false
        #endif
    }
}
