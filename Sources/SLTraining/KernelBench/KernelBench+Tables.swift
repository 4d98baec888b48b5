public import SLSpec

extension KernelBench.Report {
    /// The ceilings for reading: a row each, a column a number of threads.
    public var ceilingTable: ValueTable {
        var rows = KernelWork.Traffic.allCases.map { traffic in
            [.text("memory, \(traffic.rawValue)"), .text("GB/s")] + ceilings.map { Self.billions($0.bandwidth[traffic] ?? 0) }
        }
        rows.append([.text("multiply-add in cache"), .text("GFLOP/s")] + ceilings.map { Self.billions($0.vectorRate) })
        rows.append([.text("product 2048 × 1376 × 512"), .text("GFLOP/s")] + ceilings.map { Self.billions($0.productRate) })
        rows.append([.text("exponential in cache"), .text("G/s")] + ceilings.map { Self.billions($0.exponentialRate, decimals: 2) })
        rows.append([.text("SiLU in cache"), .text("G/s")] + ceilings.map { Self.billions($0.sigmoidRate, decimals: 2) })
        return ValueTable(columns: ["ceiling", "unit"] + ceilings.map { Self.threads($0.threads) }, rows: rows)
    }

    /// The kernels for reading.
    public var kernelTable: ValueTable {
        ValueTable(
            columns: [
                "kernel", "size", "threads", "bytes", "MB", "MFLOP", "M exp", "best ms", "median ms", "GB/s", "GFLOP/s", "ceiling",
                "% of ceiling",
            ],
            rows: kernels.map { kernel in
                let work = kernel.work
                let exponentials = work.exponentials + work.sigmoids
                return [
                    .text(kernel.kernel), .text(kernel.size), .integer(kernel.threads), .text(kernel.formula),
                    Self.rounded(Double(work.bytes) / 1e6, 1), Self.rounded(Double(work.floatingPointOperations) / 1e6, 1),
                    exponentials == 0 ? .null : Self.rounded(Double(exponentials) / 1e6, 1),
                    Self.rounded(kernel.best * 1e3, 3), Self.rounded(kernel.median * 1e3, 3), Self.billions(kernel.bytesPerSecond),
                    work.floatingPointOperations == 0 ? .null : Self.billions(kernel.operationsPerSecond),
                    .text(kernel.bound.description), .integer(Int((kernel.share * 100).rounded())),
                ]
            })
    }

    /// The kernels for programs: plain units, nothing rounded.
    public var machineTable: ValueTable {
        ValueTable(
            columns: [
                "kernel", "size", "threads", "bytes", "flops", "exponentials", "best_seconds", "median_seconds", "ceiling_seconds",
                "ceiling", "share",
            ],
            rows: kernels.map { kernel in
                [
                    .text(kernel.kernel), .text(kernel.size), .integer(kernel.threads), .integer(kernel.work.bytes),
                    .integer(kernel.work.floatingPointOperations), .integer(kernel.work.exponentials + kernel.work.sigmoids),
                    .real(kernel.best), .real(kernel.median), .real(kernel.floor), .text(kernel.bound.description), .real(kernel.share),
                ]
            })
    }

    private static func threads(_ number: Int) -> String { number == 1 ? "1 thread" : "\(number) threads" }

    private static func billions(_ value: Double, decimals: Int = 1) -> ValueTable.Cell { rounded(value / 1e9, decimals) }

    private static func rounded(_ value: Double, _ decimals: Int) -> ValueTable.Cell {
        var factor = 1.0
        for _ in 0..<decimals { factor *= 10 }
        return .real((value * factor).rounded() / factor)
    }
}
