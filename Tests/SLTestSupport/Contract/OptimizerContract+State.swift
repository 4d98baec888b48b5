import SLNumerics
import SLOptimizers
import SLSpec

extension OptimizerContract {
    static func checkState(_ rule: any UpdateRule, _ place: TensorPlace, _ subject: String, _ found: inout ViolationList) throws {
        let run = try OptimizerRun<Float>(rule, place)
        checkDeclarations(run, place, subject, &found)
        run.weightDecay = 0.1
        try run.run(30)
        checkDeclarations(run, place, "\(subject), after 30 updates", &found)
        found.expect(run.keepsToItsScratch, .scratchCount, subject, "wrote behind the \(rule.scratchCount(rows: place.rows, columns: place.columns)) elements that it declares")
        found.expect(run.isFinite, .finite, subject, "weights or state are not finite, as if scratch were read before it is written")
        found.expect(run.ledger.current[.workspace] == 0, .ledgerBytes, subject, "holds workspace after its updates")
        let taken = run.ledger.peak.total - run.ledger.current[.optimizer]
        let planned = 4 * rule.refreshCount(rows: place.rows, columns: place.columns)
        found.expect(taken <= planned, .ledgerBytes, subject, "takes \(taken) bytes beside its state, \(planned) are declared for a refresh")
        try checkEmptied(rule, place, subject, &found)
        // A refresh or a reset is near at every one of these.
        for broken in [1, 24] {
            let resumed = try OptimizerRun<Float>(rule, place)
            resumed.weightDecay = 0.1
            try resumed.run(broken)
            try resumed.moveIntoAnotherUpdater()
            try resumed.run(30 - broken)
            found.expect(
                resumed.weight.elements == run.weight.elements && resumed.stateElements == run.stateElements, .resume, subject,
                "goes on otherwise from the state after \(broken) updates")
        }
    }

    /// With all state zero and an age of 0 a tensor is a fresh one: nothing that a reset does not reach decides anything.
    private static func checkEmptied(_ rule: any UpdateRule, _ place: TensorPlace, _ subject: String, _ found: inout ViolationList) throws {
        let (emptied, fresh) = (try OptimizerRun<Float>(rule, place), try OptimizerRun<Float>(rule, place))
        try emptied.run(10)
        emptied.empty()
        fresh.stand(after: emptied.updates)
        fresh.weight.assign(emptied.weight.elements)
        for run in [emptied, fresh] { try run.run(10) }
        found.expect(
            emptied.weight.elements == fresh.weight.elements && emptied.stateElements == fresh.stateElements, .resume, subject,
            "an emptied state of age 0 goes on otherwise than a fresh one")
    }

    private static func checkDeclarations(_ run: OptimizerRun<Float>, _ place: TensorPlace, _ subject: String, _ found: inout ViolationList) {
        let declared = run.rule.state(rows: place.rows, columns: place.columns)
        let words = declared.map { "\($0.name) \($0.rows)x\($0.columns) \($0.format)" }
        let held = run.updater.state.map { "\($0.name) \($0.value.rows)x\($0.value.columns) \($0.value.format)" }
        found.expect(words == held, .stateCount, subject, "declares \(words), holds \(held)")
        found.expect(Set(declared.map(\.name)).count == declared.count, .tensorNames, subject, "two state tensors share a name")
        let bytes = run.rule.stateBytes(rows: place.rows, columns: place.columns)
        found.expect(run.ledger.current[.optimizer] == bytes, .ledgerBytes, subject, "declares \(bytes) bytes, holds \(run.ledger.current[.optimizer])")
    }

    /// Moments of at least 4096 elements in bf16 and 8 bits, weights in bf16.
    static func checkFormats(_ optimizer: OptimizerUnderTest, _ found: inout ViolationList) throws {
        let choices: [(String, StorageChoice, StorageFormat)] = [
            ("bf16", StorageChoice(bf16: .nearest), .full), ("8-bit", StorageChoice(eightBitBlock: 256), .full),
            ("8-bit in blocks of 2048, weights in bf16", StorageChoice(bf16: .stochastic, eightBitBlock: 2048), .bf16(.stochastic)),
            ("companded 8-bit", StorageChoice(isCompanded: true), .full),
        ]
        for place in OptimizerPlaces.large {
            let gradients = try Self.gradients(place)
            let full = try movement(optimizer, place, StorageChoice(), .full, gradients)
            let state = full.rule.state(rows: place.rows, columns: place.columns)
            let large = Set(state.filter { $0.count >= StorageChoice.smallest && $0.format == .full }.map(\.name))
            /// Of these alone: the basis of a subspace may be too small where moments inside it are not.
            func size(_ rule: any UpdateRule) -> Int {
                let counted = rule.state(rows: place.rows, columns: place.columns).filter { large.contains($0.name) }
                return counted.reduce(0) { $0 + $1.format.byteCount($1.count) }
            }
            for (words, choice, format) in choices {
                let subject = "\(optimizer), \(place.fullName), \(words)"
                let short = try movement(optimizer, place, choice, format, gradients)
                let deviation = Deviation(short.moved, from: full.moved).relative
                found.expect(deviation < 0.25, .storedFormat, subject, "the movement of ten updates is off by \(deviation)")
                found.expect(
                    large.isEmpty || size(short.rule) < size(full.rule) * 6 / 10, .storedFormat, subject,
                    "keeps \(size(short.rule)) bytes in place of \(size(full.rule))")
            }
        }
    }

    /// Ten gradients that have something in common.
    private static func gradients(_ place: TensorPlace) throws -> [Matrix<Float>] {
        let steady = try Matrix<Float>.normal(place.rows, place.columns, "steady")
        return try (1...10).map { number in
            let gradient = try Matrix<Float>.normal(place.rows, place.columns, "gradient/\(number)", deviation: 0.5)
            gradient.add(steady)
            return gradient
        }
    }

    private static func movement(
        _ optimizer: OptimizerUnderTest, _ place: TensorPlace, _ storage: StorageChoice, _ format: StorageFormat, _ gradients: [Matrix<Float>]
    ) throws -> (rule: any UpdateRule, moved: [Float]) {
        let rule = try optimizer.rule(optimizer.baseOptions, place, storage).rule
        // Steps that are long for weights that are small: bf16 resolves them.
        let run = try OptimizerRun<Float>(rule, place, deviation: 0.1, weightFormat: format)
        run.rate = 0.05
        let before = run.weight.elements
        for gradient in gradients { try run.update(gradient) }
        return (rule, zip(run.weight.elements, before).map { $0 - $1 })
    }
}
