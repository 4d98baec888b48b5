/// The vector instructions that this program's kernels were built for.
public enum VectorUnits {
    /// `avx512`, `avx2`, `neon`, or `baseline` for what every processor of the architecture has, as in debug builds.
    public static var built: String {
        #if SLNUMERICS_AVX512
            "avx512"
        #elseif SLNUMERICS_AVX2
            "avx2"
        #elseif arch(arm64)
            "neon"
        #else
            "baseline"
        #endif
    }
}
