import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

/// Every combination of the axes: declared space is taken space, states are what they are declared, short formats work.
@Suite(.compute(threads: 2)) struct ProjectedSpaceTests {
    static let projectors: [Projector] = [.singularVectors(.exact), .singularVectors(.randomized), .gaussian, .orthonormal, .cosine(.l1), .sampled]
    static let outsides: [Outside] = [.dropped, .scaled(GradientScaling(), share: 1), .whole(GradientScaling(.tensor)), .errorFeedback, .momentum(kept: 0.9)]
    static let storages = [StorageChoice(), StorageChoice(bf16: .stochastic), StorageChoice(eightBitBlock: 256), StorageChoice(isCompanded: true)]

    private func rules(_ projector: Projector, _ storage: StorageChoice) -> [ProjectedRule] {
        let conditions: [RefreshPolicy.Condition] = [.fixed, .lazy(threshold: 0.5, factor: 2, queue: 2), .converged(below: 0.5)]
        return Self.outsides.flatMap { outside in
            conditions.flatMap { condition in
                StateAtRefresh.allCases.map { state in
                    ProjectedRule(
                        AdamWRule(AdamSettings(form: .huggingFace, storage: storage)), storage: storage, rank: 16, scale: 0.25, projector: projector,
                        refresh: RefreshPolicy(interval: 2, condition: condition), stateAtRefresh: state, outside: outside)
                }
            }
        }
    }

    @Test(arguments: projectors, [(72, 64), (64, 72)]) func spaceIsAsDeclared(projector: Projector, shape: (Int, Int)) throws {
        for storage in Self.storages {
            for rule in rules(projector, storage) {
                let here = "\(rule.outside) \(rule.refresh.condition) \(rule.stateAtRefresh) \(storage)"
                let steps = try Steps(rule, weight: Matrix<Float>.normal(shape.0, shape.1, "w"))
                let state = steps.ledger.current.total
                #expect(steps.ledger.current[.optimizer] == rule.stateBytes(rows: shape.0, columns: shape.1), "\(here)")
                #expect(
                    steps.updater.state.map { "\($0.name) \($0.value.rows) \($0.value.columns)" }
                        == rule.state(rows: shape.0, columns: shape.1).map { "\($0.name) \($0.rows) \($0.columns)" }, "\(here)")
                for t in 1...4 { try steps.update(.normal(shape.0, shape.1, "g\(t)"), gradientScale: 0.5) }
                #expect(steps.ledger.peak.total - state == 4 * rule.refreshCount(rows: shape.0, columns: shape.1), "\(here)")
                #expect(steps.ledger.current.total == state, "\(here)")
                #expect(steps.weight.isFinite, "\(here)")
            }
        }
    }

    /// A basis in four bits is a basis still: what it holds of a gradient is nearly what the exact one does.
    @Test(arguments: [(72, 64), (64, 72)]) func basesOfFewBits(shape: (Int, Int)) throws {
        var rule = ProjectedRule(
            AdamWRule(AdamSettings(form: .huggingFace)), rank: 16, scale: 1, refresh: RefreshPolicy(interval: 2, condition: .lazy(threshold: 0.4, factor: 2, queue: 5)))
        let exact = try Steps(rule, weight: Matrix<Float>.zeros(shape.0, shape.1))
        rule.basisFormat = .affine(AffineCode(bits: 4), groupSize: 64, .nearest)
        let coded = try Steps(rule, weight: Matrix<Float>.zeros(shape.0, shape.1))
        for t in 1...3 {
            let gradient = try Matrix<Float>.normal(shape.0, shape.1, "g\(t)")
            try exact.update(gradient)
            try coded.update(gradient)
        }
        let difference = Deviation(coded.weight.elements, from: exact.weight.elements).relative
        #expect(difference > 0.001 && difference < 0.5)
        let bytes = rule.state(rows: shape.0, columns: shape.1)[2]
        #expect(bytes.format.byteCount(bytes.count) == 16 * 64 / 2 + 5 * 16)
    }

    /// The state as it is kept is all that a later update depends on: a run goes on from it to the bit.
    @Test(arguments: projectors) func goesOnFromItsState(projector: Projector) throws {
        for rule in rules(projector, StorageChoice()) {
            let whole = try Steps(rule, weight: Matrix<Float>.normal(40, 24, "w"))
            for t in 1...3 { try whole.update(.normal(40, 24, "g\(t)")) }
            let resumed = try Steps(rule, weight: Matrix<Float>.of(40, 24, whole.weight.elements))
            for (mine, its) in zip(resumed.updater.state, whole.updater.state) { mine.value.assign(its.value.elements) }
            resumed.step = 3
            for t in 4...8 {
                try whole.update(.normal(40, 24, "g\(t)"))
                try resumed.update(.normal(40, 24, "g\(t)"))
            }
            #expect(resumed.weight.elements == whole.weight.elements, "\(rule.outside) \(rule.refresh.condition) \(rule.stateAtRefresh)")
        }
    }
}
