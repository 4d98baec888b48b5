import SLNumerics
import SLTestSupport
import Testing

/// Elementwise work, tables of tokens, chosen columns and sparse supports in random shapes, against loops in `Double`.
@Suite(.serialized) struct TableShapeFuzzTests {
    private static let tolerance = 2e-5

    private func expect(_ matrix: Matrix<Float>, _ exact: [Double], _ what: String, floor: Double = 1) {
        let found = matrix.error(from: exact, floor: floor)
        #expect(found <= Self.tolerance, "\(what): \(found)")
        #expect(matrix.surroundingsStay, "\(what): written beside the window")
    }

    private func elementwise() throws {
        var fuzz = ShapeFuzz("elementwise")
        for _ in 0..<ShapeFuzz.rounds {
            let (rows, columns) = (fuzz.size(90), fuzz.size(700))
            let (x, y) = (try fuzz.matrix(rows, columns), try fuzz.matrix(rows, columns))
            let what = "\(rows)x\(columns), windows \(!x.matrix.isContiguous) \(!y.matrix.isContiguous)"
            let squares = x.exact.reduce(0) { $0 + $1 * $1 }
            #expect(abs(x.matrix.sumOfSquares() - squares) <= 1e-6 * squares, "squares, \(what)")
            x.matrix.add(y.matrix, scaledBy: 0.75)
            expect(x.matrix, zip(x.exact, y.exact).map { $0 + 0.75 * $1 }, "add, \(what)")
            x.matrix.scale(by: -2)
            expect(x.matrix, zip(x.exact, y.exact).map { -2 * $0 - 1.5 * $1 }, "scale, \(what)")
            x.matrix.copy(from: y.matrix)
            expect(x.matrix, y.exact, "copy, \(what)")
            #expect(x.matrix.isFinite)
            let (row, column) = (fuzz.below(rows), fuzz.below(columns))
            x.matrix[row, column] = fuzz.coin() ? .nan : .infinity
            #expect(!x.matrix.isFinite, "element \(row), \(column) of \(what)")
            x.matrix.fill(3)
            expect(x.matrix, Array(repeating: 3, count: rows * columns), "fill, \(what)")
        }
    }

    private func embeddings() throws {
        var fuzz = ShapeFuzz("embeddings")
        let formats: [StorageFormat] = [.full, .bf16(.nearest), .bf16(.stochastic)]
        for _ in 0..<ShapeFuzz.rounds {
            let (vocabulary, width, tokens) = (fuzz.coin() ? 257 : fuzz.size(300), fuzz.size(130), fuzz.size(200))
            let table = try fuzz.matrix(vocabulary, width)
            let ids = (0..<tokens).map { _ in Int32(fuzz.below(vocabulary)) }
            let (y, dy, gradient) = (try fuzz.matrix(tokens, width), try fuzz.matrix(tokens, width), try fuzz.matrix(vocabulary, width))
            let what = "\(tokens) of \(vocabulary)x\(width)"
            ids.withUnsafeBufferPointer { Embedding.forward(table.matrix, tokens: $0, into: y.matrix) }
            expect(y.matrix, ids.flatMap { table.exact[Int($0) * width..<(Int($0) + 1) * width] }, "rows, \(what)")
            for format in formats {
                let stored = try StoredTensor<Float>(
                    rows: vocabulary, columns: width, format: format, category: .weights, ledger: MemoryLedger())
                stored.assign(table.matrix.elements)
                ids.withUnsafeBufferPointer { Embedding.forward(stored, tokens: $0, into: y.matrix) }
                let kept = stored.elements.map { Double($0) }
                expect(y.matrix, ids.flatMap { kept[Int($0) * width..<(Int($0) + 1) * width] }, "rows of \(format), \(what)")
            }
            ids.withUnsafeBufferPointer { Embedding.backward(dy.matrix, tokens: $0, into: gradient.matrix) }
            var exact = gradient.exact
            for (token, id) in ids.enumerated() {
                for i in 0..<width { exact[Int(id) * width + i] += dy.exact[token * width + i] }
            }
            expect(gradient.matrix, exact, "gradient, \(what)")
        }
    }

    private func columns() throws {
        var fuzz = ShapeFuzz("columns")
        for _ in 0..<ShapeFuzz.rounds {
            let (rows, count, chosen) = (fuzz.size(90), fuzz.size(300), fuzz.size(150))
            let (wide, narrow) = (try fuzz.matrix(rows, count), try fuzz.matrix(rows, chosen))
            let numbers = (0..<chosen).map { _ in fuzz.below(count) }
            let indices = try IndexVector.of(numbers)
            wide.matrix.scatterAddColumns(indices, from: narrow.matrix)
            var exact = wide.exact
            for row in 0..<rows { for (j, column) in numbers.enumerated() { exact[row * count + column] += narrow.exact[row * chosen + j] } }
            let what = "\(chosen) columns of \(rows)x\(count)"
            expect(wide.matrix, exact, "scatter, \(what)")
            narrow.matrix.gatherColumns(indices, of: wide.matrix)
            let kept = wide.matrix.elements
            #expect(same(narrow.matrix.elements, (0..<rows).flatMap { row in numbers.map { kept[row * count + $0] } }), "gather, \(what)")
        }
    }

    private func sparse() throws {
        var fuzz = ShapeFuzz("sparse")
        for _ in 0..<ShapeFuzz.rounds {
            let (m, n) = (fuzz.size(70), fuzz.size(70))
            // Strips are some dozen tokens wide; a second thread takes part from a hundred thousand products on.
            let tokens = fuzz.size(fuzz.coin() ? 40 : 400)
            let density = [0, 0.03, 0.3, 1][fuzz.below(4)]
            var (starts, entries) = ([0], [(row: Int, column: Int)]())
            for row in 0..<m {
                if fuzz.below(4) > 0 { for column in 0..<n where fuzz.uniform() < density { entries.append((row, column)) } }
                starts.append(entries.count)
            }
            let support = SparseSupport(rowStarts: try .of(starts), columns: try .of(entries.map(\.column)))
            let values = try fuzz.whole(1, entries.count)
            let (x, y) = (try fuzz.matrix(tokens, n), try fuzz.matrix(tokens, m))
            let (delta, dx, dv) = (try fuzz.matrix(tokens, m), try fuzz.matrix(tokens, n), try fuzz.whole(1, entries.count))
            let workspace = try Matrix<Float>.zeros(
                1, support.productWorkspaceCount(tokens: tokens, inFeatures: n, threads: Compute.threads))
            workspace.fill(.nan)
            let accumulate = fuzz.coin()
            if !accumulate { dv.matrix.fill(.nan) }
            support.addProduct(x.matrix, values: values.matrix, into: y.matrix, workspace: workspace)
            workspace.fill(.nan)
            support.addGradients(
                x.matrix, outputGradient: delta.matrix, values: values.matrix, inputGradient: dx.matrix, valueGradient: dv.matrix,
                accumulate: accumulate, workspace: workspace)
            var (exactY, exactDX) = (y.exact, dx.exact)
            var exactDV = accumulate ? dv.exact : [Double](repeating: 0, count: entries.count)
            for (entry, (row, column)) in entries.enumerated() {
                let value = values.exact[entry]
                for token in 0..<tokens {
                    exactY[token * m + row] += value * x.exact[token * n + column]
                    exactDX[token * n + column] += value * delta.exact[token * m + row]
                    exactDV[entry] += delta.exact[token * m + row] * x.exact[token * n + column]
                }
            }
            let what = "\(tokens) tokens, \(m)x\(n) with \(entries.count) entries"
            expect(y.matrix, exactY, "product, \(what)", floor: 4)
            expect(dx.matrix, exactDX, "dx, \(what)", floor: 4)
            expect(dv.matrix, exactDV, "dv, \(what)", floor: max(1, Double(tokens).squareRoot()))

            let dense = try fuzz.matrix(m, n)
            support.scatterAdd(values.matrix, into: dense.matrix)
            var exact = dense.exact
            for (entry, (row, column)) in entries.enumerated() { exact[row * n + column] += values.exact[entry] }
            expect(dense.matrix, exact, "scatter, \(what)")
            let gathered = try fuzz.whole(1, entries.count)
            support.gatherAdd(dense.matrix, into: gathered.matrix)
            expect(gathered.matrix, entries.enumerated().map { gathered.exact[$0] + exact[$1.row * n + $1.column] }, "gather, \(what)")
        }
    }

    private func everything() throws {
        try elementwise()
        try embeddings()
        try columns()
        try sparse()
    }

    @Test(.everyVectorUnit(threads: 1)) func onOneThread() throws { try everything() }
    @Test(.everyVectorUnit(threads: 2)) func onTwoThreads() throws { try everything() }
}
