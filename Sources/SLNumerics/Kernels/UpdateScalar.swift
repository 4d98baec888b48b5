/// A number type with the loops of Adam, which most update rules end in. The conventions are those of ``RowScalar``.
public protocol UpdateScalar: RealScalar {
    static func adam(_ w: Row, _ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Self>)
    /// Like ``adam`` but writes the direction m̂/(√v̂ + ε) over g and leaves weights alone.
    static func adamDirection(_ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Self>)
}

/// One step of Adam in numbers: everything that does not depend on the element.
public struct AdamCoefficients<Element: UpdateScalar>: Sendable {
    public var beta1: Element
    public var beta2: Element
    /// 1 / √(1 − β₂ᵗ), or 1 where ε is added before the bias correction.
    public var secondMomentScale: Element
    public var epsilon: Element
    /// lr / (1 − β₁ᵗ), times whatever correction stands outside the square root.
    public var stepSize: Element
    /// 1 − lr · weight decay
    public var decay: Element
    /// Gradient clipping: what the gradient is multiplied with first.
    public var gradientScale: Element

    public init(beta1: Element, beta2: Element, secondMomentScale: Element, epsilon: Element, stepSize: Element, decay: Element, gradientScale: Element) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.secondMomentScale = secondMomentScale
        self.epsilon = epsilon
        self.stepSize = stepSize
        self.decay = decay
        self.gradientScale = gradientScale
    }
}
