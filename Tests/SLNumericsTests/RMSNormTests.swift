import SLNumerics
import SLTestSupport
import Testing

struct RMSNormTests {
    @Test(.everyVectorUnit(threads: 1), arguments: lengths) func rowsAgreeWithTheirTwins(n: Int) throws {
        let (x, weight, dy) = (try Twin(1, n, "x"), try Twin(1, n, "weight"), try Twin(1, n, "dy"))
        let (y, dx, dWeight) = (try Twin(1, n, "y"), try Twin(1, n, "dx"), try Twin(1, n, "dWeight"))
        let r = Float.reciprocalRMS(x.float.base, n, epsilon: 1e-6)
        let exact = Reference.reciprocalRMS(x.double.base, n, epsilon: Double(Float(1e-6)))
        #expect(abs(Double(r) - exact) < elementwiseTolerance * exact)
        Float.normalize(x.float.base, r, weight.float.base, y.float.base, n)
        Reference.normalize(x.double.base, exact, weight.double.base, y.double.base, n)
        #expect(y.error < 3 * elementwiseTolerance)
        Float.normalizeBackward(x.float.base, r, weight.float.base, dy.float.base, dx.float.base, dWeight.float.base, n)
        Reference.normalizeBackward(x.double.base, exact, weight.double.base, dy.double.base, dx.double.base, dWeight.double.base, n)
        #expect(dx.error < sumTolerance)
        #expect(dWeight.error < sumTolerance)
    }

    /// The matrices' way with windows, against the rows' way in Double.
    private func check(rows: Int, columns: Int) throws {
        let (x, dy) = (try Twin(rows, columns, "x"), try Twin(rows, columns, "dy"))
        let (weight, dx, dWeight) = (try Twin(1, columns, "weight"), try Twin(rows, columns, "dx"), try Twin(1, columns, "dWeight"))
        let (xWindow, dyWindow, dxWindow) = (try x.float.asWindow(), try dy.float.asWindow(), try dx.float.asWindow())
        let y = try Matrix<Float>.zeros(rows, columns).asWindow()
        let again = try Matrix<Float>.zeros(rows, columns)
        let reciprocal = try Matrix<Float>.zeros(1, rows)
        let partial = try Matrix<Float>.zeros(Compute.threads, columns)
        partial.fill(99)
        RMSNorm.forward(xWindow, weight: weight.float, into: y, reciprocal: reciprocal, epsilon: 1e-6)
        RMSNorm.recompute(xWindow, weight: weight.float, into: again, reciprocal: reciprocal)
        #expect(again.elements == y.elements)
        RMSNorm.backward(
            xWindow, weight: weight.float, reciprocal: reciprocal, outputGradient: dyWindow, inputGradient: dxWindow,
            weightGradient: dWeight.float, partial: partial)

        let exact = try Matrix<Double>.zeros(rows, columns)
        for row in 0..<rows {
            func at(_ matrix: Matrix<Double>) -> UnsafeMutablePointer<Double> { matrix.base + row * columns }
            let r = Reference.reciprocalRMS(at(x.double), columns, epsilon: 1e-6)
            Reference.normalize(at(x.double), r, weight.double.base, at(exact), columns)
            Reference.normalizeBackward(at(x.double), r, weight.double.base, at(dy.double), at(dx.double), dWeight.double.base, columns)
        }
        #expect(Deviation(y.elements, from: exact.elements).relativeToLargest < 3 * elementwiseTolerance)
        #expect(Deviation(dxWindow.elements, from: dx.double.elements).relativeToLargest < sumTolerance)
        #expect(dWeight.error < sumTolerance)
    }

    static let shapes = [(1, 1), (3, 5), (7, 8), (9, 257), (33, 600), (64, 512)]

    @Test(.everyVectorUnit(threads: 1), arguments: shapes) func matricesOnOneThread(rows: Int, columns: Int) throws {
        try check(rows: rows, columns: columns)
    }
    @Test(.everyVectorUnit(threads: 2), arguments: shapes) func matricesOnTwoThreads(rows: Int, columns: Int) throws {
        try check(rows: rows, columns: columns)
    }

    @Test(.everyVectorUnit(threads: 1)) func theDerivativeIsTheDerivative() throws {
        let (x, weight, delta) = (
            try Matrix<Double>.normal(2, 5, "x"), try Matrix<Double>.normal(1, 5, "weight"), try Matrix<Double>.normal(2, 5, "delta")
        )
        let (y, reciprocal) = (try Matrix<Double>.zeros(2, 5), try Matrix<Double>.zeros(1, 2))
        func loss() -> Double {
            RMSNorm.forward(x, weight: weight, into: y, reciprocal: reciprocal, epsilon: 0.1)
            return zip(y.elements, delta.elements).reduce(0) { $0 + $1.0 * $1.1 }
        }
        _ = loss()
        let (dx, dWeight) = (try Matrix<Double>.zeros(2, 5), try Matrix<Double>.zeros(1, 5))
        RMSNorm.backward(
            x, weight: weight, reciprocal: reciprocal, outputGradient: delta, inputGradient: dx, weightGradient: dWeight, partial: try .zeros(1, 5))
        #expect(try GradientCheck().check(x, analytic: dx.elements, loss).passes)
        #expect(try GradientCheck().check(weight, analytic: dWeight.elements, loss).passes)
    }

    /// A row of zeros is divided by √ε, not by nothing.
    @Test(.everyVectorUnit(threads: 1)) func zeroRowsStayFinite() throws {
        let x = try Matrix<Float>.zeros(1, 9)
        #expect(abs(Float.reciprocalRMS(x.base, 9, epsilon: 1e-6) - 1000) < 0.1)
    }
}
