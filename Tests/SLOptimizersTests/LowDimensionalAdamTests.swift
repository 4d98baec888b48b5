import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

/// Adam in a moving subspace against its definition in plain Double code.
@Suite(.compute(threads: 2)) struct LowDimensionalAdamTests {
    static let shapes = [(9, 5), (5, 9), (6, 6)]
    private static let (beta1, beta2, rho) = (0.908, 0.99, 0.908)

    private func rule(_ search: LowDimensionalAdamRule.Search = .powerIteration, feedback: Bool = true) -> LowDimensionalAdamRule {
        LowDimensionalAdamRule(
            AdamSettings(beta1: Self.beta1, beta2: Self.beta2), rank: 2, rho: Self.rho, search: search, errorFeedback: feedback)
    }

    private func power(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * base } }

    /// Written for tall tensors [m, n], bases as rows; wide and square ones are transposed. The basis is taken from the rule, and that it spans
    /// what it should is checked apart.
    @Test(arguments: shapes, [true, false]) func byDefinition(shape: (Int, Int), feedback: Bool) throws {
        let isRight = shape.0 > shape.1
        func tall(_ matrix: Plain) -> Plain { isRight ? matrix : matrix.transposed }
        let steps = try Steps(rule(feedback: feedback), weight: Matrix<Double>.normal(shape.0, shape.1, "w"))
        let (m0, n0) = (max(shape.0, shape.1), min(shape.0, shape.1))
        var (m, v, e, w) = (Plain(m0, 2), Plain(m0, 2), Plain(m0, n0), tall(Plain(steps.weight)))
        var old = Plain(2, n0)
        for t in 1...6 {
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g\(t)")
            #expect(abs(steps.updater.squaredNorm(of: gradient) - (tall(Plain(gradient)) + (feedback ? e : 0 * e)).squared) < 1e-10)
            try steps.update(gradient, rate: 0.1, decay: 0.05)
            let g = feedback ? tall(Plain(gradient)) + e : tall(Plain(gradient))
            let f = Plain(steps.state("projector"))
            let gram = (f * f.transposed).elements
            #expect(Deviation(gram, from: [1, 0, 0, 1.0]).largest < 1e-12)
            if t > 1 {
                // One step of the power iteration spans what F spans.
                let b = (Self.rho / (1 - power(Self.beta1, t - 1))) * (m * old) + (1 - Self.rho) * g
                let spanned = (b * old.transposed).transposed * b
                #expect(Deviation((spanned * f.transposed * f).elements, from: spanned.elements).relative < 1e-10)
            }
            let (c1, c2) = (1 - power(Self.beta1, t - 1), 1 - power(Self.beta2, t - 1))
            let change = old * f.transposed
            let carried = m * change
            e = g - g * f.transposed * f + (Self.beta1 / (1 - Self.beta1)) * (m * old - carried * f)
            if t > 1 {
                let variance = (1 / c2) * v - (1 / (c1 * c1)) * m.map { $0 * $0 }
                v = (variance * change.map { $0 * $0 } + (1 / (c1 * c1)) * carried.map { $0 * $0 }).map { abs($0 * c2) }
                m = carried
            }
            let r = g * f.transposed
            m = Self.beta1 * m + (1 - Self.beta1) * r
            v = Self.beta2 * v + (1 - Self.beta2) * r.map { $0 * $0 }
            let (d1, d2) = (1 - power(Self.beta1, t), 1 - power(Self.beta2, t))
            let n = m.zip(v) { $0 / d1 / (($1 / d2).squareRoot() + 1e-8) }
            w = (1 - 0.1 * 0.05) * w - 0.1 * (n * f)
            old = f
            #expect(Deviation(steps.weight.elements, from: (isRight ? w : w.transposed).elements).relative < 1e-10, "update \(t)")
            if feedback { #expect(Deviation(steps.state("error").elements, from: (isRight ? e : e.transposed).elements).relative < 1e-10) }
        }
    }

    /// By decomposition the basis is the leading singular vectors of the mixture.
    @Test(arguments: shapes) func decompositionFindsTheLeadingVectors(shape: (Int, Int)) throws {
        let steps = try Steps(rule(.svd, feedback: false), weight: Matrix<Double>.zeros(shape.0, shape.1))
        let isRight = shape.0 > shape.1
        for t in 1...4 {
            let (m, old) = (Plain(steps.state("exp_avg")), Plain(steps.state("projector")))
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g\(t)")
            try steps.update(gradient)
            let momentum = isRight ? m * old : old.transposed * m
            let mixed = t == 1 ? Plain(gradient) : (Self.rho / (1 - power(Self.beta1, t - 1))) * momentum + (1 - Self.rho) * Plain(gradient)
            let best = try ThinSVD(of: Matrix<Double>.of(shape.0, shape.1, mixed.elements), ledger: MemoryLedger()).singularValues.elements
            let f = Plain(steps.state("projector"))
            let held = (isRight ? mixed * f.transposed : f * mixed).squared
            #expect(abs(held - best[0] * best[0] - best[1] * best[1]) < 1e-10 * held)
        }
    }

    @Test(arguments: LowDimensionalAdamRule.Search.allCases, [(72, 64), (64, 72)]) func spaceIsAsDeclared(search: LowDimensionalAdamRule.Search, shape: (Int, Int)) throws {
        for storage in ProjectedSpaceTests.storages {
            for feedback in [true, false] {
                let rule = LowDimensionalAdamRule(AdamSettings(storage: storage), rank: 16, search: search, errorFeedback: feedback)
                let steps = try Steps(rule, weight: Matrix<Float>.normal(shape.0, shape.1, "w"))
                let state = steps.ledger.current.total
                #expect(steps.ledger.current[.optimizer] == rule.stateBytes(rows: shape.0, columns: shape.1))
                for t in 1...4 { try steps.update(.normal(shape.0, shape.1, "g\(t)")) }
                #expect(steps.ledger.peak.total - state == 4 * rule.refreshCount(rows: shape.0, columns: shape.1), "\(search) \(storage) \(feedback)")
                #expect(steps.weight.isFinite)
            }
        }
    }
}
