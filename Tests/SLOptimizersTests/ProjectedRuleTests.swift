import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct ProjectedRuleTests {
    private func rule(
        rank: Int = 3, side: ProjectionSide = .std, interval: Int = 4, scale: Double = 0.25, state: StateAtRefresh = .keep,
        settings: AdamSettings = AdamSettings(form: .huggingFace)
    ) -> ProjectedRule {
        ProjectedRule(AdamWRule(settings), rank: rank, side: side, scale: scale, refresh: RefreshPolicy(interval: interval), stateAtRefresh: state)
    }

    private static let shapes = [(5, 9), (9, 5), (6, 6), (1, 7), (40, 24)]

    // MARK: Shapes

    @Test func theSideFollowsTheShape() {
        func basis(_ side: ProjectionSide, _ rows: Int, _ columns: Int) -> [Int] {
            let state = rule(side: side).state(rows: rows, columns: columns)
            return [state[2].rows, state[2].columns, state[0].rows, state[0].columns]
        }
        // m ≥ n is projected on the right, m < n on the left: the basis lies on the shorter side.
        #expect(basis(.std, 9, 5) == [3, 5, 9, 3])
        #expect(basis(.std, 5, 9) == [5, 3, 3, 9])
        #expect(basis(.std, 6, 6) == [3, 6, 6, 3])
        #expect(basis(.reverseStd, 9, 5) == [9, 3, 3, 5])
        #expect(basis(.reverseStd, 5, 9) == [3, 9, 5, 3])
        #expect(basis(.reverseStd, 6, 6) == [6, 3, 3, 6])
        #expect(basis(.right, 5, 9) == [3, 9, 5, 3])
        #expect(basis(.left, 9, 5) == [9, 3, 3, 5])
    }

    @Test func aRankAboveTheSmallerSideMeansTheSmallerSide() throws {
        let big = rule(rank: 100)
        #expect(big.state(rows: 9, columns: 5) == rule(rank: 5).state(rows: 9, columns: 5))
        let steps = try Steps(big, weight: Matrix<Double>.zeros(9, 5))
        try steps.update(.normal(9, 5, "g"))
        #expect(abs((steps.log.meanCapturedEnergy ?? 0) - 1) < 1e-12)
    }

    @Test(arguments: shapes, ProjectionSide.allCases) func theBasisIsOrthonormal(shape: (Int, Int), side: ProjectionSide) throws {
        for rank in [1, 3, min(shape.0, shape.1)] {
            let steps = try Steps(rule(rank: rank, side: side), weight: Matrix<Double>.normal(shape.0, shape.1, "w"))
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g")
            try steps.update(gradient)
            let basis = steps.state("projector")
            let r = min(rank, shape.0, shape.1)
            let gram = try Matrix<Double>.zeros(r, r)
            let isRight = basis.rows == r && basis.columns == shape.1 && steps.state("exp_avg").rows == shape.0
            if isRight { gram.setProduct(basis, transposing: basis) } else { gram.setProduct(transposing: basis, basis) }
            #expect(Deviation(gram.elements, from: (0..<r * r).map { $0 / r == $0 % r ? 1.0 : 0 }).largest < 1e-13)

            // Lift ∘ project twice is lift ∘ project once, and what is left of the gradient is outside the subspace.
            func lifted(_ matrix: Matrix<Double>) throws -> Matrix<Double> {
                let result = try Matrix<Double>.zeros(shape.0, shape.1)
                let inner = try Matrix<Double>.zeros(isRight ? shape.0 : r, isRight ? r : shape.1)
                if isRight {
                    inner.setProduct(matrix, transposing: basis)
                    result.setProduct(inner, basis)
                } else {
                    inner.setProduct(transposing: basis, matrix)
                    result.setProduct(basis, inner)
                }
                return result
            }
            let once = try lifted(gradient)
            #expect(Deviation(try lifted(once).elements, from: once.elements).relative < 1e-13)
            // The leading singular directions hold more than their share of the gradient.
            #expect(once.sumOfSquares() / gradient.sumOfSquares() >= Double(r) / Double(min(shape.0, shape.1)) - 1e-12)
            #expect(abs((steps.log.meanCapturedEnergy ?? 0) - once.sumOfSquares() / gradient.sumOfSquares()) < 1e-12)
        }
    }

    // MARK: Cadence

    @Test(arguments: [1, 3, 4]) func refreshesAtOneAndEveryInterval(interval: Int) throws {
        let steps = try Steps(rule(interval: interval), weight: Matrix<Float>.zeros(9, 5))
        var refreshed: [Int] = []
        for t in 1...10 {
            let (count, before) = (steps.log.matrices, steps.state("projector").elements)
            try steps.update(.normal(9, 5, "g\(t)"))
            if steps.log.matrices > count { refreshed.append(t) } else { #expect(steps.state("projector").elements == before) }
        }
        #expect(refreshed == (1...10).filter { ($0 - 1) % interval == 0 })
        #expect(steps.ledger.current[.workspace] == 0, "a refresh gives its space back")
    }

    // MARK: Steps

    /// With the whole space and a direction that is linear in the gradient (ε far above it), the step is plain descent.
    @Test(arguments: shapes, ProjectionSide.allCases) func theWholeSpaceGivesTheWholeStep(shape: (Int, Int), side: ProjectionSide) throws {
        let settings = AdamSettings(beta1: 0, beta2: 0, epsilon: 1e8, form: .huggingFace)
        // The short side only: the long one has directions outside any basis of min(m, n) vectors, but a gradient has none.
        let steps = try Steps(
            rule(rank: min(shape.0, shape.1), side: side, scale: 0.5, settings: settings), weight: Matrix<Double>.zeros(shape.0, shape.1))
        let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g")
        try steps.update(gradient, rate: 2e8)
        #expect(Deviation(steps.weight.elements, from: gradient.elements.map { -$0 }).relative < 1e-6)
    }

    /// One step by the definition: basis from the SVD, Adam's direction inside, back, scaled.
    @Test(arguments: [(9, 5), (5, 9)]) func oneStepByDefinition(rows: Int, columns: Int) throws {
        let settings = AdamSettings(epsilon: 1e-3, form: .huggingFace)
        let weight = try Matrix<Double>.normal(rows, columns, "w")
        let before = weight.elements
        let steps = try Steps(rule(rank: 2, settings: settings), weight: weight)
        let gradient = try Matrix<Double>.normal(rows, columns, "g")
        try steps.update(gradient, rate: 0.1, decay: 0.1)
        let basis = steps.state("projector")
        let isRight = rows >= columns
        let r = try Matrix<Double>.zeros(isRight ? rows : 2, isRight ? 2 : columns)
        if isRight { r.setProduct(gradient, transposing: basis) } else { r.setProduct(transposing: basis, gradient) }
        // t = 1: m = 0.1·R, v = 0.001·R², step size lr·√0.001/0.1.
        let direction = r.elements.map { 0.1 * $0 / ((0.001 * $0 * $0).squareRoot() + 1e-3) }
        r.assign(direction)
        let back = try Matrix<Double>.zeros(rows, columns)
        if isRight { back.setProduct(r, basis) } else { back.setProduct(basis, r) }
        let size = 0.1 * 0.001.squareRoot() / 0.1 * 0.25
        let exact = zip(before, back.elements).map { 0.99 * ($0 - size * $1) }
        #expect(Deviation(weight.elements, from: exact).relative < 1e-13)
    }

    /// The weight never leaves W + span(basis) between refreshes.
    @Test func movesInsideTheSubspaceOnly() throws {
        let steps = try Steps(rule(rank: 2, interval: 100), weight: Matrix<Double>.zeros(9, 5))
        for t in 1...6 { try steps.update(.normal(9, 5, "g\(t)")) }
        let values = try ThinSVD(of: steps.weight, ledger: MemoryLedger()).singularValues.elements
        #expect(values[1] > 1e-3 && values[2] < 1e-14)
    }

    @Test func aZeroGradientIsHarmlessAndNaNIsAnError() throws {
        let steps = try Steps(rule(), weight: Matrix<Float>.normal(9, 5, "w"))
        let before = steps.weight.elements
        try steps.update(.zeros(9, 5))
        #expect(steps.weight.elements == before)
        let broken = try Steps(rule(), weight: Matrix<Float>.normal(9, 5, "w"))
        let gradient = try Matrix<Float>.normal(9, 5, "g")
        gradient[3, 3] = .nan
        #expect(throws: LinearAlgebraError.self) { try broken.update(gradient) }
    }

    @Test func sameGradientsSameBits() throws {
        func run() throws -> [Float] {
            let steps = try Steps(rule(state: .rotate), weight: Matrix<Float>.normal(64, 40, "w"))
            for t in 1...9 { try steps.update(.normal(64, 40, "g\(t)")) }
            return steps.weight.elements
        }
        #expect(try run() == run())
    }
}
