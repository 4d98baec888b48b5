import SLNumerics
import SLTestSupport
import Testing

struct AdamKernelTests {
    private static func coefficients<S: Scalar>(_ type: S.Type) -> AdamCoefficients<S> {
        AdamCoefficients(beta1: 0.9, beta2: 0.999, secondMomentScale: 3, epsilon: 1e-6, stepSize: 0.01, decay: 0.99, gradientScale: 0.5)
    }

    private func check(_ n: Int) throws {
        let (w, g, m) = (try Twin(1, n, "w"), try Twin(1, n, "g"), try Twin(1, n, "m"))
        let v = try Twin(try Matrix<Float>.normal(1, n, "v").elements.map { $0 * $0 })
        let direction = try Twin(g.float.elements)
        let (m2, v2) = (try Twin(m.float.elements), try Twin(v.float.elements))
        for _ in 0..<3 {
            AdamKernel.update(weight: StoredTensor(w.float), gradient: g.float, first: StoredTensor(m.float), second: StoredTensor(v.float), Self.coefficients(Float.self))
            Reference.adam(w.double.base, g.double.base, m.double.base, v.double.base, n, Self.coefficients(Double.self))
        }
        AdamKernel.direction(gradient: direction.float, first: StoredTensor(m2.float), second: StoredTensor(v2.float), Self.coefficients(Float.self))
        Reference.adamDirection(direction.double.base, m2.double.base, v2.double.base, n, Self.coefficients(Double.self))
        for (name, twin) in [("w", w), ("m", m), ("v", v), ("direction", direction), ("m2", m2), ("v2", v2)] {
            // β and ε themselves are rounded to Float: 1 − 0.999f is off by 1.7e-5 of itself.
            #expect(twin.error < 3e-5, "\(name): \(twin.error)")
        }
    }

    @Test(.everyVectorUnit(threads: 1), arguments: lengths) func onOneThread(n: Int) throws { try check(n) }
    @Test(.everyVectorUnit(threads: 2), arguments: [5, 32_768, 40_001]) func onTwoThreads(n: Int) throws { try check(n) }

    /// Weights, gradient and moments of any shape with the same count: the update is elementwise.
    @Test(.everyVectorUnit(threads: 2)) func twoThreadsGiveTheBitsOfOne() throws {
        func run(_ threads: Int) throws -> [Float] {
            Compute.configure(threads: threads)
            let (w, g) = (try Matrix<Float>.normal(201, 203, "w"), try Matrix<Float>.normal(201, 203, "g"))
            AdamKernel.update(
                weight: StoredTensor(w), gradient: g, first: StoredTensor(try .zeros(201, 203)), second: StoredTensor(try .zeros(201, 203)), Self.coefficients(Float.self))
            return w.elements
        }
        #expect(try run(1) == run(2))
    }
}
