import SLNumerics
import SLSpec

extension KernelSizes {
    /// Products with a sparse matrix, its dense form, and single columns.
    var sparseCases: [KernelCase] { [sparseProduct, sparseGradients] + supportCases + columnCases }

    private var entries: Int { inner * sparsePerRow }
    private var sparseSize: String { "\(tokens) × \(hidden) by \(inner) × \(hidden), \(entries) entries" }

    private func workspace(_ bench: Workbench, _ support: SparseSupport) throws -> Matrix<Float> {
        try bench.matrix(1, support.productWorkspaceCount(tokens: tokens, inFeatures: hidden, threads: bench.threads))
    }

    private var sparseProduct: KernelCase {
        let (n, h, i) = (tokens, hidden, inner)
        let work = KernelWork(bytes: 4 * n * h + 8 * n * i + 8 * entries, traffic: .update, vectorOperations: 2 * n * entries)
        return .repeatable("Sparse product", sparseSize, "4·N·h + 8·N·i + 8·nnz", work) { [self] bench in
            let support = try bench.support(rows: i, columns: h, perRow: sparsePerRow)
            let (x, y, values) = (try bench.matrix(n, h), try bench.matrix(n, i), try bench.matrix(1, entries))
            let space = try workspace(bench, support)
            return { support.addProduct(x, values: values, into: y, workspace: space) }
        }
    }

    private var sparseGradients: KernelCase {
        let (n, h, i) = (tokens, hidden, inner)
        let work = KernelWork(bytes: 12 * n * h + 4 * n * i + 12 * entries, traffic: .update, vectorOperations: 4 * n * entries)
        return .repeatable("Sparse gradients", sparseSize, "12·N·h + 4·N·i + 12·nnz", work) { [self] bench in
            let support = try bench.support(rows: i, columns: h, perRow: sparsePerRow)
            let (x, dx, dy) = (try bench.matrix(n, h), try bench.matrix(n, h), try bench.matrix(n, i))
            let (values, gradient) = (try bench.matrix(1, entries), try bench.matrix(1, entries))
            let space = try workspace(bench, support)
            return {
                support.addGradients(
                    x, outputGradient: dy, values: values, inputGradient: dx, valueGradient: gradient, accumulate: false, workspace: space)
            }
        }
    }

    /// Entries lie so far apart that nearly every one is a cache line of its own: what moves is lines, not elements.
    private var supportCases: [KernelCase] {
        let (h, i) = (hidden, inner)
        let lines = i * min(sparsePerRow, (h + 15) / 16)
        let scatter = KernelWork(bytes: 8 * entries + 128 * lines, traffic: .update, vectorOperations: entries)
        let gather = KernelWork(bytes: 12 * entries + 64 * lines, traffic: .update, vectorOperations: entries)
        let size = "\(i) × \(h), \(entries) entries"
        return [
            .repeatable("Scatter to dense", size, "8·nnz + 128·lines", scatter) { [self] bench in
                let support = try bench.support(rows: i, columns: h, perRow: sparsePerRow)
                let (values, dense) = (try bench.matrix(1, entries), try bench.matrix(i, h))
                return { support.scatterAdd(values, into: dense) }
            },
            .repeatable("Gather from dense", size, "12·nnz + 64·lines", gather) { [self] bench in
                let support = try bench.support(rows: i, columns: h, perRow: sparsePerRow)
                let (values, dense) = (try bench.matrix(1, entries), try bench.matrix(i, h))
                return { support.gatherAdd(dense, into: values) }
            },
        ]
    }

    /// A quarter of the columns, so that every line is touched.
    private var columnCases: [KernelCase] {
        let (n, h, chosen) = (tokens, hidden, max(1, hidden / 4))
        let gather = KernelWork(bytes: 4 * n * h + 4 * n * chosen + 4 * chosen, traffic: .copy)
        let scatter = KernelWork(bytes: 8 * n * h + 4 * n * chosen + 4 * chosen, traffic: .update, vectorOperations: n * chosen)
        let size = "\(n) × \(chosen) of \(h)"
        return [
            .repeatable("Gather columns", size, "4·N·(h + c)", gather) { bench in
                let (wide, narrow) = (try bench.matrix(n, h), try bench.matrix(n, chosen))
                let columns = try bench.indices(bench.columns(chosen, of: h))
                return { narrow.gatherColumns(columns, of: wide) }
            },
            .repeatable("Scatter-add columns", size, "4·N·(2·h + c)", scatter) { bench in
                let (wide, narrow) = (try bench.matrix(n, h), try bench.matrix(n, chosen))
                let columns = try bench.indices(bench.columns(chosen, of: h))
                return { wide.scatterAddColumns(columns, from: narrow) }
            },
        ]
    }
}
