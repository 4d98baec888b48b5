import SLMethodKit
public import SLModel
public import SLNumerics
public import SLOptimizers
public import SLRanks
import SLSpec

/// The optimizer of a whole model: one updater for every trained tensor, by the method's rules.
public final class ModelOptimizer<Element: Scalar> {
    package let model: LlamaModel<Element>
    private let optimizer: RunOptimizer
    /// Processes that share the run.
    let ranks: any RankGroup
    private let sharesState: Bool
    /// Who keeps whose state; `nil` where everybody keeps all.
    private(set) var owners: StateOwners?
    /// What went wrong where it could not be thrown.
    var failure: (any Error)?
    package let seed: UInt64
    let totalSteps: Int
    private(set) var entries: [TrainedTensor<Element>] = []
    private(set) var positions: [ObjectIdentifier: Int] = [:]
    /// Linears whose parameterizations make the step of their tensors, by the positions of these.
    private var together: [Int: LinearTensors<Element>] = [:]
    /// Choices of a run that was recorded elsewhere, by tensor and name, in place of drawn ones.
    package var recorded: ((_ tensor: String, _ name: String) throws -> [Double]?)?
    /// Told what is chosen otherwise than it was recorded.
    var choseOtherwise: (_ tensor: String, _ text: String) -> Void = { _, _ in }
    /// By which gradients that are consumed as they come are added to other processes' first.
    var exchange: GradientExchange?
    /// The update that gradients are consumed for as they come.
    package var current: (context: UpdateContext<Element>, squares: [Double])?
    /// Squared norms of the last update's gradients, in the order of the tensors: those of its own tensors.
    var lastSquares: [Double] = []
    /// The same of frozen tensors whose gradients are looked at, by name.
    private(set) var lastObserved: [String: Double] = [:]

    /// - Parameters:
    ///   - seed: of the run; stochastic rounding and subspace finders draw from it.
    ///   - sharesState: whether each of `ranks` keeps the state of some tensors only.
    public init(
        model: LlamaModel<Element>, optimizer: RunOptimizer, seed: UInt64 = 0, totalSteps: Int = 0, ranks: any RankGroup = LoneRank(),
        sharesState: Bool = false
    ) throws {
        self.ranks = ranks
        self.sharesState = sharesState && !ranks.isLone
        self.seed = seed
        self.model = model
        self.optimizer = optimizer
        self.totalSteps = totalSteps
        try followModel()
    }

    /// Takes up the tensors of the model's present phase: updaters of tensors that are still trained keep their state,
    /// and their age, the others' state is freed, new tensors start with zero state at age 0.
    public func followModel() throws {
        if sharesState {
            var owners = owners ?? StateOwners(shape: model.shape, method: model.method, optimizer: optimizer, ranks: ranks.count, phase: model.phase)
            if owners.phase != model.phase { owners.enter(phase: model.phase) }
            owners.follow(held: model.heldTensors)
            self.owners = owners
        }
        let old = entries
        entries = []
        var number = -1
        for parameter in model.parameters where parameter.parameter.isDeclaredTrainable {
            number += 1
            guard parameter.parameter.isTrainable else { continue }
            if let known = old.first(where: { $0.parameter.parameter === parameter.parameter }) {
                entries.append(known.numbered(number))
                continue
            }
            let (rows, columns) = (parameter.place.rows, parameter.place.columns)
            let rule = model.method.updateRule(for: parameter.place, optimizer: optimizer)
            let isOwn = owner(of: parameter.parameter.name).map { $0 == ranks.rank } ?? true
            let updater: any TensorUpdater<Element> = try isOwn
                ? rule.makeUpdater(rows: rows, columns: columns, ledger: model.ledger) : AbsentUpdater<Element>()
            entries.append(
                TrainedTensor(
                    number: number, parameter: parameter, updater: AgedUpdater(updater),
                    declarations: isOwn ? rule.state(rows: rows, columns: columns) : [], learningRateFactor: optimizer.learningRateFactor(for: parameter.place),
                    weightDecay: optimizer.weightDecay(for: parameter.place)))
        }
        positions = Dictionary(uniqueKeysWithValues: entries.enumerated().map { (ObjectIdentifier($1.parameter.parameter), $0) })
        together = [:]
        for (module, members) in Dictionary(grouping: entries.indices, by: { entries[$0].parameter.module }) {
            guard let module, model.method.linearStep(at: module, phase: model.phase) != nil, let linear = model.parameterization(at: module)
            else { continue }
            let tensors = LinearTensors(positions: members, parameterization: linear)
            for position in members { together[position] = tensors }
        }
    }

    /// Frees the state of tensors that are trained no more.
    public func releaseUntrained() { entries.removeAll { !$0.parameter.parameter.isTrainable } }

    /// Takes down the norm of every tensor's gradient.
    ///
    /// - Returns: the square of the global L2 norm, summed in the order of the tensors.
    func measureGradients() throws -> Double {
        try takeDown(
            entries.map { entry in
                isOwn(entry) ? entry.parameter.parameter.gradient.map { entry.updater.updater.squaredNorm(of: $0) } ?? 0 : 0
            })
    }

    /// - Parameter own: squared norms of the trained tensors' gradients; 0 for those that others keep the state of.
    /// - Returns: as ``measureGradients()``.
    func takeDown(_ own: [Double]) throws -> Double {
        let observed = observedTensors
        let seen = observed.map { owner(of: $0.name) ?? ranks.rank == ranks.rank ? $0.gradient.sumOfSquares() : 0 }
        let squares = try gatherSquares(own + seen, of: entries.map(\.parameter.parameter.name) + observed.map(\.name))
        lastSquares = Array(squares.prefix(entries.count))
        lastObserved = Dictionary(zip(observed.map(\.name), squares.dropFirst(entries.count)), uniquingKeysWith: { first, _ in first })
        return lastSquares.reduce(squares.dropFirst(entries.count).reduce(0, +), +)
    }

    /// Frozen tensors whose gradients are looked at, in the model's order.
    private var observedTensors: [(name: String, gradient: Matrix<Element>)] {
        model.parameters.compactMap { entry in
            guard entry.parameter.isObserved, !entry.parameter.isTrainable else { return nil }
            return entry.parameter.gradient.map { (entry.parameter.name, $0) }
        }
    }

    /// One update of every tensor.
    ///
    /// - Parameters:
    ///   - step: of the run, 1 for the first. - gradientScale: the clipping factor.
    /// - Returns: what refreshes did.
    public func update(learningRate: Double, step: Int, gradientScale: Double) throws -> RefreshLog {
        model.ledger.enter(.update)
        let context = try makeContext(learningRate: learningRate, step: step, gradientScale: gradientScale)
        for position in entries.indices {
            context.log.place = position
            try self.step(position, context)
        }
        return owners == nil ? context.log : try handOut(context.log)
    }

    /// What all tensors of an update have in common.
    func makeContext(learningRate: Double, step: Int, gradientScale: Double = 1) throws -> UpdateContext<Element> {
        UpdateContext(
            learningRate: learningRate, step: step, totalSteps: totalSteps, gradientScale: gradientScale, scratch: try model.updateScratch(),
            ledger: model.ledger, log: RefreshLog())
    }

    package func step(_ position: Int, _ context: UpdateContext<Element>) throws {
        let entry = entries[position]
        guard let gradient = entry.parameter.parameter.gradient, isOwn(entry) else { return }
        var context = context
        context.learningRate *= entry.learningRateFactor
        context.weightDecay = entry.weightDecay
        context.key = key(entry.number, step: context.step)
        context.tensorKey = key(entry.number, step: 0)
        context.recorded = recorded.map { choices in
            let name = entry.parameter.parameter.name
            return RecordedChoices({ try choices(name, $0) }, difference: { self.choseOtherwise(name, $0) })
        }
        let member = LinearStep<Element>.Member(
            name: entry.parameter.declaredName, parameter: entry.parameter.parameter, gradient: gradient, updater: entry.updater, context: context)
        guard let linear = together[position] else { return try member.update() }
        try linear.add(member, at: position)
    }

    /// Another key for every tensor and step. Source of the constants: Steele, Lea and Flood 2014, SplitMix.
    private func key(_ number: Int, step: Int) -> UInt64 {
        var z = seed &+ 0x9e37_79b9_7f4a_7c15 &* (UInt64(step) << 32 | UInt64(number) << 8)
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// The elements of one state tensor; `nil` where the parameter has none of the name.
    func state(of parameter: String, named name: String) -> [Double]? {
        guard let entry = entries.first(where: { $0.parameter.parameter.name == parameter }) else { return nil }
        return entry.updater.state.first { $0.name == name }.map { $0.value.elements.map { Double($0) } }
    }

    /// State tensors by parameter and name, for checkpoints and checks.
    public var state: [(parameter: String, name: String, value: StoredTensor<Element>)] {
        entries.flatMap { entry in entry.updater.state.map { (entry.parameter.parameter.name, $0.name, $0.value) } }
    }
}
