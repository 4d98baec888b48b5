public import SLNumerics

/// Adafactor's direction, as long as the weights are large: made to be taken as soon as a gradient is there, so that no gradient is
/// kept (`update: per_layer`).
///
/// u = g/√V̂ with β₂ = 1 − k^−0.8, cut to RMS d; W ← W(1 − s·wd) − s·u with s = lr · max(ε₂, RMS(W)), W before the update.
///
/// Source: Lv et al. 2023, arXiv:2310.10195, Algorithm 1, as in the authors' package, version 0.1.1; without its scaling of the loss,
/// which keeps fp16 gradients from vanishing.
public struct AdaLomoRule: UpdateRule, Hashable {
    public var settings: AdafactorSettings
    /// ε₂: smallest root mean square that weights count with.
    public var smallestScale: Double

    public init(settings: AdafactorSettings, smallestScale: Double) {
        self.settings = settings
        self.smallestScale = smallestScale
    }

    public var refusalInsideSubspace: String? { "its steps go by the root mean square of the weights, which a subspace of the gradient does not have" }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] { settings.secondMoment(rows: rows, columns: columns) }

    public func scratchCount(rows: Int, columns: Int) -> Int { settings.scratchCount(rows: rows, columns: columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        AdaLomoUpdater<Element>(rule: self, moment: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class AdaLomoUpdater<Element: Scalar>: TensorUpdater {
    private let rule: AdaLomoRule
    private let moment: RuleState<Element>
    private let core: AdafactorDirection<Element>

    init(rule: AdaLomoRule, moment: RuleState<Element>) {
        self.rule = rule
        self.moment = moment
        core = AdafactorDirection(settings: rule.settings, moment: moment.tensors.map(\.value))
    }

    var state: [(name: String, value: StoredTensor<Element>)] { moment.tensors }

    /// - Returns: the step of a weight whose root mean square is 1.
    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        precondition(gradient.isContiguous)
        var context = context
        return core.normalize(gradient, context: &context) * context.learningRate
    }

    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) {
        let scale = max(rule.smallestScale, (weight.sumOfSquares() / Double(max(1, weight.count))).squareRoot())
        var context = context
        context.learningRate *= scale
        let size = direction(gradient, context: context)
        context.step(weight, along: gradient, by: size, .beforeStep)
    }
}
