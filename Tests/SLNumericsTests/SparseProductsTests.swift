import SLNumerics
import SLRandom
import SLTestSupport
import Testing

/// Products on a sparse support against dense loops in Double.
struct SparseProductsTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var tokens: Int
        var rows: Int
        var columns: Int
        /// Of a row that is not left empty; every third row is.
        var density: Double

        var testDescription: String { "\(tokens) tokens, \(rows)x\(columns), density \(density)" }
    }

    static let shapes = [
        Shape(tokens: 1, rows: 1, columns: 1, density: 1), Shape(tokens: 1, rows: 40, columns: 33, density: 0.3),
        Shape(tokens: 31, rows: 17, columns: 9, density: 0.5), Shape(tokens: 32, rows: 16, columns: 64, density: 0.1),
        Shape(tokens: 33, rows: 5, columns: 7, density: 1), Shape(tokens: 70, rows: 12, columns: 20, density: 0),
        Shape(tokens: 257, rows: 43, columns: 61, density: 0.2), Shape(tokens: 257, rows: 64, columns: 90, density: 1),
        Shape(tokens: 600, rows: 100, columns: 75, density: 0.9), Shape(tokens: 70, rows: 1100, columns: 30, density: 0.2),
        Shape(tokens: 65, rows: 513, columns: 3, density: 0.01),
    ]

    /// One problem, its operands windows of wider matrices, and its exact answers.
    private struct Problem<S: Scalar> {
        let support: SparseSupport
        let x, y, delta, dx, values, dv: Matrix<S>
        let exactY, exactDX, exactDV: [Double]
        let workspace: Matrix<S>

        init(_ shape: Shape, threads: Int) throws {
            var stream = RandomStream(seed: 1, name: "support")
            var positions: [(row: Int, column: Int)] = []
            var starts = [0]
            for row in 0..<shape.rows {
                if row % 3 != 1 {
                    for column in 0..<shape.columns where stream.uniform() < shape.density { positions.append((row, column)) }
                }
                starts.append(positions.count)
            }
            support = SparseSupport(rowStarts: try .of(starts), columns: try .of(positions.map(\.column)))
            func normal(_ rows: Int, _ columns: Int, _ name: String) throws -> Matrix<S> {
                let float = try Matrix<Float>.normal(rows, columns, name)
                return try Matrix<S>.of(rows, columns, float.elements.map { S($0) }).asWindow()
            }
            x = try normal(shape.tokens, shape.columns, "x")
            y = try normal(shape.tokens, shape.rows, "y")
            delta = try normal(shape.tokens, shape.rows, "delta")
            dx = try normal(shape.tokens, shape.columns, "dx")
            values = try normal(1, positions.count, "values")
            dv = try normal(1, positions.count, "dv")
            var (sumY, sumDX) = (y.elements.map { Double($0) }, dx.elements.map { Double($0) })
            var sumDV = [Double](repeating: 0, count: positions.count)
            let (inputs, deltas) = (x.elements.map { Double($0) }, delta.elements.map { Double($0) })
            for (entry, (row, column)) in positions.enumerated() {
                let value = Double(values[0, entry])
                for token in 0..<shape.tokens {
                    sumY[token * shape.rows + row] += value * inputs[token * shape.columns + column]
                    sumDX[token * shape.columns + column] += value * deltas[token * shape.rows + row]
                    sumDV[entry] += deltas[token * shape.rows + row] * inputs[token * shape.columns + column]
                }
            }
            (exactY, exactDX, exactDV) = (sumY, sumDX, sumDV)
            // Whatever the workspace holds must not matter.
            let count = support.productWorkspaceCount(tokens: shape.tokens, inFeatures: shape.columns, threads: threads)
            workspace = try .zeros(1, count)
            workspace.fill(.nan)
        }

        func run(gradient: Bool = true, accumulate: Bool = true) {
            support.addProduct(x, values: values, into: y, workspace: workspace)
            workspace.fill(.nan)
            support.addGradients(
                x, outputGradient: delta, values: values, inputGradient: dx, valueGradient: gradient ? dv : nil, accumulate: accumulate,
                workspace: workspace)
        }
    }

    private func check<S: Scalar>(_ shape: Shape, _ type: S.Type, threads: Int, tolerance: Double) throws {
        func isClose(_ a: Matrix<S>, _ b: [Double]) -> Bool { Deviation(a.elements, from: b).relativeToLargest < tolerance }
        let adding = try Problem<S>(shape, threads: threads)
        let before = adding.dv.elements.map { Double($0) }
        adding.run()
        #expect(isClose(adding.y, adding.exactY))
        #expect(isClose(adding.dx, adding.exactDX))
        #expect(isClose(adding.dv, zip(before, adding.exactDV).map { $0 + $1 }))
        for (window, name) in [(adding.y, "y"), (adding.dx, "dx"), (adding.dv, "dv")] where window.count > 0 {
            for row in 0..<window.rows {
                let start = window.base + row * window.stride
                #expect(start[-1] == -77 && start[window.columns] == -77, "a window's surroundings stay: \(name)")
            }
        }

        let setting = try Problem<S>(shape, threads: threads)
        setting.dv.fill(.nan)
        setting.run(accumulate: false)
        #expect(isClose(setting.dv, setting.exactDV))

        let untrained = try Problem<S>(shape, threads: threads)
        let values = untrained.dv.elements
        untrained.run(gradient: false)
        #expect(isClose(untrained.dx, untrained.exactDX))
        #expect(untrained.dv.elements == values, "no gradient asked for, none written")

        let again = try Problem<S>(shape, threads: threads)
        again.run()
        #expect(again.y.elements == adding.y.elements && again.dx.elements == adding.dx.elements)
        #expect(again.dv.elements == adding.dv.elements, "the same bits")
    }

    /// Sums of at most 600 products: √600 · 6e-8 is 1.5e-6; ten times that.
    @Test(.everyVectorUnit(threads: 1), arguments: shapes) func float(shape: Shape) throws {
        try check(shape, Float.self, threads: 1, tolerance: 1.5e-5)
    }

    @Test(.everyVectorUnit(threads: 2), arguments: shapes) func floatOnTwoThreads(shape: Shape) throws {
        try check(shape, Float.self, threads: 2, tolerance: 1.5e-5)
    }

    @Test(.everyVectorUnit(threads: 1), arguments: shapes) func double(shape: Shape) throws {
        try check(shape, Double.self, threads: 1, tolerance: 1e-13)
    }

    @Test(.everyVectorUnit(threads: 2), arguments: shapes) func doubleOnTwoThreads(shape: Shape) throws {
        try check(shape, Double.self, threads: 2, tolerance: 1e-13)
    }

    /// A second thread takes part, with space and a gradient of its own, only where there is work for it.
    @Test(.everyVectorUnit(threads: 1)) func workspace() {
        func count(_ tokens: Int, _ entries: Int, _ threads: Int) -> Int {
            SparseSupport.productWorkspaceCount(rows: 512, columns: 512, entries: entries, tokens: tokens, threads: threads)
        }
        let one = count(2048, 7864, 1)
        let more = count(2048, 7864, 2) - one
        #expect(more > 7864 + 2 * 512 && count(2048, 7864, 3) == one + 2 * more)
        #expect(count(1, 7864, 2) == one && count(64, 1, 2) == count(64, 1, 1))
        // Beside the gradients, the support by columns: values, places, and where each column begins; and a cache line to align with.
        #expect(one - more == 2 * 7864 + 512 + 2 + 16)
    }
}
