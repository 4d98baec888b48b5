import COpenBLAS

/// Which BLAS this process computes with.
public enum BLASEnvironment {
    /// e.g. `OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64`.
    public static var configuration: String { text(openblas_get_config()) }
    /// The kernel set OpenBLAS picked for this CPU, e.g. `Haswell`, `Zen`, `SkylakeX`.
    public static var core: String { text(openblas_get_corename()) }
    public static var threads: Int { Int(openblas_get_num_threads()) }

    private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
        pointer.map { String(cString: $0).trimmingSpaces } ?? "unknown"
    }
}

extension String {
    fileprivate var trimmingSpaces: String { split(separator: " ").joined(separator: " ") }
}
