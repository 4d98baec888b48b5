import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

/// What becomes of the gradient outside the subspace, against the same in plain Double code.
@Suite(.compute(threads: 2)) struct OutsideTests {
    static let shapes = [(9, 5), (5, 9), (6, 6)]

    private func rule(_ outside: Outside, scale: Double = 0.25, interval: Int = 3, rank: Int = 2) -> ProjectedRule {
        ProjectedRule(
            AdamWRule(AdamSettings(epsilon: 1e-6, form: .huggingFace)), rank: rank, scale: scale, refresh: RefreshPolicy(interval: interval),
            outside: outside)
    }

    /// Runs the rule and the plain code side by side, with clipping and decay, across refreshes.
    private func compare(
        _ rule: ProjectedRule, _ shape: (Int, Int), _ body: (inout PlainProjection, Plain, Plain, Double) -> Plain
    ) throws {
        let steps = try Steps(rule, weight: Matrix<Double>.normal(shape.0, shape.1, "w"))
        var plain = PlainProjection(rows: shape.0, columns: shape.1, rank: rule.rank, scale: rule.scale)
        var weight = Plain(steps.weight)
        for t in 1...8 {
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g\(t)")
            try steps.update(gradient, rate: 0.1, decay: 0.05, gradientScale: 0.7)
            let step = body(&plain, 0.7 * Plain(gradient), Plain(steps.state("projector")), 0.1)
            weight = (1 - 0.1 * 0.05) * (weight - step)
            #expect(Deviation(steps.weight.elements, from: weight.elements).relative < 1e-12, "update \(t)")
        }
    }

    @Test(arguments: shapes, [true, false]) func scaledAsFira(shape: (Int, Int), asCode: Bool) throws {
        let share = asCode ? 0.25 : 1
        try compare(rule(.scaled(GradientScaling(), share: share)), shape) { plain, g, p, rate in
            let r = plain.project(g, p)
            let (n, size) = plain.adam(r, rate: rate)
            let s = plain.scaled(g - share * plain.back(r, p), n, r, perTensor: false, factor: 1, limit: 1.01)
            return size * (0.25 * plain.back(n, p) + s)
        }
    }

    /// What the paper adds lies outside the subspace: the projection of the whole step is that of the inner step.
    @Test(arguments: shapes) func theExactResidualIsOutside(shape: (Int, Int)) throws {
        let steps = try Steps(rule(.scaled(GradientScaling(), share: 1), scale: 1), weight: Matrix<Double>.zeros(shape.0, shape.1))
        let twin = try Steps(rule(.dropped, scale: 1), weight: Matrix<Double>.zeros(shape.0, shape.1))
        let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g")
        try steps.update(gradient)
        try twin.update(gradient)
        let basis = Plain(steps.state("projector"))
        let plain = PlainProjection(rows: shape.0, columns: shape.1, rank: 2, scale: 1)
        let (with, without) = (plain.project(Plain(steps.weight), basis), plain.project(Plain(twin.weight), basis))
        #expect(Deviation(with.elements, from: without.elements).relative < 1e-12)
        #expect((Plain(steps.weight) - Plain(twin.weight)).length > 0.1 * Plain(twin.weight).length)
    }

    @Test(arguments: shapes, GradientScaling.Granularity.allCases) func wholeAsAPOLLO(shape: (Int, Int), granularity: GradientScaling.Granularity) throws {
        try compare(rule(.whole(GradientScaling(granularity, factor: 3, growthLimit: 1.01))), shape) { plain, g, p, rate in
            let r = plain.project(g, p)
            let (n, size) = plain.adam(r, rate: rate)
            return size * plain.scaled(g, n, r, perTensor: granularity == .tensor, factor: 3, limit: 1.01)
        }
    }

    @Test(arguments: shapes) func errorFeedback(shape: (Int, Int)) throws {
        try compare(rule(.errorFeedback), shape) { plain, g, p, rate in
            let sum = g + plain.error
            let r = plain.project(sum, p)
            plain.error = sum - plain.back(r, p)
            let (n, size) = plain.adam(r, rate: rate)
            return (0.25 * size) * plain.back(n, p)
        }
    }

    /// All gradients so far are in the subspace's share of them or in the error: nothing is lost, nothing counted twice.
    @Test(arguments: shapes) func errorFeedbackConservesTheGradient(shape: (Int, Int)) throws {
        let steps = try Steps(rule(.errorFeedback, interval: 2), weight: Matrix<Double>.zeros(shape.0, shape.1))
        let plain = PlainProjection(rows: shape.0, columns: shape.1, rank: 2, scale: 1)
        var (given, used) = (Plain(shape.0, shape.1), Plain(shape.0, shape.1))
        for t in 1...7 {
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g\(t)")
            let before = Plain(steps.state("error"))
            try steps.update(gradient)
            let basis = Plain(steps.state("projector"))
            given = given + Plain(gradient)
            used = used + plain.back(plain.project(Plain(gradient) + before, basis), basis)
            #expect(Deviation((used + Plain(steps.state("error"))).elements, from: given.elements).relative < 1e-13)
        }
    }

    // MARK: The limiter

    @Test func growthIsLimited() throws {
        /// What is remembered of the norms, and how far the weight moves.
        func lengths(_ limit: Double?) throws -> (norms: [Double], moves: [Double]) {
            let steps = try Steps(
                rule(.whole(GradientScaling(growthLimit: limit)), interval: 100), weight: Matrix<Double>.zeros(9, 5))
            var (norms, moves): ([Double], [Double]) = ([], [])
            for t in 1...6 {
                let gradient = try Matrix<Double>.normal(9, 5, "g\(t % 2)")
                gradient.scale(by: t == 4 ? 100 : 1)
                let before = steps.weight.elements
                try steps.update(gradient)
                norms.append(steps.state("growth_norm")[0, 0])
                moves.append(Deviation(steps.weight.elements, from: before).difference)
            }
            return (norms, moves)
        }
        let (limited, free) = (try lengths(1.01), try lengths(nil))
        for (a, b) in zip(limited.norms, limited.norms.dropFirst()) { #expect(b <= 1.01 * a * (1 + 1e-7)) }
        // The fourth gradient is a spike.
        #expect(free.moves[3] > 1.2 * limited.moves[3])
    }

    /// A gradient of zero and the one after it are harmless.
    @Test(arguments: [Outside.scaled(GradientScaling(), share: 1), .whole(GradientScaling()), .errorFeedback])
    func aZeroGradientIsHarmless(outside: Outside) throws {
        let steps = try Steps(rule(outside), weight: Matrix<Float>.normal(9, 5, "w"))
        for t in 1...5 { try steps.update(t == 3 ? .zeros(9, 5) : .normal(9, 5, "g\(t)")) }
        #expect(steps.weight.isFinite)
    }
}
