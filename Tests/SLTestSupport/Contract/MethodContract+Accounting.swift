import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec

extension MethodContract {
    /// What is declared is what is allocated, what the ledger holds and what the formulas say, in every phase.
    static func checkAccounting(_ variant: MethodVariant, _ found: inout ViolationList) throws {
        for precision in [MemoryOptions.Precision.fp32, .bf16] { try checkAccounting(variant, MemoryOptions(precision: precision), &found) }
    }

    private static func checkAccounting(_ variant: MethodVariant, _ memory: MemoryOptions, _ found: inout ViolationList) throws {
        let shape = SmallShapes.small
        let method = try variant.make(for: shape)
        let run = try MiniRun<Float>(method, shape: shape, sequences: 4, sequenceLength: 16, options: EngineOptions(memory))
        for phase in 0..<method.phaseCount {
            if phase > 0 { try run.enter(phase: phase) }
            let subject = (["\(variant), phase \(phase)"] + memory.words).joined(separator: ", ")
            checkTensors(run, phase, subject, &found)
            checkLedger(run, phase, subject, &found)
            for _ in 0..<2 { try run.update() }
            checkLedger(run, phase, subject + " after updates", &found)
            if phase == method.phaseCount - 1 { try run.performRewrites() }
        }
        let training = TrainingSpec(steps: 4, batchSize: 8, gradientAccumulation: 2, sequenceLength: 16, learningRate: 1e-2, warmupSteps: 1, memory: memory)
        let plan = try MemoryPlan(shape: shape, method: method, training: training, threads: Compute.threads)
        let peak = run.ledger.peak
        let ratio = Double(plan.totalBytes) / Double(peak.total)
        found.expect(
            abs(ratio - 1) <= 0.02, .memoryPlan, "\(variant)",
            "planned \(plan.totalBytes) \(plan.breakdown), tracked \(peak.total) \(peak.bytes) in \(peak.stage.rawValue)")
    }

    private static func checkTensors(_ run: MiniRun<Float>, _ phase: Int, _ subject: String, _ found: inout ViolationList) {
        let model = run.model
        let entries = TensorEntry.all(shape: model.shape, method: model.method, phase: phase)
        let names = entries.map(\.name)
        found.expect(Set(names).count == names.count, .tensorNames, subject, "two tensors share a name")
        let weights = entries.filter(\.declaration.isWeight)
        found.expect(
            weights.map(\.name) == model.parameters.map(\.parameter.name), .tensorNames, subject,
            "the model's tensors are not those declared")
        for (entry, parameter) in zip(weights, model.parameters) {
            let (here, tensor) = ("\(subject), \(entry.name)", parameter.parameter)
            found.expect(
                tensor.rows == entry.declaration.rows && tensor.columns == entry.declaration.columns, .declaredCount, here,
                "declared \(entry.declaration.rows)x\(entry.declaration.columns), allocated \(tensor.rows)x\(tensor.columns)")
            let hasState = run.updaters.contains { $0.parameter.parameter === tensor }
            if entry.declaration.isTrainable, !tensor.isHeld {
                found.expect(tensor.gradient != nil && hasState, .frozenTensor, here, "trainable, but without gradient or updater")
            } else {
                found.expect(
                    (tensor.gradient != nil) == tensor.isObserved && !hasState && !tensor.isTrainable, .frozenTensor, here, "frozen, with gradient or state")
            }
        }
        let positions = entries.filter(\.declaration.isIndices)
        found.expect(
            positions.map { "\($0.name):\($0.declaration.count)" } == model.indexVectors.map { "\($0.name):\($0.vector.count)" },
            .declaredCount, subject, "the model's positions are not those declared")
        let kept = entries.filter(\.declaration.isBuffer)
        found.expect(
            kept.map { "\($0.name):\($0.declaration.count)" } == model.methodBuffers.map { "\($0.name):\($0.matrix.count)" }, .declaredCount, subject,
            "the model's buffers are not those declared")
        for entry in run.updaters {
            let value = entry.parameter.parameter
            let declared = entry.rule.state(rows: value.rows, columns: value.columns).map { "\($0.name) \($0.rows)x\($0.columns)" }
            let real = entry.updater.state.map { "\($0.name) \($0.value.rows)x\($0.value.columns)" }
            found.expect(
                declared == real, .stateCount, "\(subject), \(entry.parameter.parameter.name)", "declared \(declared), allocated \(real)")
        }
    }

    private static func checkLedger(_ run: MiniRun<Float>, _ phase: Int, _ subject: String, _ found: inout ViolationList) {
        let accounting = ModelAccounting(shape: run.model.shape, method: run.model.method, optimizer: run.optimizer)
        let book = run.ledger.current
        let figures: [(MemoryCategory, Int)] = [
            (.weights, accounting.weightBytes(phase: phase)), (.gradients, accounting.gradientBytes(phase: phase)),
            (.optimizer, accounting.optimizerBytes(phase: phase)), (.indices, accounting.indexBytes(phase: phase)),
        ]
        for (category, formula) in figures {
            found.expect(
                book[category] == formula, .ledgerBytes, "\(subject), \(category)", "formula \(formula), allocated \(book[category])")
        }
    }
}
