import Foundation
import SLNumerics
import SLTestSupport
import Testing

@Suite(.everyVectorUnit(threads: 1)) struct ActivationTests {
    @Test(arguments: lengths) func siluAndItsDerivative(n: Int) throws {
        let (x, y, dy) = (try Twin(1, n, "x", deviation: 3), try Twin(1, n, "y"), try Twin(1, n, "dy"))
        Float.silu(x.float.base, y.float.base, n)
        Reference.silu(x.double.base, y.double.base, n)
        #expect(y.error < elementwiseTolerance)
        Float.siluBackward(x.float.base, dy.float.base, n)
        Reference.siluBackward(x.double.base, dy.double.base, n)
        #expect(dy.error < elementwiseTolerance)
    }

    @Test(arguments: lengths) func swiGLUAndItsDerivative(n: Int) throws {
        let (gate, up) = (try Twin(1, n, "gate", deviation: 3), try Twin(1, n, "up"))
        let (y, dy) = (try Twin(1, n, "y"), try Twin(1, n, "dy"))
        Float.swiGLU(gate.float.base, up.float.base, y.float.base, n)
        Reference.swiGLU(gate.double.base, up.double.base, y.double.base, n)
        #expect(y.error < elementwiseTolerance)
        Float.swiGLUBackward(gate.float.base, up.float.base, dy.float.base, n)
        Reference.swiGLUBackward(gate.double.base, up.double.base, dy.double.base, n)
        #expect(gate.error < elementwiseTolerance)
        #expect(up.error < elementwiseTolerance)
    }

    /// The plain loops themselves: derivatives against central differences.
    @Test func plainDerivativesAreDerivatives() throws {
        let (x, up) = (try Matrix<Double>.normal(1, 9, "x", deviation: 2), try Matrix<Double>.normal(1, 9, "up"))
        let delta = try Matrix<Double>.normal(1, 9, "delta")
        let y = try Matrix<Double>.zeros(1, 9)
        func loss() -> Double {
            SwiGLU.forward(gate: x, up: up, into: y)
            return zip(y.elements, delta.elements).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let (dGate, dUp) = (try x.duplicate(), try up.duplicate())
        SwiGLU.backward(gate: dGate, up: dUp, outputGradient: delta)
        #expect(try GradientCheck().check(x, analytic: dGate.elements, loss).passes)
        #expect(try GradientCheck().check(up, analytic: dUp.elements, loss).passes)
        func siluLoss() -> Double {
            SiLU.forward(x, into: y)
            return zip(y.elements, delta.elements).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let dx = try delta.duplicate()
        SiLU.backward(x, gradient: dx)
        #expect(try GradientCheck().check(x, analytic: dx.elements, siluLoss).passes)
    }

    /// Without SiLU the gate is a factor like the other.
    @Test(arguments: lengths) func aPlainGateIsAProduct(n: Int) throws {
        let (gate, up) = (try Twin(1, n, "gate"), try Twin(1, n, "up"))
        let (y, dy) = (try Twin(1, n, "y"), try Twin(1, n, "dy"))
        let (gates, ups, slopes) = (gate.double.elements, up.double.elements, dy.double.elements)
        SwiGLU.forward(gate: gate.float, up: up.float, activation: .identity, into: y.float)
        SwiGLU.forward(gate: gate.double, up: up.double, activation: .identity, into: y.double)
        #expect(y.error < elementwiseTolerance && y.double.elements == zip(gates, ups).map { $0 * $1 })
        SwiGLU.backward(gate: gate.float, up: up.float, activation: .identity, outputGradient: dy.float)
        SwiGLU.backward(gate: gate.double, up: up.double, activation: .identity, outputGradient: dy.double)
        #expect(gate.error < elementwiseTolerance && up.error < elementwiseTolerance)
        #expect(gate.double.elements == zip(slopes, ups).map { $0 * $1 } && up.double.elements == zip(slopes, gates).map { $0 * $1 })
    }

    /// Where exp saturates, SiLU is 0 or x and its slope 0 or 1; nothing becomes NaN or infinite.
    @Test func saturates() throws {
        let values: [Float] = [-1e30, -1000, -100, -88.5, -87, -20, -1e-20, 0, 1e-20, 20, 87, 88.5, 100, 1000, 1e30, -0.0]
        let (x, y) = (try Twin(values), try Twin(values))
        Float.silu(x.float.base, y.float.base, values.count)
        for (index, value) in values.enumerated() {
            let exact = Double(value) / (1 + exp(-Double(value)))
            #expect(y.float[0, index].isFinite)
            // Below −87 the vector's exp is clamped: e⁻⁸⁷·x instead of less; both are 0 beside any weight.
            if value > -1e29 {
                #expect(abs(Double(y.float[0, index]) - exact) <= 1e-6 * abs(exact) + 1e-33, "silu(\(value)) = \(y.float[0, index])")
            }
        }
        let slope = try Matrix<Float>.zeros(1, values.count)
        slope.fill(1)
        Float.siluBackward(x.float.base, slope.base, values.count)
        #expect(slope.elements.allSatisfy { $0.isFinite && $0 > -0.2 && $0 < 1.2 })
        #expect(abs(slope[0, 12] - 1) < 1e-6 && abs(slope[0, 2]) < 1e-6)
    }

    @Test func notANumberStaysOne() throws {
        for position in [0, 3, 7, 8, 12] {
            let x = try Matrix<Float>.normal(1, 13, "x")
            x[0, position] = .nan
            Float.silu(x.base, x.base, 13)
            for index in 0..<13 { #expect(x[0, index].isNaN == (index == position)) }
        }
    }

    /// Through the attention's probabilities with log-sum-exp 0 the exponential itself is visible.
    @Test func exponentialIsWithinTwoUlp() throws {
        let count = 400_001
        let x = try Matrix<Float>.zeros(1, count)
        x.assign((0..<count).map { -87 + 175 * Float($0) / Float(count - 1) })
        let y = try x.duplicate()
        Float.causalProbabilities(y.base, valid: count, count, scale: 1, logSumExp: 0)
        var worst = 0.0
        for index in 0..<count {
            let exact = exp(Double(x[0, index]))
            worst = max(worst, abs(Double(y[0, index]) - exact) / Double(Float(exact).ulp))
        }
        #expect(worst <= 2, "\(worst) ulp")
    }

    @Test func exponentialClampsItsArgument() throws {
        let y = try Matrix<Float>.of(1, 8, [-1e30, -200, -88, -87.3, 88.3, 89, 200, 1e30])
        Float.causalProbabilities(y.base, valid: 8, 8, scale: 1, logSumExp: 0)
        #expect(y.elements[..<4].allSatisfy { $0 >= 0 && $0 < 1.3e-38 })
        #expect(y.elements[4...].allSatisfy { $0.isFinite && $0 > 2e38 })
    }
}
