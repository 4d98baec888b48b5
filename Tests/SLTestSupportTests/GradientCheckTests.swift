import SLNumerics
import SLTestSupport
import Testing

@Suite(.compute(threads: 1)) struct GradientCheckTests {
    /// Σ sin(xᵢ)·cᵢ with a derivative known exactly, over three orders of magnitude of gradient.
    private func problem(scale: Double) throws -> (values: Matrix<Double>, exact: [Double], function: () throws -> Double) {
        let values = try Matrix<Double>.normal(3, 5, "values")
        let weights = try Matrix<Double>.normal(3, 5, "weights", deviation: scale).elements
        let exact = zip(values.elements, weights).map { cosine($0) * $1 }
        return (values, exact, { zip(values.elements, weights).reduce(0) { $0 + sine($1.0) * $1.1 } })
    }

    @Test(arguments: [1.0, 1e-3, 1e3]) func acceptsTheExactDerivative(scale: Double) throws {
        let (values, exact, function) = try problem(scale: scale)
        let result = try GradientCheck().check(values, analytic: exact, function)
        #expect(result.passes, "\(result)")
        #expect(!result.isDead)
        #expect(result.relativeError < 1e-9)
    }

    @Test(arguments: [1.01, 0.99, 0, -1, 2]) func rejectsAScaledDerivative(factor: Double) throws {
        let (values, exact, function) = try problem(scale: 1e-3)
        let result = try GradientCheck().check(values, analytic: exact.map { $0 * factor }, function)
        #expect(!result.passes, "factor \(factor): \(result)")
        #expect(result.relativeError > 0.009)
    }

    @Test func rejectsOneWrongElementAndNaN() throws {
        let (values, exact, function) = try problem(scale: 1)
        for wrong in [0.5, Double.nan, .infinity] {
            var broken = exact
            broken[7] = wrong
            #expect(try !GradientCheck().check(values, analytic: broken, function).passes)
        }
        #expect(try !GradientCheck().check(values, analytic: Array(exact.dropLast()), function).passes)
        #expect(try !GradientCheck().check(values, analytic: exact.reversed(), function).passes)
    }

    @Test func namesAFunctionThatDoesNotDependOnTheTensor() throws {
        let values = try Matrix<Double>.normal(2, 2, "values")
        let result = try GradientCheck().check(values, analytic: [0, 0, 0, 0]) { 3 }
        #expect(result.isDead && result.passes)
        #expect(try !GradientCheck().check(values, analytic: [0, 1e-3, 0, 0]) { 3 }.passes)
    }

    @Test func leavesTheValuesAsTheyWere() throws {
        let (values, exact, function) = try problem(scale: 1)
        let before = values.elements
        _ = try GradientCheck().check(values, analytic: exact, function)
        #expect(values.elements == before)
    }

    @Test func deviationsAreRelativeToTheLargerSide() {
        #expect(Deviation([1.0, 0], from: [1.0, 0]).relative == 0)
        #expect(Deviation([0.0, 0], from: [0.0, 0]).relative == 0)
        #expect(Deviation([0.0, 0], from: [1e-9, 0]).relative == 1)
        #expect(abs(Deviation([1.01, 0], from: [1.0, 0]).relative - 0.0099) < 1e-4)
        #expect(Deviation([Double.nan], from: [1.0]).relative == .infinity)
        #expect(Deviation([1.0, 2], from: [1.0]).relative == .infinity)
    }
}
