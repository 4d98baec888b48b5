public import SLNumerics
public import SLSpec

/// The matrix products of a full-rank step in every library and precision, on one thread and on all.
public struct ProductTable: Sendable {
    public struct Row: Sendable {
        public let linear, product: String
        public let m, n, k: Int
        /// Of them in a step.
        public let count: Int
        public let threads: Int
        /// FLOP/s of each form that could do it: the median over the repeats.
        public let rates: [ProductProbe.Form: Double]
    }

    public let rows: [Row]

    /// - Throws: ``OutOfMemoryError``.
    public static func measure(_ model: ModelShape, tokens: Int, threads: Int, repeats: Int, progress: (String) -> Void) throws -> ProductTable {
        let (h, f, v, layers) = (model.hiddenSize, model.intermediateSize, model.vocabularySize, model.layerCount)
        var rows: [Row] = []
        for (linear, out, into, count) in [("attention", h, h, 4 * layers), ("gate, up", f, h, 2 * layers), ("down", h, f, layers), ("head", v, h, 1)] {
            // The engine makes the logits of as many tokens at a time as fit into 32 MiB.
            let n = linear == "head" ? KernelSizes(model: model, tokens: tokens).logitRows : tokens
            for (product, m, columns, k, transposesLeft, transposesRight) in [
                ("x·Wᵀ", n, out, into, false, true), ("δ·W", n, into, out, false, false), ("δᵀ·x", out, into, n, true, false),
            ] {
                progress("products: \(linear) \(product)")
                let probe = try ProductProbe(
                    m: m, n: columns, k: k, transposesLeft: transposesLeft, transposesRight: transposesRight, ledger: MemoryLedger())
                for threads in Set([1, threads]).sorted() {
                    Compute.configure(threads: threads)
                    rows.append(Row(
                        linear: linear, product: product, m: m, n: columns, k: k, count: count, threads: threads,
                        rates: rates(probe, repeats: repeats)))
                }
            }
        }
        return ProductTable(rows: rows)
    }

    /// In turns, so that what disturbs the machine disturbs all forms.
    private static func rates(_ probe: ProductProbe, repeats: Int) -> [ProductProbe.Form: Double] {
        let forms = ProductProbe.Form.allCases.filter { probe.run($0) }
        var times: [ProductProbe.Form: [Double]] = [:]
        let calls = max(1, 200_000_000 / probe.operations)
        for _ in 0..<max(1, repeats) {
            for form in forms {
                let start = MonotonicClock.seconds
                for _ in 0..<calls { probe.run(form) }
                times[form, default: []].append((MonotonicClock.seconds - start) / Double(calls))
            }
        }
        return times.mapValues { Double(probe.operations) / $0.sorted()[$0.count / 2] }
    }

    /// For reading: a row a product and number of threads, a column a form; the last rows are a step's products together.
    public var table: ValueTable {
        let forms = ProductProbe.Form.allCases
        func rate(_ value: Double?) -> ValueTable.Cell { value.map { .integer(Int(($0 / 1e9).rounded())) } ?? .null }
        var cells: [[ValueTable.Cell]] = rows.map { row in
            [.text(row.linear), .text(row.product), .text("\(row.m) × \(row.n) × \(row.k)"), .integer(row.count), .integer(row.threads)]
                + forms.map { rate(row.rates[$0]) }
        }
        for threads in Set(rows.map(\.threads)).sorted() {
            let own = rows.filter { $0.threads == threads }
            cells.append(
                [.text("all of a step"), .null, .null, .null, .integer(threads)]
                    + forms.map { form in
                        let seconds = own.reduce(0.0) { sum, row in sum + (row.rates[form].map { Self.operations(row) / $0 } ?? .infinity) }
                        return seconds.isFinite ? rate(own.reduce(0.0) { $0 + Self.operations($1) } / seconds) : .null
                    })
        }
        return ValueTable(columns: ["linear", "product", "m × n × k", "per step", "threads"] + forms.map { "\($0.rawValue) GFLOP/s" }, rows: cells)
    }

    private static func operations(_ row: Row) -> Double { 2 * Double(row.m) * Double(row.n) * Double(row.k) * Double(row.count) }
}
