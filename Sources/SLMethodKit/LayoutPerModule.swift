public import SLNumerics
public import SLOptimizers
public import SLSpec

/// A method whose linears are not all alike: its options differ by layer and role (``LayoutKeys``), and some linears are left dense.
///
/// It holds the method once for every distinct set of options and asks, for each linear, the one that is for it. What is done to a
/// run as a whole (phases, controllers) is the business of the one with the options for all linears.
public struct LayoutPerModule<Method: PretrainingMethod>: PretrainingMethod {
    public static var descriptor: MethodDescriptor { Method.descriptor }

    private let base: Method
    /// Those that some linear is for, each once.
    private let used: [Method]
    /// By layer and role: a position in `used`, or `nil` for a dense linear.
    private let choices: [[LinearRole: Int]]
    private let modules: [LinearModule]

    /// - Throws: `MethodOptionError` for a key of no linear of the model, for an option that linears can't have of their own, and
    ///   where nothing is left to the method.
    public init(options: MethodOptions, model: ModelShape) throws {
        try self.init(options: options, model: model) { try Method(options: $0, model: model) }
    }

    /// - Parameter make: makes the method of options without a layout.
    public init(options: MethodOptions, model: ModelShape, make: (MethodOptions) throws -> Method) throws {
        let known = Self.descriptor.layoutOptions
        for key in options.layoutKeys {
            if case .layer(let layer) = key.place, layer >= model.layerCount {
                throw MethodOptionError(option: "\(LayoutKeys.layers).\(layer)", value: nil, wanted: "a layer from 0 to \(model.layerCount - 1)")
            }
            guard known.contains(where: { $0.name == key.option }) else {
                throw MethodOptionError(option: key.option, value: nil, wanted: "one value for all linears")
            }
        }
        base = try make(options.ofAllLinears)
        var sets: [MethodOptions] = []
        var choices: [[LinearRole: Int]] = []
        for layer in 0..<model.layerCount {
            var row: [LinearRole: Int] = [:]
            for role in LinearRole.allCases where !options.isDense(role: role, layer: layer) {
                let own = options.options(role: role, layer: layer)
                if !sets.contains(own) { sets.append(own) }
                row[role] = sets.firstIndex(of: own)
            }
            choices.append(row)
        }
        guard !sets.isEmpty else {
            throw MethodOptionError(option: LayoutKeys.parameterization.name, value: "dense", wanted: "a linear that is left to the method")
        }
        used = try sets.map(make)
        self.choices = choices
        modules = model.modules
    }

    /// What a linear is for: the method with its options, or ordinary dense training.
    private func method(at module: LinearModule) -> any PretrainingMethod {
        guard choices.indices.contains(module.layer), let choice = choices[module.layer][module.role] else { return OrdinaryLinears() }
        return used[choice]
    }

    public func isParameterized(at module: LinearModule) -> Bool { choices.indices.contains(module.layer) && choices[module.layer][module.role] != nil }

    // MARK: Linear by linear

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] { method(at: module).tensors(at: module, phase: phase) }

    public func startsFromDense(at module: LinearModule) -> Bool { method(at: module).startsFromDense(at: module) }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try method(at: set.module).initialize(set, phase: phase, random: random, ledger: ledger)
    }

    public func initialCount(at module: LinearModule) -> Int { method(at: module).initialCount(at: module) }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        try method(at: set.module).makeParameterization(set, phase: phase)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        method(at: module).scratchCount(at: module, phase: phase, pass: pass)
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        method(at: module).floatingPointOperations(at: module, phase: phase, pass: pass)
    }

    public func linearStep(at module: LinearModule, phase: Int) -> LinearStepNeeds? { method(at: module).linearStep(at: module, phase: phase) }

    public func computation(at module: LinearModule, phase: Int, pass: PassSize) -> String? {
        method(at: module).computation(at: module, phase: phase, pass: pass)
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations {
        method(at: module).savedActivations(at: module, phase: phase, pass: pass)
    }

    public func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int) {
        method(at: module).rewriteCounts(at: module, phase: phase)
    }

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        (tensor.module.map(method(at:)) ?? base).updateRule(for: tensor, optimizer: optimizer)
    }

    // MARK: The run as a whole

    public var startsFromDense: Bool { base.startsFromDense }
    public var gateActivation: GateActivation { base.gateActivation }
    public var phaseStarts: [Int] { base.phaseStarts }
    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { base.lifecycles(totalSteps: totalSteps) }
    public func trainedSets(of tensors: [TensorPlace], phase: Int) -> [TrainedSet] { base.trainedSets(of: tensors, phase: phase) }

    /// Those of every method that some linear is for: their rules may keep times of their own.
    public var plannedEvents: [PlannedEvent] {
        used.indices.flatMap { index in used[index].plannedEvents(at: modules.filter { choices[$0.layer][$0.role] == index }) }
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// What does nothing at any linear.
    public func idleParts(of shape: ModelShape) -> [String] {
        used[0].idleParts(of: shape).filter { part in used.allSatisfy { $0.idleParts(of: shape).contains(part) } }
    }
}

/// Every axis at its default: what a linear is that a layout leaves dense.
private struct OrdinaryLinears: PretrainingMethod {
    static let descriptor = MethodDescriptor(
        name: "dense", title: "Dense", summary: "Ordinary full matrices.", paper: "none", family: .dense, options: [],
        recipe: { _ in .init(learningRate: 1e-3, source: "none") })

    init(options: MethodOptions, model: ModelShape) {}
    init() {}
}
