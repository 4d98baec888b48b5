public import SLNumerics

/// Adafactor at a learning rate from outside: a factored second moment, cut directions, and a first moment if one is asked for.
///
/// u = g/√V̂ with β₂ = 1 − k^−0.8, cut to RMS d; N = lr·u, or β₁M + (1 − β₁)·lr·u; W ← W(1 − lr·wd) − N. The average holds
/// past learning rates, as in the code.
///
/// Source: Shazeer and Stern 2018, arXiv:1804.04235, Algorithms 4 and 5; as in Hugging Face's `Adafactor` with `relative_step` and
/// `scale_parameter` off.
public struct AdafactorRule: UpdateRule, Hashable {
    public var settings: AdafactorSettings
    /// `nil` keeps no first moment.
    public var beta1: Double?

    public init(settings: AdafactorSettings, beta1: Double? = nil) {
        self.settings = settings
        self.beta1 = beta1
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        let second = settings.secondMoment(rows: rows, columns: columns)
        guard beta1 != nil else { return second }
        return second + [StateDeclaration.momentum("exp_avg", rows: rows, columns: columns, storage: settings.storage)]
    }

    public func scratchCount(rows: Int, columns: Int) -> Int { settings.scratchCount(rows: rows, columns: columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        AdafactorUpdater<Element>(rule: self, moments: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class AdafactorUpdater<Element: Scalar>: TensorUpdater {
    private let rule: AdafactorRule
    private let moments: RuleState<Element>
    private let core: AdafactorDirection<Element>

    init(rule: AdafactorRule, moments: RuleState<Element>) {
        self.rule = rule
        self.moments = moments
        let values = moments.tensors.map(\.value)
        core = AdafactorDirection(settings: rule.settings, moment: rule.beta1 == nil ? values : values.dropLast())
    }

    var state: [(name: String, value: StoredTensor<Element>)] { moments.tensors }

    /// The step itself: the learning rate is in it.
    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        precondition(gradient.isContiguous)
        var context = context
        let cut = core.normalize(gradient, context: &context)
        let size = Element(cut * context.learningRate)
        guard let beta1 = rule.beta1, let first = moments.tensors.last?.value else {
            gradient.scale(by: size)
            return 1
        }
        StoredPass.run(over: [first], key: context.key &+ 2) { start, count, held in
            let g = gradient.base + start
            Element.scale(g, size, count)
            GradientKernel.average(held[0], with: g, decay: beta1, count)
            g.update(from: held[0], count: count)
        }
        return 1
    }
}
