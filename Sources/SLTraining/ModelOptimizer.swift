import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec

/// The optimizer of a whole model: one updater for every trained tensor, by the method's rules.
public final class ModelOptimizer<Element: Scalar> {
    private let model: LlamaModel<Element>
    private let settings: AdamSettings
    private var entries: [(parameter: ModelParameter<Element>, updater: any TensorUpdater<Element>)] = []

    public init(model: LlamaModel<Element>, settings: AdamSettings) throws {
        self.model = model
        self.settings = settings
        try followModel()
    }

    /// Takes up the tensors of the model's present phase: updaters of tensors that are still trained keep their state,
    /// the others' state is freed, new tensors start with zero state.
    public func followModel() throws {
        let old = entries
        entries = []
        for parameter in model.parameters where parameter.parameter.isTrainable {
            if let known = old.first(where: { $0.parameter.parameter === parameter.parameter }) {
                entries.append(known)
                continue
            }
            let value = parameter.parameter.value
            let declaration = TensorDeclaration(parameter.declaredName, rows: value.rows, columns: value.columns)
            let rule = model.method.updateRule(for: declaration, at: parameter.site, settings: settings)
            let updater: any TensorUpdater<Element> = try rule.makeUpdater(rows: value.rows, columns: value.columns, ledger: model.ledger)
            entries.append((parameter, updater))
        }
    }

    /// Global L2 norm over all gradients, summed in the order of the tensors.
    public func gradientNorm() -> Double {
        entries.reduce(0.0) { $0 + ($1.parameter.parameter.gradient?.sumOfSquares() ?? 0) }.squareRoot()
    }

    /// One update of every tensor.
    ///
    /// - Parameters:
    ///   - step: 1 for the first. - gradientScale: the clipping factor.
    /// - Returns: what refreshes did.
    public func update(learningRate: Double, step: Int, gradientScale: Double) throws -> RefreshLog {
        model.ledger.enter(.update)
        let log = RefreshLog()
        let context = UpdateContext(
            learningRate: learningRate, step: step, gradientScale: gradientScale, scratch: try model.updateScratch(),
            ledger: model.ledger, log: log)
        for entry in entries {
            guard let gradient = entry.parameter.parameter.gradient else { continue }
            try entry.updater.update(weight: entry.parameter.parameter.value, gradient: gradient, context: context)
        }
        return log
    }

    /// Prunes the state of the named tensors of every block linear.
    ///
    /// - Returns: entries that are zero afterwards, and entries in all.
    public func prune(_ names: [String], _ pruning: StatePruning, seed: UInt64, step: Int) -> (zeros: Int, entries: Int) {
        var zeros = 0
        var count = 0
        for entry in entries where entry.parameter.site != nil && names.contains(entry.parameter.declaredName) {
            for (name, state) in entry.updater.state {
                var stream = RandomStream(seed: seed, name: "prune/\(step)/\(entry.parameter.parameter.name)/\(name)")
                zeros += pruning.apply(to: state, random: &stream)
                count += state.count
            }
        }
        return (zeros, count)
    }

    /// State tensors by parameter and name, for checkpoints and checks.
    public var state: [(parameter: String, name: String, value: Matrix<Element>)] {
        entries.flatMap { entry in entry.updater.state.map { (entry.parameter.parameter.name, $0.name, $0.value) } }
    }
}
