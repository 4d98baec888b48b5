import SLNumerics

/// Times the kernels beside the matrix products, against what memory and vector units reach on the same threads.
public struct KernelBench {
    private let sizes: KernelSizes
    private let threads: [Int]
    private let repeats: Int

    /// - Parameters:
    ///   - threads: measured on one thread and on this many.
    ///   - repeats: passes over all buffers of a kernel, each timed; the best and the median are told.
    public init(sizes: KernelSizes, threads: Int, repeats: Int) {
        self.sizes = sizes
        self.threads = Set([1, max(1, threads)]).sorted()
        self.repeats = max(1, repeats)
    }

    /// Everything measured, one entry a kernel and number of threads.
    public struct Report: Sendable {
        public let ceilings: [MachineCeilings]
        public let kernels: [KernelMeasurement]
    }

    /// - Parameters:
    ///   - only: what a kernel's name contains, upper or lower case; all kernels if empty.
    ///   - progress: told each kernel's name before its turn.
    /// - Throws: ``OutOfMemoryError``.
    public func run(only part: String = "", progress: (String) -> Void = { _ in }) throws -> Report {
        progress("ceilings")
        let ceilings = try threads.map {
            try MachineCeilings.measure(threads: $0, bytes: sizes.footprint, rounds: sizes.rounds, repeats: repeats)
        }
        var kernels: [KernelMeasurement] = []
        let part = part.lowercased()
        for kernel in sizes.cases where part.isEmpty || kernel.name.lowercased().contains(part) {
            progress(kernel.name)
            kernels += try measure(kernel, ceilings)
        }
        return Report(ceilings: ceilings, kernels: kernels)
    }

    private func measure(_ kernel: KernelCase, _ ceilings: [MachineCeilings]) throws -> [KernelMeasurement] {
        let sets = max(1, (sizes.footprint + kernel.work.bytes - 1) / max(1, kernel.work.bytes))
        let bench = Workbench(threads: threads.last ?? 1)
        Compute.configure(threads: bench.threads)
        let prepared = try kernel.prepare(bench, sets)
        return ceilings.map { ceiling in
            Compute.configure(threads: ceiling.threads)
            let pass = { for call in prepared.calls { call() } }
            prepared.restore()
            pass()
            let times = (0..<repeats).map { _ in
                prepared.restore()
                return MachineCeilings.seconds(pass) / Double(prepared.calls.count)
            }.sorted()
            let floor = ceiling.floor(of: kernel.work)
            return KernelMeasurement(
                kernel: kernel.name, size: kernel.size, formula: kernel.formula, threads: ceiling.threads, work: kernel.work,
                best: times[0], median: times[times.count / 2], floor: floor.seconds, bound: floor.bound)
        }
    }
}

extension KernelSizes {
    package var cases: [KernelCase] { rowCases + softmaxCases + tensorCases + sparseCases }
}
