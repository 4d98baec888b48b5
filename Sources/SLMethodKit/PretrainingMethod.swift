public import SLNumerics
public import SLOptimizers
public import SLSpec

/// A method of pretraining: a choice on four independent axes, each with a default, so that a simple method says only
/// what is its own.
///
/// 1. *Parameterization*: which tensors stand in for a block linear's W, and how they multiply. Default: dense W.
/// 2. *Optimizer*: from gradient to step, tensor by tensor. An axis of its own that the run chooses; a method may decorate it. Default:
///    as the run's optimizer and its groups say.
/// 3. *Lifecycle*: what happens between updates, by controllers, and which phases a run has. Default: nothing.
/// 4. *Saved activations*: what the backward pass keeps of the forward pass. Default: nothing beyond the input.
///
/// A method is a value made from options; everything that changes during a run lives in the parameterizations and updaters it makes.
/// Embedding, head and norm weights are dense and trained by every method; axis 2 covers them too.
public protocol PretrainingMethod: Sendable {
    static var descriptor: MethodDescriptor { get }

    /// - Throws: `MethodOptionError` when an option is missing, of the wrong type or impossible for the model.
    init(options: MethodOptions, model: ModelShape) throws

    // MARK: 1. Parameterization

    /// The tensors of a module in one phase, in order. A name that stays from one phase to the next keeps its values.
    func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration]

    /// Whether linears' first values come from a dense weight, so that they can come from a given one.
    var startsFromDense: Bool { get }
    /// The same of one module, where linears differ.
    func startsFromDense(at module: LinearModule) -> Bool

    /// Whether the module is the method's business. Lifecycle actions pass over one that is not.
    func isParameterized(at module: LinearModule) -> Bool

    /// Gives first values to the tensors of `set` that are fresh.
    func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws

    /// Elements that first values of a linear's tensors allocate for as long as they are made, as a run begins.
    func initialCount(at module: LinearModule) -> Int

    func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element>

    /// Elements of temporary space that a parameterization's forward and backward passes take for this many tokens
    /// on so many threads.
    func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int

    /// What the model's feed-forward blocks put on the gate.
    var gateActivation: GateActivation { get }

    /// Floating-point operations a token, forward and backward together, of a module when `tokens` are computed at once.
    func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double

    /// Which of several equal ways a module is computed in, in one word; `nil` where there is only one.
    func computation(at module: LinearModule, phase: Int, pass: PassSize) -> String?

    // MARK: 2. Update rule

    /// The rule for one tensor.
    ///
    /// - Parameter optimizer: the run's, with its groups. A method may put another rule around what it gives.
    func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule

    /// What a module's parameterization takes where it makes the step of its trained tensors itself (``Parameterization/step(_:)``); `nil`
    /// where every tensor is updated by its own rule alone.
    func linearStep(at module: LinearModule, phase: Int) -> LinearStepNeeds?

    // MARK: 3. Lifecycle

    /// Updates after which phases 1, 2, … begin, ascending. Phase 0 begins at 0.
    var phaseStarts: [Int] { get }

    /// The controllers of a run of so many updates, in the order in which they are asked.
    func lifecycles(totalSteps: Int) -> [any Lifecycle]

    /// Which of a phase's trained tensors are trained at once, as far as it is known before a run: all sets that have their turns, or, where a
    /// run chooses by what it sees, the one that takes the most memory. Never none.
    ///
    /// - Parameter tensors: all that are declared as trained, in the model's order, embedding, head and norms too.
    func trainedSets(of tensors: [TensorPlace], phase: Int) -> [TrainedSet]

    /// The events of the method itself and of its rules, without those that controllers plan: what a run's record will hold.
    var plannedEvents: [PlannedEvent] { get }
    /// The same where the method is for these linears only, whose rules may keep times of their own.
    func plannedEvents(at modules: [LinearModule]) -> [PlannedEvent]

    /// Elements of temporary space that a rewrite of a parameterization takes from its context, and such that it allocates besides.
    func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int)

    /// What of the method does nothing under these options, whatever the run's length, as sentences without a full stop.
    func idleParts(of shape: ModelShape) -> [String]

    // MARK: 4. Saved activations

    /// What the module's parameterization needs in its backward pass of a micro-batch of so many tokens.
    func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations
}

extension PretrainingMethod {
    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        [TensorDeclaration("weight", rows: module.outFeatures, columns: module.inFeatures)]
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        if set.fresh.contains("weight") { try random.fillDense(try set.parameter("weight").value, at: set.module) }
    }

    public func initialCount(at module: LinearModule) -> Int { 0 }

    public var startsFromDense: Bool { true }
    public func startsFromDense(at module: LinearModule) -> Bool { startsFromDense }
    public func isParameterized(at module: LinearModule) -> Bool { true }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        DenseParameterization(weight: try set.parameter("weight"), module: set.module)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int { 0 }

    public func computation(at module: LinearModule, phase: Int, pass: PassSize) -> String? { nil }

    public var gateActivation: GateActivation { .silu }

    /// How many block linears are computed in which way; empty where there is no choice.
    public func computations(shape: ModelShape, phase: Int, pass: PassSize) -> [String: Int] {
        Dictionary(grouping: shape.modules.compactMap { computation(at: $0, phase: phase, pass: pass) }, by: \.self).mapValues(\.count)
    }

    /// The same in words, e.g. "56 by factors"; `nil` where there is no choice.
    public func computationSummary(shape: ModelShape, phase: Int, pass: PassSize) -> String? {
        let counts = computations(shape: shape, phase: phase, pass: pass).sorted { $0.key < $1.key }
        return counts.isEmpty ? nil : counts.map { "\($0.value) by \($0.key)" }.joined(separator: ", ")
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        6 * Double(module.outFeatures) * Double(module.inFeatures)
    }

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule { optimizer.rule(for: tensor) }

    public func linearStep(at module: LinearModule, phase: Int) -> LinearStepNeeds? { nil }

    public var phaseStarts: [Int] { [] }
    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { [] }
    public func trainedSets(of tensors: [TensorPlace], phase: Int) -> [TrainedSet] { [TrainedSet()] }

    /// The set that has most elements.
    public func largestTrainedSet(of tensors: [TensorPlace], phase: Int) -> TrainedSet {
        func count(_ set: TrainedSet) -> Int { tensors.reduce(0) { $0 + (set.held.contains($1.fullName) ? 0 : $1.count) } }
        let sets = trainedSets(of: tensors, phase: phase)
        guard sets.count > 1 else { return sets.first ?? TrainedSet() }
        return sets.max { count($0) < count($1) } ?? TrainedSet()
    }

    public func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int) { (0, 0) }
    public var plannedEvents: [PlannedEvent] { [] }
    public func plannedEvents(at modules: [LinearModule]) -> [PlannedEvent] { plannedEvents }
    public func idleParts(of shape: ModelShape) -> [String] { [] }

    /// Everything that is planned for a run of so many updates: the method's own events and its controllers'.
    public func events(totalSteps: Int) -> [PlannedEvent] { plannedEvents + lifecycles(totalSteps: totalSteps).flatMap(\.plannedEvents) }

    /// The updates of a run of so many at which each kind of event happens.
    public func eventSteps(totalSteps: Int) -> [String: Set<Int>] { steps(of: events(totalSteps: totalSteps).filter { !$0.isOpen }, totalSteps) }

    /// The updates at which it can happen beside these, if the run asks for it.
    public func openEventSteps(totalSteps: Int) -> [String: Set<Int>] { steps(of: events(totalSteps: totalSteps).filter(\.isOpen), totalSteps) }

    private func steps(of events: [PlannedEvent], _ totalSteps: Int) -> [String: Set<Int>] {
        events.reduce(into: [:]) { $0[$1.kind, default: []].formUnion($1.steps(totalSteps: totalSteps)) }.filter { !$1.isEmpty }
    }

    /// What the controllers of a run of so many updates plan for its learning rate.
    public func learningRates(totalSteps: Int) -> LearningRatePlan {
        LearningRatePlan(lifecycles(totalSteps: totalSteps).map(\.plannedRates))
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations() }

    /// The phase in which update `step` (from 1) is made.
    public func phase(ofUpdate step: Int) -> Int { phaseStarts.count { $0 < step } }
    public var phaseCount: Int { phaseStarts.count + 1 }
}
