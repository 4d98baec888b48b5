import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec

/// A model with its updaters whose controllers freeze and thaw: what a trainer does of it, without schedule, data or records.
final class FreezingRun {
    let model: LlamaModel<Float>
    let ledger = MemoryLedger()
    private let optimizer: RunOptimizer
    private let training: TrainingSpec
    private let log = RefreshLog()
    private var updaters: [String: AgedUpdater<Float>] = [:]
    private var lifecycles: [any Lifecycle]
    private var losses: [Double] = []

    /// - Parameter held: what is frozen from the beginning.
    init(_ method: any PretrainingMethod, shape: ModelShape, training: TrainingSpec, held: TensorChoice? = nil) throws {
        self.training = training
        optimizer = try RunOptimizer(training)
        lifecycles = method.lifecycles(totalSteps: training.steps)
        model = try LlamaModel(
            shape: shape, method: method, sequences: training.microBatchSize, sequenceLength: training.sequenceLength,
            threads: Compute.threads, optimizer: optimizer, options: EngineOptions(training.memory), ledger: ledger)
        try model.initialize(seed: 1)
        if let held { try model.setHeld(true, held) }
        try model.allocateForTraining()
        try followModel()
    }

    /// What the ledger holds now.
    var book: MemoryBreakdown {
        let now = ledger.current
        return MemoryBreakdown(
            weights: now[.weights], gradients: now[.gradients], optimizer: now[.optimizer], indices: now[.indices],
            activations: now[.activations], workspace: now[.workspace])
    }

    /// Forward, backward and update, and then what the controllers want frozen and thawed.
    func update() throws {
        let count = training.microBatchSize * training.sequenceLength
        let vocabulary = model.shape.vocabularySize
        let step = losses.count + 1
        let loss = try model.accumulateGradients(
            inputs: makeTokens(count, below: vocabulary, "inputs/\(step)"), targets: makeTokens(count, below: vocabulary, "targets/\(step)"),
            lossScale: 1 / Double(count), accumulate: false)
        losses.append(loss.sum / Double(loss.targets))
        let view = RunView(step: step, totalSteps: training.steps, losses: losses, tensors: try updateTensors(step: step))
        for index in lifecycles.indices {
            let actions = lifecycles[index].actions(after: view)
            for action in actions { try perform(action) }
        }
    }

    private func updateTensors(step: Int) throws -> [RunView.Tensor] {
        ledger.enter(.update)
        let context = UpdateContext<Float>(
            learningRate: 1e-3, step: step, gradientScale: 1, scratch: try model.updateScratch(), ledger: ledger, log: log)
        var seen: [RunView.Tensor] = []
        for entry in model.parameters {
            guard let updater = updaters[entry.parameter.name], let gradient = entry.parameter.gradient else { continue }
            seen.append(RunView.Tensor(place: entry.place, gradientNorm: gradient.sumOfSquares().squareRoot(), age: updater.age + 1))
            try updater.update(weight: entry.parameter.stored, gradient: gradient, context: context)
        }
        return seen
    }

    private func perform(_ action: LifecycleAction) throws {
        switch action {
        case .freeze(let choice): try model.setHeld(true, choice)
        case .thaw(let choice): try model.setHeld(false, choice)
        default: return
        }
        try followModel()
    }

    /// State of what is trained no more is freed, what is trained again has fresh state.
    private func followModel() throws {
        let trained = model.parameters.filter { $0.parameter.isTrainable }
        let names = Set(trained.map(\.parameter.name))
        updaters = updaters.filter { names.contains($0.key) }
        for entry in trained where updaters[entry.parameter.name] == nil {
            let rule = model.method.updateRule(for: entry.place, optimizer: optimizer)
            let updater: any TensorUpdater<Float> = try rule.makeUpdater(rows: entry.place.rows, columns: entry.place.columns, ledger: ledger)
            updaters[entry.parameter.name] = AgedUpdater(updater)
        }
    }
}
