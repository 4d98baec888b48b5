public import SLMethodKit
import SLModel
public import SLSpec
import SLTraining

/// Says what a sweep consists of and what each of its runs will take. Nothing is trained and nothing is allocated.
public struct SweepPlanner: Sendable {
    public var registry: MethodRegistry
    public var threads: Int
    /// Runs again what failed or diverged before.
    public var retriesFailed: Bool
    /// Runs again what is finished, too.
    public var rerunsAll: Bool
    /// When checkpoints are written and what stays, which decides what runs take on the disk.
    public var checkpoint: CheckpointPolicy
    /// The one that would run the cells; `nil` lets finished runs of any program pass without a word.
    public var program: ProgramIdentity?

    public init(
        registry: MethodRegistry, threads: Int, retriesFailed: Bool = false, rerunsAll: Bool = false,
        checkpoint: CheckpointPolicy = CheckpointPolicy(), program: ProgramIdentity? = nil
    ) {
        self.rerunsAll = rerunsAll
        self.checkpoint = checkpoint
        self.program = program
        self.registry = registry
        self.threads = threads
        self.retriesFailed = retriesFailed
    }

    /// - Parameters:
    ///   - cells: every run of the sweep, with where the config asks for it. A run that is named twice stays once.
    ///   - predicted: cells that are only planned.
    ///   - data: as it was asked for.
    ///   - rate: FLOP/s in matrix products; asked for only when a run's speed isn't known from an earlier one.
    /// - Throws: `ConfigError` when a method refuses its options; errors of the ledger.
    public func plan(
        name: String, cells: [(spec: RunSpec, origin: String)], predicted: [CellDraft] = [], data: DataSpec, ledger: any RunLedger,
        rate: () -> Double
    ) throws -> SweepPlan {
        var seen: Set<String> = []
        let keyed = try cells.map { (cell: $0, key: try $0.spec.runKey()) }.filter { seen.insert($0.key).inserted }
        let runs = keyed.map { keyed in
            let spec = keyed.cell.spec
            let decided = PredictionSpec(model: spec.model, method: spec.method, options: spec.options, training: spec.training)
            return (spec: decided, origin: keyed.cell.origin)
        }
        try check(runs + predicted.map { ($0.prediction, $0.origin) })
        let status = try ledger.status(of: keyed.map(\.key))
        let changes = ChangedInputs(
            program: program, makers: try ledger.makers(ofFinished: keyed.map(\.key)), started: try ledger.startedSpecs(sweep: name))
        let measured = try ledger.measuredThroughput(threads: threads)
        let isNeeded = keyed.contains { measured[ThroughputKey($0.cell.spec)] == nil && action(status[$0.key]) == .run }
        let model = ThroughputModel(rate: isNeeded ? rate() : ThroughputModel.defaultRate, measured: measured)
        return SweepPlan(
            name: name,
            cells: try keyed.map { try planned($0.cell.spec, data, key: $0.key, status: status[$0.key], model: model, changes: changes) },
            predictions: try predicted.map { try prediction($0.prediction) })
    }

    /// FLOPs of all updates of a cell whose rows have no padding; `nil` for one that the method refuses.
    public static func trainingFloatingPointOperations(_ spec: PredictionSpec, registry: MethodRegistry) -> Double? {
        guard let method = try? registry.make(spec.method, options: spec.options, model: spec.model, activations: spec.training.activations) else { return nil }
        return try? ModelAccounting(shape: spec.model, method: method, training: spec.training).trainingFloatingPointOperations(spec.training)
    }

    /// How large a cell is by one quantity; `nil` for one that the method refuses.
    public static func measure(_ quantity: MatchQuantity, _ spec: PredictionSpec, registry: MethodRegistry) -> Double? {
        guard
            let method = try? registry.make(spec.method, options: spec.options, model: spec.model, activations: spec.training.activations),
            let accounting = try? ModelAccounting(shape: spec.model, method: method, training: spec.training)
        else { return nil }
        let last = method.phase(ofUpdate: spec.training.steps)
        switch quantity {
        case .parameters: return Double(accounting.totalParameters(phase: last))
        case .paperMemory: return Double(accounting.paperBytes(phase: last))
        case .memory: return (try? MemoryPlan(shape: spec.model, method: method, training: spec.training, threads: 1)).map { Double($0.totalBytes) }
        case .flops: return accounting.trainingFloatingPointOperations(spec.training) / Double(max(1, spec.training.totalTokens))
        }
    }

    private func action(_ status: RunStatus?) -> PlannedCell.Action {
        switch status {
        case nil, .interrupted: .run
        case .finished: rerunsAll ? .run : .skipDone
        case .failed, .diverged: retriesFailed || rerunsAll ? .run : .skipFailed
        case .running: .skipRunning
        }
    }

    private func planned(
        _ spec: RunSpec, _ data: DataSpec, key: String, status: RunStatus?, model: ThroughputModel, changes: ChangedInputs
    ) throws -> PlannedCell {
        let method = try registry.make(spec.method, options: spec.options, model: spec.model, activations: spec.training.activations)
        let accounting = try ModelAccounting(shape: spec.model, method: method, training: spec.training)
        let last = method.phase(ofUpdate: spec.training.steps)
        let probes = try ProbePlan(spec, method: method, threads: threads)
        return PlannedCell(
            spec: spec, data: data, runKey: key, status: status, action: action(status),
            totalParameters: accounting.totalParameters(phase: last),
            trainableParameters: accounting.trainableParameters(phase: last),
            memory: try MemoryPlan(shape: spec.model, method: method, training: spec.training, threads: threads).breakdown,
            probeBytes: probes.bytes,
            paperBytes: accounting.paperBytes(phase: last),
            disk: DiskEstimate(spec, method: method, accounting: accounting, policy: checkpoint, probeBytes: probes.recordBytes),
            totalFloatingPointOperations: accounting.trainingFloatingPointOperations(spec.training, targetsPerUpdate: spec.targetsPerUpdate),
            time: model.estimate(
                spec,
                floatingPointOperationsPerPosition: accounting.trainingFloatingPointOperations(spec.training)
                    / Double(max(1, spec.training.totalTokens)), probes: probes),
            computation: method.computationSummary(
                shape: spec.model, phase: last, pass: PassSize(spec.training, threads: threads)),
            activations: try spec.training.activations.map { _ in
                try ActivationPlan(
                    shape: spec.model, exact: registry.make(spec.method, options: spec.options, model: spec.model), method: method,
                    training: spec.training, threads: threads)
            },
            silent: SilentEvents.of(spec, method: method) + checkpoint.silences(spec.training),
            note: changes.note(spec, runKey: key, status: status))
    }

    /// What the trials of a tuning are asked for and will not see, each sentence behind the trial's method and size.
    public static func silences(ofTrials drafts: [CellDraft], data: DataIdentity, registry: MethodRegistry) -> [String] {
        var said: [String] = []
        for spec in drafts.map({ $0.spec(data: data) }) {
            guard let method = try? registry.make(spec.method, options: spec.options, model: spec.model, activations: spec.training.activations) else { continue }
            for sentence in SilentEvents.of(spec, method: method).map({ "\(spec.model.name) \(spec.method): \($0)" })
            where !said.contains(sentence) { said.append(sentence) }
        }
        return said
    }

    private func prediction(_ spec: PredictionSpec) throws -> PredictedCell {
        let method = try registry.make(spec.method, options: spec.options, model: spec.model, activations: spec.training.activations)
        let accounting = try ModelAccounting(shape: spec.model, method: method, training: spec.training)
        let last = method.phase(ofUpdate: spec.training.steps)
        let plan = try MemoryPlan(shape: spec.model, method: method, training: spec.training, threads: threads)
        return PredictedCell(
            record: PredictionRecord(
                spec: spec, memory: plan.breakdown, peakStage: plan.peakStage, paperBytes: accounting.paperBytes(phase: last)),
            totalParameters: accounting.totalParameters(phase: last), trainableParameters: accounting.trainableParameters(phase: last))
    }

    /// Makes every method once, so that what only a method itself can refuse is reported together too.
    private func check(_ cells: [(spec: PredictionSpec, origin: String)]) throws {
        var issues: [ConfigIssue] = []
        for (spec, origin) in cells {
            do {
                let method = try registry.make(spec.method, options: spec.options, model: spec.model, activations: spec.training.activations)
                if let reason = spec.training.memory.refusal(method, shape: spec.model) {
                    let issue = ConfigIssue(
                        file: "\(spec.method) at \(spec.model.name)", keyPath: "\(origin).recompute", problem: "bottlenecks can't serve here: \(reason)",
                        allowed: "recompute \"block\", or a method of low-rank factors such as cola")
                    if !issues.contains(issue) { issues.append(issue) }
                }
                for reason in try ModelAccounting(shape: spec.model, method: method, training: spec.training).refusals {
                    let issue = ConfigIssue(
                        file: "\(spec.method) at \(spec.model.name)", keyPath: "\(origin).optimizer", problem: "can't serve here: \(reason)",
                        allowed: "another optimizer, or another \"inner\" where the method has one")
                    if !issues.contains(issue) { issues.append(issue) }
                }
            } catch let error as MethodOptionError {
                let issue = ConfigIssue(
                    file: "\(spec.method) at \(spec.model.name)", keyPath: "\(origin).\(error.option)",
                    problem: error.value.map { "\($0) is not possible" } ?? "is missing", allowed: error.wanted)
                if !issues.contains(issue) { issues.append(issue) }
            }
        }
        if !issues.isEmpty { throw ConfigError(issues) }
    }
}
