import SLNumerics

/// Hyper-parameters of Adam with decoupled weight decay.
public struct AdamSettings: Sendable, Hashable {
    /// Where ε stands relative to the second moment's bias correction.
    public enum EpsilonPlacement: Sendable, Hashable {
        /// m̂ / (√v̂ + ε), as in the paper and PyTorch.
        case afterBiasCorrection
        /// √(1−β₂ᵗ) · m / (√v + ε) / (1−β₁ᵗ): Hugging Face's former AdamW and GaLore's code. ε counts for more early on.
        case beforeBiasCorrection
    }

    /// When decoupled decay happens.
    public enum DecayOrder: Sendable, Hashable {
        /// W ← (1 − lr·wd)·W, then the step (PyTorch).
        case beforeStep
        /// The step, then W ← (1 − lr·wd)·W (Hugging Face, GaLore).
        case afterStep
    }

    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var weightDecay: Double
    public var epsilonPlacement: EpsilonPlacement
    public var decayOrder: DecayOrder
    public var storage: StorageChoice

    public init(
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0,
        epsilonPlacement: EpsilonPlacement = .afterBiasCorrection, decayOrder: DecayOrder = .beforeStep,
        storage: StorageChoice = StorageChoice()
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.epsilonPlacement = epsilonPlacement
        self.decayOrder = decayOrder
        self.storage = storage
    }

    /// The two moments of a tensor.
    func moments(rows: Int, columns: Int) -> [StateDeclaration] {
        [
            StateDeclaration(
                name: "exp_avg", rows: rows, columns: columns, format: storage.moment(count: rows * columns, signed: true)),
            StateDeclaration(
                name: "exp_avg_sq", rows: rows, columns: columns, format: storage.moment(count: rows * columns, signed: false)),
        ]
    }

    /// The element-independent numbers of the update that moments of `age` (from 1, this update counted) make.
    func coefficients<Element: Scalar>(_ context: UpdateContext<Element>, age: Int) -> AdamCoefficients<Element> {
        let correction1 = 1 - power(beta1, age)
        let rootCorrection2 = (1 - power(beta2, age)).squareRoot()
        let before = epsilonPlacement == .beforeBiasCorrection
        return AdamCoefficients(
            beta1: Element(beta1), beta2: Element(beta2), secondMomentScale: before ? 1 : Element(1 / rootCorrection2),
            epsilon: Element(epsilon),
            stepSize: Element(context.learningRate * (before ? rootCorrection2 : 1) / correction1),
            decay: Element(decayOrder == .beforeStep ? 1 - context.learningRate * weightDecay : 1),
            gradientScale: Element(context.gradientScale))
    }

    /// 1 − lr·wd where decay follows the step, else 1.
    func trailingDecay(learningRate: Double) -> Double { decayOrder == .afterStep ? 1 - learningRate * weightDecay : 1 }

    private func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var square = base
        var bits = exponent
        while bits > 0 {
            if bits & 1 == 1 { result *= square }
            square *= square
            bits >>= 1
        }
        return result
    }
}

/// Adam with decoupled weight decay. Source: Loshchilov and Hutter 2019, arXiv:1711.05101, Algorithm 2; ε as chosen in
/// ``AdamSettings/EpsilonPlacement``.
public struct AdamWRule: UpdateRule, Hashable {
    public var settings: AdamSettings

    public init(_ settings: AdamSettings) { self.settings = settings }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] { settings.moments(rows: rows, columns: columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        try AdamWUpdater<Element>(settings: settings, rows: rows, columns: columns, ledger: ledger)
    }
}

final class AdamWUpdater<Element: Scalar>: TensorUpdater {
    private let settings: AdamSettings
    private let first: StoredTensor<Element>
    private let second: StoredTensor<Element>

    init(settings: AdamSettings, rows: Int, columns: Int, ledger: MemoryLedger) throws {
        self.settings = settings
        let moments = settings.moments(rows: rows, columns: columns)
        first = try moments[0].allocate(ledger: ledger)
        second = try moments[1].allocate(ledger: ledger)
    }

    var state: [(name: String, value: StoredTensor<Element>)] { [("exp_avg", first), ("exp_avg_sq", second)] }

    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) {
        AdamKernel.update(
            weight: weight, gradient: gradient, first: first, second: second, settings.coefficients(context, age: context.age),
            trailingDecay: Element(settings.trailingDecay(learningRate: context.learningRate)), key: context.key)
    }
}
