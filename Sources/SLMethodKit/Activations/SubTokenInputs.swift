public import SLNumerics
public import SLOptimizers
public import SLSpec

/// A method whose linears of some roles do without their exact inputs in the backward pass: VeLoRA around whatever form they have.
///
/// With x̂ the input's sub-tokens reduced to their parts along a fixed direction v, gradients by weights are those of scale · x̂ in x's place,
/// ∂W = scale·δᵀ·x̂ for a dense W; the output and ∂x are exact. Of a factored form so is the gradient by the second factor, which reads z.
/// Source: Miles et al. 2024, VeLoRA, arXiv:2405.17991, §3; the authors' code, github.com/roymiles/VeLoRA @1a7074f, `velora.py`
/// (`batch_average_once`, rank 1, one v for all groups of a linear).
/// Deviation: parts of an input that follows from what is stored anyway are not kept but made again from it, which gives the same.
public struct SubTokenInputs<Method: PretrainingMethod>: PretrainingMethod {
    public static var descriptor: MethodDescriptor { Method.descriptor }
    /// The direction's name among a linear's tensors.
    public static var direction: String { "velora_v" }

    private let base: Method
    private let spec: ActivationSpec

    /// The method as it is.
    public init(options: MethodOptions, model: ModelShape) throws {
        base = try Method(options: options, model: model)
        spec = ActivationSpec(groups: [:])
    }

    /// - Throws: `MethodOptionError` where groups don't cut inputs into equal parts, and where some linear does not read its exact input.
    public init(_ base: Method, _ spec: ActivationSpec, model: ModelShape) throws {
        try spec.check(model)
        self.base = base
        self.spec = spec
        for module in model.modules where spec.groups[module.role] != nil {
            for phase in 0..<base.phaseCount where base.savedActivations(at: module, phase: phase, pass: PassSize(tokens: 1, threads: 1)).input != .exact {
                throw MethodOptionError(
                    option: "activations", value: .text(spec.scheme),
                    wanted: "null: \(Method.descriptor.name) has a way of its own to save the input of \(module.name)")
            }
        }
    }

    private func groups(_ module: LinearModule) -> Int? { spec.groups[module.role] }

    // MARK: What is added

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        let own = base.tensors(at: module, phase: phase)
        guard let groups = groups(module) else { return own }
        return own + [TensorDeclaration(Self.direction, rows: 1, columns: module.inFeatures / groups, kind: .buffer)]
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        let own: any Parameterization<Element> = try base.makeParameterization(set, phase: phase)
        guard groups(set.module) != nil else { return own }
        return SubTokenParameterization(own, direction: try set.buffer(Self.direction), scale: Element(spec.scale), module: set.module)
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations {
        var saved = base.savedActivations(at: module, phase: phase, pass: pass)
        if let groups = groups(module) { saved.input = .approximate(columns: groups) }
        return saved
    }

    /// The parts and what is made of them: 2·in each.
    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        base.floatingPointOperations(at: module, phase: phase, pass: pass) + (groups(module) == nil ? 0 : 4 * Double(module.inFeatures))
    }

    // MARK: The method's own

    public var startsFromDense: Bool { base.startsFromDense }
    public func startsFromDense(at module: LinearModule) -> Bool { base.startsFromDense(at: module) }
    public func isParameterized(at module: LinearModule) -> Bool { base.isParameterized(at: module) }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try base.initialize(set, phase: phase, random: random, ledger: ledger)
    }

    public func initialCount(at module: LinearModule) -> Int { base.initialCount(at: module) }
    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int { base.scratchCount(at: module, phase: phase, pass: pass) }
    public var gateActivation: GateActivation { base.gateActivation }

    public func computation(at module: LinearModule, phase: Int, pass: PassSize) -> String? {
        base.computation(at: module, phase: phase, pass: pass)
    }

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule { base.updateRule(for: tensor, optimizer: optimizer) }
    public func linearStep(at module: LinearModule, phase: Int) -> LinearStepNeeds? { base.linearStep(at: module, phase: phase) }
    public var phaseStarts: [Int] { base.phaseStarts }
    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { base.lifecycles(totalSteps: totalSteps) }
    public func trainedSets(of tensors: [TensorPlace], phase: Int) -> [TrainedSet] { base.trainedSets(of: tensors, phase: phase) }
    public var plannedEvents: [PlannedEvent] { base.plannedEvents }
    public func plannedEvents(at modules: [LinearModule]) -> [PlannedEvent] { base.plannedEvents(at: modules) }
    public func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int) { base.rewriteCounts(at: module, phase: phase) }
    public func idleParts(of shape: ModelShape) -> [String] { base.idleParts(of: shape) }
}

extension PretrainingMethod {
    /// The same method under an activation scheme; itself for `nil`.
    ///
    /// - Throws: `MethodOptionError`.
    public func saving(_ activations: ActivationSpec?, model: ModelShape) throws -> any PretrainingMethod {
        guard let activations else { return self }
        return try SubTokenInputs(self, activations, model: model)
    }
}
