import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec

/// The optimizer of a whole model: one updater for every trained tensor, by the method's rules.
public final class ModelOptimizer<Element: Scalar> {
    let model: LlamaModel<Element>
    private let optimizer: RunOptimizer
    private let seed: UInt64
    let totalSteps: Int
    private(set) var entries: [TrainedTensor<Element>] = []
    private(set) var positions: [ObjectIdentifier: Int] = [:]
    /// Choices of a run that was recorded elsewhere, by tensor and name, in place of drawn ones.
    var recorded: ((_ tensor: String, _ name: String) throws -> [Double]?)?
    /// Told what is chosen otherwise than it was recorded.
    var choseOtherwise: (_ tensor: String, _ text: String) -> Void = { _, _ in }
    /// The update that gradients are consumed for as they come.
    var current: (context: UpdateContext<Element>, squares: [Double])?

    /// - Parameter seed: of the run; stochastic rounding and subspace finders draw from it.
    public init(model: LlamaModel<Element>, optimizer: RunOptimizer, seed: UInt64 = 0, totalSteps: Int = 0) throws {
        self.seed = seed
        self.model = model
        self.optimizer = optimizer
        self.totalSteps = totalSteps
        try followModel()
    }

    /// Takes up the tensors of the model's present phase: updaters of tensors that are still trained keep their state,
    /// and their age, the others' state is freed, new tensors start with zero state at age 0.
    public func followModel() throws {
        let old = entries
        entries = []
        for parameter in model.parameters where parameter.parameter.isTrainable {
            if let known = old.first(where: { $0.parameter.parameter === parameter.parameter }) {
                entries.append(known)
                continue
            }
            let (rows, columns) = (parameter.place.rows, parameter.place.columns)
            let rule = model.method.updateRule(for: parameter.place, optimizer: optimizer)
            let updater: any TensorUpdater<Element> = try rule.makeUpdater(rows: rows, columns: columns, ledger: model.ledger)
            entries.append(
                TrainedTensor(
                    parameter: parameter, updater: AgedUpdater(updater), learningRateFactor: optimizer.learningRateFactor(for: parameter.place),
                    weightDecay: optimizer.weightDecay(for: parameter.place)))
        }
        positions = Dictionary(uniqueKeysWithValues: entries.enumerated().map { (ObjectIdentifier($1.parameter.parameter), $0) })
    }

    /// Frees the state of tensors that are trained no more.
    public func releaseUntrained() { entries.removeAll { !$0.parameter.parameter.isTrainable } }

    /// Global L2 norm over all gradients, summed in the order of the tensors.
    public func gradientNorm() -> Double {
        entries.reduce(0.0) { sum, entry in sum + (entry.parameter.parameter.gradient.map { entry.updater.updater.squaredNorm(of: $0) } ?? 0) }.squareRoot()
    }

    /// One update of every tensor.
    ///
    /// - Parameters:
    ///   - step: of the run, 1 for the first. - gradientScale: the clipping factor.
    /// - Returns: what refreshes did.
    public func update(learningRate: Double, step: Int, gradientScale: Double) throws -> RefreshLog {
        model.ledger.enter(.update)
        let log = RefreshLog()
        let context = UpdateContext(
            learningRate: learningRate, step: step, totalSteps: totalSteps, gradientScale: gradientScale, scratch: try model.updateScratch(),
            ledger: model.ledger, log: log)
        for position in entries.indices { try self.step(position, context) }
        return log
    }

    func step(_ position: Int, _ context: UpdateContext<Element>) throws {
        let entry = entries[position]
        guard let gradient = entry.parameter.parameter.gradient else { return }
        var context = context
        context.learningRate *= entry.learningRateFactor
        context.weightDecay = entry.weightDecay
        context.key = key(position, step: context.step)
        context.tensorKey = key(position, step: 0)
        context.recorded = recorded.map { choices in
            let name = entry.parameter.parameter.name
            return RecordedChoices({ try choices(name, $0) }, difference: { self.choseOtherwise(name, $0) })
        }
        try entry.updater.update(weight: entry.parameter.parameter.stored, gradient: gradient, context: context)
    }

    /// Another key for every tensor and step. Source of the constants: Steele, Lea and Flood 2014, SplitMix.
    private func key(_ position: Int, step: Int) -> UInt64 {
        var z = seed &+ 0x9e37_79b9_7f4a_7c15 &* (UInt64(step) << 32 | UInt64(position) << 8)
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Prunes the state of the named tensors of every block linear.
    ///
    /// - Returns: entries that are zero afterwards, and entries in all.
    public func prune(_ names: [String], _ pruning: StatePruning, seed: UInt64, step: Int) throws -> (zeros: Int, entries: Int) {
        var zeros = 0
        var count = 0
        for entry in entries where entry.parameter.site != nil && names.contains(entry.parameter.declaredName) {
            for (name, state) in entry.updater.state {
                var stream = RandomStream(seed: seed, name: "prune/\(step)/\(entry.parameter.parameter.name)/\(name)")
                zeros += try pruning.apply(to: state, random: &stream, ledger: model.ledger)
                count += state.count
            }
        }
        return (zeros, count)
    }

    /// Makes the named tensors of every block linear so old, e.g. 0: fresh again.
    ///
    /// - Returns: how many tensors those are.
    public func setAge(_ names: [String], _ age: Int) -> Int {
        let named = entries.filter { $0.parameter.site != nil && names.contains($0.parameter.declaredName) }
        for entry in named { entry.updater.age = age }
        return named.count
    }

    /// How many updates each trained tensor has received since it was fresh, by its name.
    public var ages: [String: Int] { Dictionary(uniqueKeysWithValues: entries.map { ($0.parameter.parameter.name, $0.updater.age) }) }

    /// - Throws: `DataError` when a trained tensor has none.
    func restoreAges(_ position: LoopPosition) throws(DataError) {
        for entry in entries {
            let name = entry.parameter.parameter.name
            let age = position.ages.map { $0[name] ?? -1 } ?? position.step
            guard (0...position.step).contains(age) else {
                throw DataError(
                    file: "checkpoint after \(position.step) updates", problem: "the age of '\(name)' is missing or impossible",
                    fix: "start the run anew with --rerun")
            }
            entry.updater.age = age
        }
    }

    /// State tensors by parameter and name, for checkpoints and checks.
    public var state: [(parameter: String, name: String, value: StoredTensor<Element>)] {
        entries.flatMap { entry in entry.updater.state.map { (entry.parameter.parameter.name, $0.name, $0.value) } }
    }
}
