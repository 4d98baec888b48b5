import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

/// When subspaces are found anew, and how many dimensions they have.
@Suite(.compute(threads: 1)) struct RefreshPolicyTests {
    private func rule(_ policy: RefreshPolicy, rank: Int = 2) -> ProjectedRule {
        ProjectedRule(AdamWRule(AdamSettings(form: .huggingFace)), rank: rank, scale: 1, refresh: policy)
    }

    /// The updates that refreshed.
    private func refreshes(_ rule: ProjectedRule, _ count: Int, _ gradient: (Int) throws -> Matrix<Double>) throws -> [Int] {
        let steps = try Steps(rule, weight: Matrix<Double>.zeros(9, 5))
        return try (1...count).filter { t in
            let before = steps.log.matrices
            try steps.update(try gradient(t))
            return steps.log.matrices > before
        }
    }

    private func noise(_ t: Int) throws -> Matrix<Double> { try .normal(9, 5, "g\(t)") }

    @Test func offsetsShiftAllButTheFirst() throws {
        #expect(try refreshes(rule(RefreshPolicy(interval: 4, offset: 2)), 12, noise) == [1, 3, 7, 11])
        #expect(try refreshes(rule(RefreshPolicy(interval: 4, offset: 3)), 12, noise) == [1, 4, 8, 12])
    }

    /// A subspace that does not turn is looked for half as often, once the queue is full.
    @Test func lazyRefreshesLengthenTheInterval() throws {
        let policy = RefreshPolicy(interval: 2, condition: .lazy(threshold: 0.9, factor: 2, queue: 2))
        let same = try Matrix<Double>.normal(9, 5, "same")
        // 1; 3 with one cosine; 5 with two: interval 4 from here on: 9, 17 …, each of which doubles it again.
        #expect(try refreshes(rule(policy), 40, { _ in same }) == [1, 3, 5, 9, 17, 33])
        // The sign of a singular vector is nobody's choice: the same gradient and its negative have one subspace.
        let negated = try Matrix<Double>.normal(9, 5, "same")
        negated.scale(by: -1)
        #expect(try refreshes(rule(policy), 20, { $0 % 2 == 0 ? negated : same }) == [1, 3, 5, 9, 17])
        #expect(try refreshes(rule(policy), 20, noise) == Array(stride(from: 1, through: 20, by: 2)))
    }

    /// A turn is no interval after the first update: cosines are counted from the turn on.
    @Test func lazyRefreshesCountFromTheirTurn() throws {
        let policy = RefreshPolicy(interval: 2, offset: 1, condition: .lazy(threshold: 0.9, factor: 2, queue: 2))
        let same = try Matrix<Double>.normal(9, 5, "same")
        // 1; the turn; 4 with one cosine; 6 with two: interval 4 from here on, 8 after the next.
        #expect(try refreshes(rule(policy), 40, { _ in same }) == [1, 2, 4, 6, 10, 18, 34])
    }

    @Test func theQueueForgets() throws {
        let policy = RefreshPolicy(interval: 1, condition: .lazy(threshold: 0.6, factor: 3, queue: 3))
        let same = try Matrix<Double>.normal(9, 5, "same")
        // Three cosines of noise are followed by one of 1, which is not enough, and another.
        let seen = try refreshes(rule(policy), 12) { $0 <= 3 ? try noise($0) : same }
        #expect(seen.prefix(6) == [1, 2, 3, 4, 5, 6] && !seen.contains(8))
    }

    @Test func convergenceEndsASubspace() throws {
        let policy = RefreshPolicy(interval: 6, condition: .converged(below: 0.5))
        func shrinking(_ t: Int) throws -> Matrix<Double> {
            let gradient = try Matrix<Double>.normal(9, 5, "same")
            gradient.scale(by: [1, 0.9, 0.6, 0.49, 0.48, 0.3, 0.2][min(t, 7) - 1])
            return gradient
        }
        // 0.49 of the first; then 0.2 of the fourth's 0.49; then the interval.
        #expect(try refreshes(rule(policy), 16, shrinking) == [1, 4, 7, 13])
    }

    /// The first interval ends at the turn, and every fourth update from there asks whether it is time.
    @Test func convergenceIsAskedInTurns() throws {
        let policy = RefreshPolicy(interval: 6, offset: 2, turnLength: 4, condition: .converged(below: 0.5))
        func gradient(_ t: Int) throws -> Matrix<Double> {
            let gradient = try Matrix<Double>.normal(9, 5, "same")
            if t >= 5 { gradient.scale(by: 0.4) }
            return gradient
        }
        // The turn; 0.4 of its gradient, seen two updates late; then the interval.
        #expect(try refreshes(rule(policy), 20, gradient) == [1, 3, 7, 13, 19])
        var asking = policy
        asking.turnLength = 1
        #expect(try refreshes(rule(asking), 20, gradient) == [1, 3, 5, 11, 17])
    }

    /// A first subspace that serves until the turn is found in one pass over the gradient; at the turn it is found as always.
    @Test func theSubspaceBeforeTheTurnIsFoundInOnePass() throws {
        let gradient = try Matrix<Double>.normal(90, 60, "g")
        func bases(_ policy: RefreshPolicy, _ finder: SubspaceFinder) throws -> (first: [Double], third: [Double], energies: [Double]) {
            var rule = rule(policy, rank: 10)
            rule.projector = .singularVectors(finder)
            let steps = try Steps(rule, weight: Matrix<Double>.zeros(90, 60))
            var found: [[Double]] = []
            var energies: [Double] = []
            for _ in 1...3 {
                let log = RefreshLog()
                try steps.update(gradient, log: log)
                found.append(steps.state("projector").elements)
                if let energy = log.meanCapturedEnergy { energies.append(energy) }
            }
            return (found[0], found[2], energies)
        }
        let (own, shared) = (RefreshPolicy(interval: 4, offset: 2), RefreshPolicy(interval: 2))
        let (turned, always) = (try bases(own, .randomized), try bases(shared, .randomized))
        #expect(turned.third == always.third && turned.first != always.first)
        // 1/6 of the energy is what any ten of sixty directions hold.
        #expect(turned.energies.count == 2 && turned.energies[0] > 0.2 && turned.energies[0] < turned.energies[1])
        let exact = try bases(own, .exact)
        #expect(exact.first == exact.third && exact.energies[0] >= turned.energies[1])
    }

    @Test(arguments: [0.5, 0.9, 0.99]) func aRankAsTheGradientNeeds(energy: Double) throws {
        // Singular values 1, 1/2, 1/4, …: the share outside the first k is about 1/4ᵏ.
        let svd = try ThinSVD(of: Matrix<Double>.normal(9, 5, "g"), ledger: MemoryLedger())
        for column in 0..<5 { for row in 0..<9 { svd.left[row, column] *= [1, 0.5, 0.25, 0.125, 0.0625][column] } }
        let gradient = try Matrix<Double>.zeros(9, 5)
        gradient.setProduct(svd.left, svd.right)
        var rule = rule(RefreshPolicy(interval: 3), rank: 4)
        rule.energy = energy
        let steps = try Steps(rule, weight: Matrix<Double>.zeros(9, 5))
        try steps.update(gradient)
        let needed = [0.5: 1, 0.9: 2, 0.99: 4][energy]
        #expect(steps.log.meanRank == needed.map { Double($0) })
        let values = try ThinSVD(of: steps.weight, ledger: MemoryLedger()).singularValues.elements
        #expect(values.count { $0 > 1e-9 * values[0] } == needed)
        #expect((steps.log.meanCapturedEnergy ?? 0) >= energy)
    }

    // MARK: The state then

    /// GoLore's two ways of carrying the momentum over: for good, or for the one update.
    @Test(arguments: [StateAtRefresh.rotateMomentum, .turnMomentumOnce], [(9, 5), (5, 9)]) func momentumAlone(state: StateAtRefresh, shape: (Int, Int)) throws {
        var rule = rule(RefreshPolicy(interval: 3))
        rule.stateAtRefresh = state
        let steps = try Steps(rule, weight: Matrix<Double>.zeros(shape.0, shape.1))
        let plain = PlainProjection(rows: shape.0, columns: shape.1, rank: 2, scale: 1)
        for t in 1...3 { try steps.update(.normal(shape.0, shape.1, "g\(t)")) }
        let (old, m, v, w) = (Plain(steps.state("projector")), Plain(steps.state("exp_avg")), Plain(steps.state("exp_avg_sq")), Plain(steps.weight))
        let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g4")
        try steps.update(gradient)
        let basis = Plain(steps.state("projector"))
        let r = plain.project(Plain(gradient), basis)
        let turned = 0.9 * plain.project(plain.back(m, old), basis) + 0.1 * r
        let second = 0.999 * v + 0.001 * r.map { $0 * $0 }
        let kept = state == .turnMomentumOnce ? m : turned
        #expect(Deviation(steps.state("exp_avg").elements, from: kept.elements).relative < 1e-12)
        #expect(Deviation(steps.state("exp_avg_sq").elements, from: second.elements).relative < 1e-12)
        // Either way it is the turned one that this update stepped along.
        var (c1, c2) = (1.0, 1.0)
        for _ in 0..<4 { (c1, c2) = (c1 * 0.9, c2 * 0.999) }
        let size = 0.1 * (1 - c2).squareRoot() / (1 - c1)
        let exact = w - size * plain.back(turned.zip(second) { $0 / ($1.squareRoot() + 1e-8) }, basis)
        #expect(Deviation(steps.weight.elements, from: exact.elements).relative < 1e-10)
    }

    @Test func aRuleThatRefusesIsRefused() throws {
        let inside = ProjectedRule(rule(RefreshPolicy(interval: 2)), rank: 1, refresh: RefreshPolicy(interval: 2))
        #expect(throws: RuleRefusal.self) { try Steps(inside, weight: Matrix<Double>.zeros(9, 5)) }
    }
}
