import Foundation
import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

@Suite(.compute(threads: 1)) struct StableSPAMTests {
    /// Seventeen updates over two resets, by the authors' code written out: one count for everything, the old moments once more.
    @Test(arguments: [nil, 12]) func followsTheCode(cosine: Int?) throws {
        let settings = StableSPAMSettings(
            adam: AdamSettings(beta1: 0.8, beta2: 0.9, epsilon: 1e-3), gamma1: 0.6, gamma2: 0.7, gamma3: 0.9, cosineSteps: cosine, cosineFloor: 0.4,
            resetInterval: 7)
        var state = State(4, 6)
        let apart = try deviation(StableSPAMRule(settings), 4, 6, updates: 17) { weight, gradient, rate, decay, k in
            let s = cosine.map { 0.4 + 0.6 * (1 + cos(.pi * Double(k) / Double($0 + 1))) / 2 } ?? 1
            state.count += 1
            let g = state.steady(gradient, gamma1: 0.6 * s, count: state.count)
            var (m, v) = (state.m, state.v)
            if k % 7 == 0 {
                (state.m, state.v) = (PlainMatrix(4, 6), PlainMatrix(4, 6))
                state.count = 1
            }
            m = m.mixed(0.8 * s, g, 1 - 0.8 * s)
            v = v.with(g) { 0.9 * $0 + 0.1 * $1 * $1 }
            if k % 7 != 0 { (state.m, state.v) = (m, v) }
            State.step(&weight, m, v, beta1: 0.8 * s, count: state.count, rate, decay)
        }
        #expect(apart < 1e-12)
    }

    /// As printed: moments are zeroed before they are used, and everything has its own count.
    @Test func followsThePaper() throws {
        let settings = StableSPAMSettings(
            adam: AdamSettings(beta1: 0.8, beta2: 0.9, epsilon: 1e-3), gamma1: 0.6, gamma2: 0.7, gamma3: 0.9, resetInterval: 7,
            resetForm: .separateCounts)
        var state = State(4, 6)
        let apart = try deviation(StableSPAMRule(settings), 4, 6, updates: 17) { weight, gradient, rate, decay, k in
            let g = state.steady(gradient, gamma1: 0.6, count: k)
            if k % 7 == 0 { (state.m, state.v, state.count) = (PlainMatrix(4, 6), PlainMatrix(4, 6), 0) }
            state.count += 1
            state.m = state.m.mixed(0.8, g, 0.2)
            state.v = state.v.with(g) { 0.9 * $0 + 0.1 * $1 * $1 }
            State.step(&weight, state.m, state.v, beta1: 0.8, count: state.count, rate, decay)
        }
        #expect(apart < 1e-12)
    }

    private struct State {
        var m: PlainMatrix
        var v: PlainMatrix
        var count = 0
        private var (largest, norm, square) = (0.0, 0.0, 0.0)

        init(_ rows: Int, _ columns: Int) { (m, v) = (PlainMatrix(rows, columns), PlainMatrix(rows, columns)) }

        /// AdaClip and AdaGN.
        mutating func steady(_ gradient: PlainMatrix, gamma1: Double, count k: Int) -> PlainMatrix {
            let most = gradient.largest
            largest = 0.9 * largest + 0.1 * most
            let limit = largest / (1 - pow(0.9, Double(k)))
            let g = gradient.map { abs($0) > limit ? $0 / most * limit : $0 }
            let length = g.sumOfSquares.squareRoot()
            norm = gamma1 * norm + (1 - gamma1) * length
            square = 0.7 * square + 0.3 * length * length
            let first = norm / (1 - pow(gamma1, Double(k)))
            let second = square / (1 - pow(0.7, Double(k)))
            return g.map { $0 / length * first / (second.squareRoot() + 1e-3) }
        }

        static func step(
            _ weight: inout PlainMatrix, _ m: PlainMatrix, _ v: PlainMatrix, beta1: Double, count: Int, _ rate: Double, _ decay: Double
        ) {
            let (c1, c2) = (1 - pow(beta1, Double(count)), 1 - pow(0.9, Double(count)))
            for i in weight.values.indices {
                weight.values[i] *= 1 - rate * decay
                weight.values[i] -= rate * (m.values[i] / c1) / ((v.values[i] / c2).squareRoot() + 1e-3)
            }
        }
    }
}
