public import SLNumerics

/// Adam with decoupled weight decay. Source: Loshchilov and Hutter 2019, arXiv:1711.05101, Algorithm 2; written as
/// ``AdamForm`` says.
public struct AdamWRule: UpdateRule, Hashable {
    public var settings: AdamSettings

    public init(_ settings: AdamSettings) { self.settings = settings }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] { settings.moments(rows: rows, columns: columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        AdamWUpdater<Element>(settings: settings, state: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class AdamWUpdater<Element: Scalar>: TensorUpdater {
    private let settings: AdamSettings
    private let moments: RuleState<Element>

    init(settings: AdamSettings, state: RuleState<Element>) {
        self.settings = settings
        moments = state
    }

    var state: [(name: String, value: StoredTensor<Element>)] { moments.tensors }
    var decayOrder: DecayOrder { settings.form.decayOrder }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        settings.direction(gradient, first: moments[0], second: moments[1], context: context)
    }

    /// Moments and weight in one pass over memory.
    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) {
        AdamKernel.update(
            weight: weight, gradient: gradient, first: moments[0], second: moments[1], settings.coefficients(context, age: context.age),
            trailingDecay: decayOrder == .afterStep ? Element(context.decay) : 1, key: context.key)
    }
}
