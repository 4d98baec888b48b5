import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTraining

extension MethodContract {
    /// A step of the run so late that a bias correction by it would be off by a factor of 2.5.
    private static let late = 1000

    private static let storages = [
        StorageChoice(), StorageChoice(eightBitBlock: 256), StorageChoice(bf16: .nearest), StorageChoice(bf16: .stochastic, eightBitBlock: 2048),
        StorageChoice(isCompanded: true),
    ]

    private static let memories = [
        MemoryOptions(), MemoryOptions(states: .eightBit), MemoryOptions(storage: .bf16), MemoryOptions(states: .companded),
        MemoryOptions(update: .perLayer, states: .eightBit, storage: .bf16, rounding: .stochastic, recompute: .block), MemoryOptions(precision: .bf16),
    ]

    static func checkAges(_ variant: MethodVariant, _ found: inout ViolationList) throws {
        let shape = SmallShapes.wide
        let method = try variant.with(rank: shape.hiddenSize).make(for: shape)
        for phase in 0..<method.phaseCount { try checkRules(method, shape, phase, "\(variant), phase \(phase)", &found) }
        guard variant.changed == nil else { return }
        for memory in memories { try checkFreshTensors(variant, memory, &found) }
    }

    /// Each rule on its own: begun at whatever step of the run, the first updates are the same, and Adam's first has the length
    /// of the rate.
    private static func checkRules(
        _ method: any PretrainingMethod, _ shape: ModelShape, _ phase: Int, _ subject: String, _ found: inout ViolationList
    ) throws {
        var seen: Set<String> = []
        for entry in TensorEntry.all(shape: shape, method: method, phase: phase) where entry.declaration.isTrainable {
            let (rows, columns) = (entry.declaration.rows, entry.declaration.columns)
            guard seen.insert("\(entry.module == nil) \(entry.declaration.name) \(rows)x\(columns)").inserted else { continue }
            for storage in storages {
                let rule = method.updateRule(for: entry.place, optimizer: try RunOptimizer(storage: storage))
                let (early, atOnce) = try (trace(rule, rows, columns, from: 1), trace(rule, rows, columns, from: late))
                let here = "\(subject), \(entry.name), \(storage)"
                found.expect(early == atOnce, .age, here, "a fresh tensor is updated otherwise late in a run than at its start")
                guard rule is AdamWRule, let first = atOnce.first?.map(abs).max() else { continue }
                found.expect(abs(first - 0.01) < 1e-4, .age, here, "the first update at rate 0.01 has the length \(first)")
            }
        }
    }

    /// The weights after each of three updates, from 0.
    private static func trace(_ rule: any UpdateRule, _ rows: Int, _ columns: Int, from step: Int) throws -> [[Float]] {
        let ledger = MemoryLedger()
        let updater = AgedUpdater<Float>(try rule.makeUpdater(rows: rows, columns: columns, ledger: ledger))
        let weight = try Matrix<Float>.zeros(rows, columns)
        let space = try Matrix<Float>.zeros(1, max(1, rule.scratchCount(rows: rows, columns: columns)))
        return try (0..<3).map { number in
            try updater.update(
                weight: StoredTensor(weight), gradient: .normal(rows, columns, "gradient/\(number)"),
                context: UpdateContext(
                    learningRate: 0.01, step: step + number, gradientScale: 1, scratch: Scratch(space), ledger: ledger, log: RefreshLog()))
            return weight.elements
        }
    }

    /// The trainer's own optimizer: what becomes trainable in a later phase starts as short as what was there from the start.
    private static func checkFreshTensors(_ variant: MethodVariant, _ memory: MemoryOptions, _ found: inout ViolationList) throws {
        let subject = "\(variant), \(memory.words)"
        let start = try FreshRun(variant, memory, from: 0)
        // A weight of 0.3 in bf16 moves in pieces of 0.002, a fifth of the rate.
        let first = try start.firstMovements(of: start.adamTensors)
        for (name, length) in first { found.expect(abs(length - 1) < (memory.storage == .bf16 ? 0.25 : 0.01), .age, "\(subject), \(name)", "the first update has \(length) times the rate") }
        found.expect(!first.isEmpty, .age, subject, "nothing moved in the first update")
        guard let phases = try variant.startingPhase(at: late) else { return }
        let run = try FreshRun(phases, memory, from: late - 1)
        let before = Set(run.adamTensors)
        try run.update()
        let fresh = run.adamTensors.filter { !before.contains($0) }
        let moved = try run.firstMovements(of: fresh)
        // Where the rate starts at 0, two gradients are in the moments before the first movement, and one of them may be in codes.
        let most = memory == MemoryOptions() ? 1.01 : 1.3
        for (name, length) in moved {
            found.expect(length > 0.3 && length < most, .age, "\(subject), \(name)", "fresh in phase \(run.phase), its first update has \(length) times the rate")
        }
        found.expect(!fresh.isEmpty && !moved.isEmpty, .age, subject, "no fresh tensor moved in phase \(run.phase)")
    }
}

extension MethodVariant {
    /// The same with a later phase that begins after `step`; `nil` for a method of one phase.
    func startingPhase(at step: Int) throws -> MethodVariant? {
        var copy = self
        guard options["full_rank_steps"] != nil else { return nil }
        copy.options["full_rank_steps"] = .integer(step)
        return copy
    }
}
