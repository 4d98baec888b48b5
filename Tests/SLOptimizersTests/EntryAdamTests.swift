import SLNumerics
import SLOptimizers
import SLRandom
import SLTestSupport
import Testing

/// Adam whose entries have ages of their own.
@Suite(.compute(threads: 2)) struct EntryAdamTests {
    private let ledger = MemoryLedger()

    private func updater(_ rule: any UpdateRule, _ count: Int) throws -> any TensorUpdater<Double> {
        try rule.makeUpdater(rows: 1, columns: count, ledger: ledger)
    }

    private func context(_ step: Int, scale: Double = 1) throws -> UpdateContext<Double> {
        UpdateContext(
            learningRate: 0.01, weightDecay: 0.1, step: step, age: step, gradientScale: scale, scratch: Scratch(try .zeros(1, 1)), ledger: ledger,
            log: RefreshLog())
    }

    /// As long as all entries are as old as the tensor it is Adam, in either form.
    @Test(arguments: AdamForm.allCases) func ofOneAgeItIsAdam(form: AdamForm) throws {
        let settings = AdamSettings(epsilon: 1e-4, form: form)
        let (adam, own) = (try updater(AdamWRule(settings), 40), try updater(EntryAdamRule(settings), 40))
        let (a, b) = (try Matrix<Double>.normal(1, 40, "weight"), try Matrix<Double>.normal(1, 40, "weight"))
        for step in 1...6 {
            try adam.update(weight: a, gradient: .normal(1, 40, "gradient/\(step)"), context: context(step, scale: 0.7))
            try own.update(weight: b, gradient: .normal(1, 40, "gradient/\(step)"), context: context(step, scale: 0.7))
        }
        #expect(Deviation(b.elements, from: a.elements).relative < 1e-13)
        #expect(own.state.map(\.name) == ["exp_avg", "exp_avg_sq", "age"] && own.state[2].value.elements.allSatisfy { $0 == 6 })
    }

    /// An entry that becomes fresh steps as in its first update. With one age for all it would step 3.16 times as far: (1 − β₁)/√(1 − β₂).
    @Test func aFreshEntryStepsAsAFreshTensor() throws {
        let settings = AdamSettings(epsilon: 1e-12)
        func lastStep(_ rule: any UpdateRule) throws -> [Double] {
            let updater = try updater(rule, 2)
            let weight = try Matrix<Double>.zeros(1, 2)
            for step in 1...2000 {
                weight.fill(0)
                if step == 2000 {
                    var stream = RandomStream(seed: 1, name: "none")
                    for (declaration, state) in zip(rule.state(rows: 1, columns: 2), updater.state) {
                        _ = try StateEdit.remapColumns(from: [0, -1]).apply(
                            to: state.value, declaration, rows: 1, columns: 2, random: &stream, ledger: ledger)
                    }
                }
                var context = try context(step)
                context.weightDecay = 0
                try updater.update(weight: weight, gradient: Matrix<Double>.filled(1, 2, 0.3), context: context)
            }
            return weight.elements.map { -$0 / 0.01 }
        }
        let own = try lastStep(EntryAdamRule(settings))
        #expect(abs(own[0] - 1) < 1e-9 && abs(own[1] - 1) < 1e-9)
        let shared = try lastStep(AdamWRule(settings))
        #expect(abs(shared[0] - 1) < 1e-9 && abs(shared[1] - 0.1 / (0.001).squareRoot()) < 0.25)
    }

    /// In the first W updates of an entry its step is age / W of what it would be, and whole from then on.
    @Test func entriesWarmUp() throws {
        let settings = AdamSettings(epsilon: 1e-4)
        let (plain, warm) = (try updater(EntryAdamRule(settings), 3), try updater(EntryAdamRule(settings, warmup: 4), 3))
        for step in 1...7 {
            let (a, b) = (try Matrix<Double>.normal(1, 3, "gradient/\(step)"), try Matrix<Double>.normal(1, 3, "gradient/\(step)"))
            _ = try plain.direction(a, context: context(step))
            _ = try warm.direction(b, context: context(step))
            let share = min(1, Double(step) / 4)
            #expect(Deviation(b.elements, from: a.elements.map { share * $0 }).relative < 1e-14)
        }
    }

    /// State as if entries had been trained on the mean of their gradients for k updates: m = ḡ(1 − β₁ᵏ), v likewise.
    @Test func seededEntriesHaveTheMomentsOfTheirMeans() throws {
        let rule = EntryAdamRule(AdamSettings(beta1: 0.9, beta2: 0.99))
        let updater = try updater(rule, 4)
        for step in 1...5 { _ = try updater.direction(.normal(1, 4, "gradient/\(step)"), context: context(step)) }
        let before = updater.state.map { $0.value.elements }
        let edit = StateEdit.seedEntries([1, 3], EntrySeeds(means: [0.5, -2], squares: [1, 9], updates: 3, age: 2))
        var stream = RandomStream(seed: 1, name: "none")
        for (declaration, state) in zip(rule.state(rows: 1, columns: 4), updater.state) {
            let outcome = try edit.apply(to: state.value, declaration, rows: 1, columns: 4, random: &stream, ledger: ledger)
            #expect(outcome.entries == 2 && outcome.left == 0)
        }
        let after = updater.state.map { $0.value.elements }
        for (index, wanted) in [[0.5, -2].map { $0 * (1 - 0.729) }, [1, 9].map { $0 * (1 - 0.970299) }, [2, 2]].enumerated() {
            #expect(abs(after[index][1] - wanted[0]) < 1e-12 && abs(after[index][3] - wanted[1]) < 1e-12)
            #expect(after[index][0] == before[index][0] && after[index][2] == before[index][2])
        }
        #expect(edit.kind == "seed")
    }

    @Test func agesFollowTheirEntriesAndDoNotTurn() throws {
        let age = StateDeclaration(name: "age", rows: 1, columns: 3, kind: .age)
        let state: StoredTensor<Double> = try age.made(ledger, [4, 7, 9])
        var stream = RandomStream(seed: 1, name: "none")
        _ = try StateEdit.remapColumns(from: [2, -1, 0]).apply(to: state, age, rows: 1, columns: 3, random: &stream, ledger: ledger)
        #expect(state.elements == [9, 0, 4])
        let turn = StateEdit.rotateColumns(StateRotation(size: 3, elements: [0, 1, 0, 1, 0, 0, 0, 0, 1]))
        #expect(try turn.apply(to: state, age, rows: 1, columns: 3, random: &stream, ledger: ledger).left == 3)
        #expect(state.elements == [9, 0, 4])
    }

    @Test func seedsThatDoNotFitAreErrors() throws {
        let momentum = StateDeclaration(name: "exp_avg", rows: 1, columns: 3, kind: .momentum, decay: 0.9)
        let state: StoredTensor<Double> = try momentum.made(ledger, [1, 2, 3])
        var stream = RandomStream(seed: 1, name: "none")
        for edit in [
            StateEdit.seedEntries([3], EntrySeeds(means: [1], squares: [1], updates: 1, age: 0)),
            .seedEntries([0, 1], EntrySeeds(means: [1], squares: [1], updates: 1, age: 0)),
        ] {
            #expect(throws: StateEditError.self) { try edit.apply(to: state, momentum, rows: 1, columns: 3, random: &stream, ledger: ledger) }
        }
    }
}

extension StateDeclaration {
    fileprivate func made(_ ledger: MemoryLedger, _ values: [Double]) throws -> StoredTensor<Double> {
        let state = try StoredTensor<Double>(rows: rows, columns: columns, format: format, category: .optimizer, ledger: ledger)
        state.assign(values)
        return state
    }
}

extension Matrix where Element == Double {
    fileprivate static func filled(_ rows: Int, _ columns: Int, _ value: Double) throws -> Matrix {
        let matrix = try Matrix.zeros(rows, columns)
        matrix.fill(value)
        return matrix
    }
}
