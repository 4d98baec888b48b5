import SLNumerics

/// What memory and vector units of this machine reach on a number of threads, by loops that do nothing else.
public struct MachineCeilings: Sendable {
    public let threads: Int
    /// Bytes a second over buffers far larger than the caches.
    public let bandwidth: [KernelWork.Traffic: Double]
    /// Multiplications and additions a second: a matrix product small enough for a core's own cache, one a thread.
    public let vectorRate: Double
    /// A second, on a row in the first-level cache.
    public let exponentialRate: Double
    /// A second, on a row in the first-level cache.
    public let sigmoidRate: Double
    /// Multiplications and additions a second in a product of the size that training has: 2048 × 1376 × 512.
    public let productRate: Double

    public init(
        threads: Int, bandwidth: [KernelWork.Traffic: Double], vectorRate: Double, exponentialRate: Double, sigmoidRate: Double,
        productRate: Double
    ) {
        self.threads = threads
        self.bandwidth = bandwidth
        self.vectorRate = vectorRate
        self.exponentialRate = exponentialRate
        self.sigmoidRate = sigmoidRate
        self.productRate = productRate
    }

    /// Seconds below which `work` cannot be done, and why: the slower of memory and computation. The parts of a
    /// computation share the vector unit, so their times add up.
    public func floor(of work: KernelWork) -> (seconds: Double, bound: KernelBound) {
        let memory = Double(work.bytes) / (bandwidth[work.traffic] ?? .infinity)
        let products = Double(work.productOperations) / productRate
        let vector =
            Double(work.vectorOperations) / vectorRate + Double(work.exponentials) / exponentialRate + Double(work.sigmoids) / sigmoidRate
        if memory >= products + vector { return (memory, .memory(work.traffic)) }
        return (products + vector, products > vector ? .products : .vectorUnit)
    }

    /// Measures on `threads` threads.
    ///
    /// - Parameters:
    ///   - bytes: of each of two buffers.
    ///   - rounds: how often a measured call goes over what is in a cache.
    ///   - repeats: the best counts.
    /// - Throws: ``OutOfMemoryError``.
    public static func measure(threads: Int, bytes: Int, rounds: Int, repeats: Int) throws -> MachineCeilings {
        Compute.configure(threads: threads)
        let streams = try StreamLoops(bytes: bytes, threads: threads)
        let inCache = try CacheLoops(threads: threads, rounds: rounds)
        func best(_ body: () -> Void) -> Double {
            body()
            return (0..<max(1, repeats)).map { _ in seconds(body) }.min() ?? .infinity
        }
        var bandwidth: [KernelWork.Traffic: Double] = [:]
        for traffic in KernelWork.Traffic.allCases {
            bandwidth[traffic] = Double(streams.bytes(of: traffic)) / best { streams.run(traffic) }
        }
        return MachineCeilings(
            threads: threads, bandwidth: bandwidth,
            vectorRate: Double(inCache.productOperations) / best { inCache.products() },
            exponentialRate: Double(inCache.rowElements) / best { inCache.exponentials() },
            sigmoidRate: Double(inCache.rowElements) / best { inCache.sigmoids() },
            productRate: Double(inCache.largeProductOperations) / best { inCache.largeProduct() })
    }

    package static func seconds(_ body: () -> Void) -> Double {
        let start = MonotonicClock.nanoseconds
        body()
        return Double(max(1, MonotonicClock.nanoseconds - start)) * 1e-9
    }
}
