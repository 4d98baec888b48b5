import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

/// What becomes of the moments when the basis changes.
@Suite(.compute(threads: 1)) struct ProjectedMomentsTests {
    private static let shapes = [(9, 5), (5, 9), (6, 6)]

    private func rule(_ moments: StateAtRefresh, interval: Int = 3) -> ProjectedRule {
        ProjectedRule(
            AdamWRule(AdamSettings(form: .huggingFace)), rank: 2, refresh: RefreshPolicy(interval: interval), stateAtRefresh: moments)
    }

    /// Moments just before and just after the refresh of step 4, the new gradient's own part taken out again.
    private func acrossRefresh(_ moments: StateAtRefresh, _ shape: (Int, Int)) throws -> (
        before: [Double], after: [Double], steps: Steps<Double>
    ) {
        let steps = try Steps(rule(moments), weight: Matrix<Double>.zeros(shape.0, shape.1))
        for t in 1...3 { try steps.update(.normal(shape.0, shape.1, "g\(t)")) }
        let before = steps.state("exp_avg").elements
        let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g4")
        try steps.update(gradient)
        let (basis, first) = (steps.state("projector"), steps.state("exp_avg"))
        let projected = try Matrix<Double>.zeros(first.rows, first.columns)
        if shape.0 >= shape.1 {
            projected.setProduct(gradient, transposing: basis)
        } else {
            projected.setProduct(transposing: basis, gradient)
        }
        let after = zip(first.elements, projected.elements).map { ($0 - 0.1 * $1) / 0.9 }
        return (before, after, steps)
    }

    @Test(arguments: shapes) func keepLeavesThem(shape: (Int, Int)) throws {
        let seen = try acrossRefresh(.keep, shape)
        #expect(Deviation(seen.after, from: seen.before).relative < 1e-12)
    }

    @Test(arguments: shapes) func resetZeroesThem(shape: (Int, Int)) throws {
        let seen = try acrossRefresh(.reset, shape)
        #expect(Deviation(seen.after, from: seen.before.map { _ in 0.0 }).largest < 1e-14)
        let (first, second) = (seen.steps.state("exp_avg").elements, seen.steps.state("exp_avg_sq").elements)
        for (m, v) in zip(first, second) { #expect(abs(v - 0.001 * (m / 0.1) * (m / 0.1)) < 1e-14) }
    }

    /// Rotated first moments are what is seen of the lifted old ones in the new subspace.
    @Test(arguments: shapes) func rotateCarriesThemOver(shape: (Int, Int)) throws {
        let steps = try Steps(rule(.rotate), weight: Matrix<Double>.zeros(shape.0, shape.1))
        for t in 1...3 { try steps.update(.normal(shape.0, shape.1, "g\(t)")) }
        let isRight = shape.0 >= shape.1
        let (oldBasis, old) = (try steps.state("projector").duplicate(), try steps.state("exp_avg").duplicate())
        let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g4")
        try steps.update(gradient)
        let lifted = try Matrix<Double>.zeros(shape.0, shape.1)
        if isRight { lifted.setProduct(old, oldBasis) } else { lifted.setProduct(oldBasis, old) }
        // m₄ = 0.9·(old moments in the new coordinates) + 0.1·(gradient in the new coordinates)
        lifted.scale(by: 0.9)
        lifted.add(gradient, scaledBy: 0.1)
        let expected = try Matrix<Double>.zeros(old.rows, old.columns)
        let basis = steps.state("projector")
        if isRight { expected.setProduct(lifted, transposing: basis) } else { expected.setProduct(transposing: basis, lifted) }
        #expect(Deviation(steps.state("exp_avg").elements, from: expected.elements).relative < 1e-12)
        #expect(steps.state("exp_avg_sq").elements.allSatisfy { $0 >= 0 })
    }

    /// A gradient that stays the same gives the same basis: nothing is to rotate, and keep and rotate agree.
    @Test(arguments: shapes) func anUnchangedSubspaceRotatesNothing(shape: (Int, Int)) throws {
        let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g")
        let (kept, rotated) = (
            try Steps(rule(.keep), weight: Matrix<Double>.zeros(shape.0, shape.1)),
            try Steps(rule(.rotate), weight: Matrix<Double>.zeros(shape.0, shape.1))
        )
        for _ in 1...8 {
            try kept.update(gradient)
            try rotated.update(gradient)
        }
        #expect(Deviation(rotated.weight.elements, from: kept.weight.elements).relative < 1e-12)
        #expect(Deviation(rotated.state("exp_avg_sq").elements, from: kept.state("exp_avg_sq").elements).relative < 1e-12)
    }

    /// Many refreshes never make a second moment negative, and never blow up.
    @Test(arguments: shapes) func secondMomentsStaySecondMoments(shape: (Int, Int)) throws {
        let steps = try Steps(rule(.rotate, interval: 1), weight: Matrix<Float>.zeros(shape.0, shape.1))
        for t in 1...50 { try steps.update(.normal(shape.0, shape.1, "g\(t)")) }
        #expect(steps.state("exp_avg_sq").elements.allSatisfy { $0 >= 0 && $0 < 100 })
        #expect(steps.weight.isFinite)
    }

    /// What a refresh takes beside the state, as the planner is told.
    @Test(arguments: [(40, 24), (24, 40), (32, 32)], StateAtRefresh.allCases)
    func theRefreshTakesWhatItDeclares(shape: (Int, Int), moments: StateAtRefresh) throws {
        let rule = ProjectedRule(AdamWRule(AdamSettings()), rank: 16, refresh: RefreshPolicy(interval: 1), stateAtRefresh: moments)
        let steps = try Steps(rule, weight: Matrix<Float>.zeros(shape.0, shape.1))
        let state = steps.ledger.current.total
        for t in 1...2 { try steps.update(.normal(shape.0, shape.1, "g\(t)")) }
        let (taken, declared) = (steps.ledger.peak.total - state, 4 * rule.refreshCount(rows: shape.0, columns: shape.1))
        #expect(steps.ledger.peak.stage == .refresh)
        #expect(taken == declared)
    }
}
