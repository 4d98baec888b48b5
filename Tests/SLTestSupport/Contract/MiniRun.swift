public import SLMethodKit
public import SLModel
public import SLNumerics
public import SLOptimizers
import SLRandom
public import SLSpec

/// A model with its updaters, driven by hand: what a trainer does, without schedule, data or records.
public final class MiniRun<Element: Scalar> {
    public let model: LlamaModel<Element>
    public let ledger = MemoryLedger()
    public let log = RefreshLog()
    let optimizer: RunOptimizer
    private let seed: UInt64
    private let batchShape: (sequences: Int, length: Int)
    public private(set) var updaters: [(parameter: ModelParameter<Element>, rule: any UpdateRule, updater: AgedUpdater<Element>)] = []
    public private(set) var step = 0

    public init(
        _ method: any PretrainingMethod, shape: ModelShape, sequences: Int = 2, sequenceLength: Int = 4, seed: UInt64 = 1,
        optimizer: RunOptimizer? = nil, options: EngineOptions = EngineOptions()
    ) throws {
        self.optimizer = try optimizer ?? RunOptimizer()
        self.seed = seed
        batchShape = (sequences, sequenceLength)
        model = try LlamaModel(
            shape: shape, method: method, sequences: sequences, sequenceLength: sequenceLength, threads: Compute.threads,
            optimizer: self.optimizer, options: options, ledger: ledger)
        try model.initialize(seed: seed)
        // As many tensors at once as the method's controllers ever train.
        let trained = method.largestTrainedSet(of: TensorEntry.trainable(shape, method, phase: 0).map(\.place), phase: 0)
        try model.setHeld(true, .named(trained.held))
        if !trained.observed.isEmpty { try model.observe(.named(trained.observed)) }
        try model.allocateForTraining()
        try followModel()
    }

    private func followModel() throws {
        let old = updaters
        updaters = []
        for parameter in model.parameters where parameter.parameter.isTrainable {
            if let known = old.first(where: { $0.parameter.parameter === parameter.parameter }) {
                updaters.append(known)
                continue
            }
            let value = parameter.parameter
            let rule = model.method.updateRule(for: parameter.place, optimizer: optimizer)
            updaters.append((parameter, rule, AgedUpdater(try rule.makeUpdater(rows: value.rows, columns: value.columns, ledger: ledger))))
        }
    }

    public func enter(phase: Int) throws {
        try model.enter(phase: phase, seed: seed)
        try followModel()
    }

    /// One micro-batch of reproducible tokens, one target masked.
    public func batch(_ name: String) -> (inputs: [Int32], targets: [Int32]) {
        var stream = RandomStream(seed: 3, name: name)
        let count = batchShape.sequences * batchShape.length
        let inputs = (0..<count).map { _ in Int32(stream.below(model.shape.vocabularySize)) }
        var targets = (0..<count).map { _ in Int32(stream.below(model.shape.vocabularySize)) }
        targets[count / 2] = -1
        return (inputs, targets)
    }

    /// Forward and backward of two micro-batches, then an update of every tensor.
    public func update(learningRate: Double = 1e-2, microBatches: Int = 2) throws {
        for index in 0..<microBatches {
            let batch = batch("batch/\(step)/\(index)")
            _ = try model.accumulateGradients(inputs: batch.inputs, targets: batch.targets, lossScale: 0.1, accumulate: index > 0)
        }
        step += 1
        ledger.enter(.update)
        let context = UpdateContext(
            learningRate: learningRate, step: step, gradientScale: 1, scratch: try model.updateScratch(), ledger: ledger, log: log)
        let members = updaters.compactMap { entry in
            entry.parameter.parameter.gradient.map { gradient in
                (entry.parameter.module, LinearStep<Element>.Member(
                    name: entry.parameter.declaredName, parameter: entry.parameter.parameter, gradient: gradient, updater: entry.updater, context: context))
            }
        }
        for (module, member) in members where module.flatMap(needs) == nil { try member.update() }
        for module in model.shape.modules where needs(module) != nil {
            try model.parameterization(at: module)?.step(LinearStep(members: members.filter { $0.0 == module }.map(\.1)))
        }
    }

    private func needs(_ module: LinearModule) -> LinearStepNeeds? { model.method.linearStep(at: module, phase: model.phase) }

    /// Up to the first of every kind of event inside an update of a linear that makes its steps itself.
    private func updateThroughSteps() throws {
        guard model.shape.modules.contains(where: { needs($0) != nil }) else { return }
        for event in model.method.plannedEvents { while step < event.first, event.first <= 50 { try update() } }
    }

    /// The first of every kind of rewrite that the method's controllers ask for in a long run.
    public func performRewrites() throws {
        try updateThroughSteps()
        var done: Set<Rewrite> = []
        for var lifecycle in model.method.lifecycles(totalSteps: 200) {
            for step in 1...200 {
                for case .rewrite(let rewrite, _) in lifecycle.actions(after: RunView(step: step, totalSteps: 200, losses: Array(repeating: 1, count: step))) {
                    if done.insert(rewrite).inserted { try model.perform(rewrite, seed: seed, step: step) }
                }
            }
        }
    }

    /// Gives every weight values in general position, so that no derivative vanishes by symmetry, and every linear outputs
    /// of order 1, so that no softmax saturates, whatever a method's scale is.
    public func randomizeParameters() throws {
        var deviations: [LinearModule: Double] = [:]
        for parameter in model.parameters {
            var deviation = 0.6
            if let module = parameter.module {
                deviation =
                    try deviations[module] ?? ModuleHarness<Element>(model.method, at: module, phase: model.phase).deviationForUnitOutput()
                deviations[module] = deviation
            }
            var stream = RandomStream(seed: 99, name: "values/\(parameter.parameter.name)")
            parameter.parameter.stored.fillNormal(deviation: deviation, from: &stream)
        }
    }

    public var weights: [String: [Element]] {
        Dictionary(model.parameters.map { ($0.parameter.name, $0.parameter.stored.elements) }, uniquingKeysWith: { first, _ in first })
    }

    public var positions: [String: [Int]] {
        Dictionary(model.indexVectors.map { ($0.name, $0.vector.elements) }, uniquingKeysWith: { first, _ in first })
    }
}

extension TensorEntry {
    /// All that a method declares as trained.
    static func trainable(_ shape: ModelShape, _ method: any PretrainingMethod, phase: Int) -> [TensorEntry] {
        all(shape: shape, method: method, phase: phase).filter(\.declaration.isTrainable)
    }
}
