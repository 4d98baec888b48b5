public import SLNumerics

/// In which of the two common forms Adam with decoupled weight decay is written.
public enum AdamForm: String, Sendable, Hashable, CaseIterable {
    /// m̂ / (√v̂ + ε), decay before the step: the paper's, and PyTorch's.
    case pytorch
    /// √(1−β₂ᵗ) · m / (√v + ε) / (1−β₁ᵗ), decay after the step: Hugging Face's former AdamW, which GaLore's code and its
    /// descendants carry. ε counts for more early on.
    case huggingFace = "hugging_face"

    public var decayOrder: DecayOrder { self == .pytorch ? .beforeStep : .afterStep }
}

/// Hyper-parameters of Adam.
public struct AdamSettings: Sendable, Hashable {
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var form: AdamForm
    public var storage: StorageChoice

    public init(
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, form: AdamForm = .pytorch, storage: StorageChoice = StorageChoice()
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.form = form
        self.storage = storage
    }

    /// The two moments of a tensor.
    public func moments(rows: Int, columns: Int) -> [StateDeclaration] {
        [
            StateDeclaration.momentum("exp_avg", rows: rows, columns: columns, storage: storage, decay: beta1),
            StateDeclaration.secondMoment("exp_avg_sq", rows: rows, columns: columns, storage: storage, decay: beta2),
        ]
    }

    /// The element-independent numbers of the update that moments of `age` (from 1, this update counted) make.
    public func coefficients<Element: Scalar>(_ context: UpdateContext<Element>, age: Int) -> AdamCoefficients<Element> {
        let correction1 = 1 - power(beta1, age)
        let rootCorrection2 = (1 - power(beta2, age)).squareRoot()
        let before = form == .huggingFace
        return AdamCoefficients(
            beta1: Element(beta1), beta2: Element(beta2), secondMomentScale: before ? 1 : Element(1 / rootCorrection2),
            epsilon: Element(epsilon),
            stepSize: Element(context.learningRate * (before ? rootCorrection2 : 1) / correction1),
            decay: Element(form.decayOrder == .beforeStep ? context.decay : 1),
            gradientScale: Element(context.gradientScale))
    }

    /// The gradient becomes the direction of a step whose moments are as old as the context says.
    ///
    /// - Returns: the step's size.
    func direction<Element: Scalar>(
        _ gradient: Matrix<Element>, first: StoredTensor<Element>, second: StoredTensor<Element>, context: UpdateContext<Element>
    ) -> Double {
        let coefficients: AdamCoefficients<Element> = self.coefficients(context, age: context.age)
        AdamKernel.direction(gradient: gradient, first: first, second: second, coefficients, key: context.key)
        return Double(coefficients.stepSize)
    }
}

/// base to a whole power, by squaring: late steps keep their bias correction.
public func power(_ base: Double, _ exponent: Int) -> Double {
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
