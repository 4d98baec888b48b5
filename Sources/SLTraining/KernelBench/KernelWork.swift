/// What one call of a kernel has to do at least, by its definition and not by how it is written.
public struct KernelWork: Sendable, Hashable {
    /// How a kernel meets memory: which of the measured bandwidths it is held against.
    public enum Traffic: String, Sendable, Hashable, CaseIterable {
        /// Reads only.
        case read
        /// Writes only; the line is fetched before it is overwritten, as ordinary stores do.
        case write
        /// Reads one place and writes another.
        case copy
        /// Writes what it has read as well.
        case update
    }

    /// Bytes read and bytes written, each array once.
    public var bytes: Int
    public var traffic: Traffic
    /// One a multiplication, addition, division or root, outside of `productOperations`, exponentials and sigmoids.
    public var vectorOperations: Int
    /// 2·m·n·k over the matrix products inside.
    public var productOperations: Int
    public var exponentials: Int
    /// 1 / (1 + e⁻ˣ): an exponential and a division.
    public var sigmoids: Int

    public init(
        bytes: Int, traffic: Traffic, vectorOperations: Int = 0, productOperations: Int = 0, exponentials: Int = 0, sigmoids: Int = 0
    ) {
        self.bytes = bytes
        self.traffic = traffic
        self.vectorOperations = vectorOperations
        self.productOperations = productOperations
        self.exponentials = exponentials
        self.sigmoids = sigmoids
    }

    public var floatingPointOperations: Int { vectorOperations + productOperations }
}

/// Which ceiling a kernel meets first.
public enum KernelBound: Sendable, Hashable {
    case memory(KernelWork.Traffic)
    case vectorUnit
    case products

    public var description: String {
        switch self {
        case .memory(let traffic): "memory (\(traffic.rawValue))"
        case .vectorUnit: "vector unit"
        case .products: "products"
        }
    }
}

/// One kernel's times on one number of threads.
public struct KernelMeasurement: Sendable {
    public let kernel: String
    /// The sizes in words, e.g. `2048 × 512`.
    public let size: String
    /// How the bytes are counted, e.g. `8·N·h`.
    public let formula: String
    public let threads: Int
    public let work: KernelWork
    /// Seconds of one call.
    public let best: Double
    public let median: Double
    /// Seconds that the ceilings allow.
    public let floor: Double
    public let bound: KernelBound

    public var bytesPerSecond: Double { Double(work.bytes) / best }
    public var operationsPerSecond: Double { Double(work.floatingPointOperations) / best }
    /// The reached part of the ceiling that binds, from the best time; above 1 where caches help.
    public var share: Double { floor / best }
}
