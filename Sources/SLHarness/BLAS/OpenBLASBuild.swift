/// The OpenBLAS that the program is linked to, by its own words.
public struct OpenBLASBuild: Sendable, Hashable {
    /// e.g. 0.3.21; empty where it names none.
    public var version: [Int]
    /// Whether it has kernels for many processors and picks some when it is loaded. Otherwise nothing can be chosen.
    public var choosesKernels: Bool

    /// - Parameter configuration: e.g. `OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64`.
    public init(configuration: String) {
        let words = configuration.split(separator: " ")
        let number = words.first { $0.first?.isNumber == true && $0.contains(".") } ?? ""
        version = number.split(separator: ".").prefix(3).compactMap { Int($0) }
        choosesKernels = words.contains("DYNAMIC_ARCH")
    }

    /// Where the version is not known it counts as old.
    public func isBefore(_ other: Int...) -> Bool { version.lexicographicallyPrecedes(other) }
}
