/// A number type the engine can run in: `Float` for training, `Double` for checking gradients.
///
/// The requirements are the innermost loops, one row of memory each. `Float` writes them out for the vector unit;
/// `Double` takes the plain loops of ``Reference``, which the tests also hold `Float`'s against. Threads, shapes and
/// windows are dealt with once, above, in the `Matrix` extensions of this folder.
///
/// Legend: `n` elements; `x`, `y` rows; `d…` the loss's derivative by the thing named; "adds" means `+=`.
public protocol Scalar: BinaryFloatingPoint, BitwiseCopyable, SIMDScalar, Codable, Sendable {
    typealias Row = UnsafeMutablePointer<Self>

    // BLAS and LAPACK
    static func gemm(
        _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self, _ a: UnsafePointer<Self>,
        _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int)
    static func gesdd(_ problem: SVDProblem<Self>) throws
    static func gesddWorkCount(rows: Int, columns: Int) -> Int

    // Orthonormal rows: see ``ThinQR``.
    /// The lower triangle of `a`, row-major and `n` wide, becomes L with L·Lᵀ = a; `false` when a is not positive definite.
    static func potrf(_ a: Row, _ n: Int) -> Bool
    /// x [n, columns] becomes L⁻¹·x.
    static func trsm(_ lower: UnsafePointer<Self>, _ n: Int, _ x: Row, columns: Int, stride: Int)
    /// Householder QR of a column-major `rows` × `columns` matrix; `orgqr` then turns it into the orthonormal factor.
    static func geqrf(_ a: Row, rows: Int, columns: Int, tau: Row, work: Row, workCount: Int) throws
    static func orgqr(_ a: Row, rows: Int, columns: Int, tau: Row, work: Row, workCount: Int) throws
    /// Working space for either.
    static func householderWorkCount(rows: Int, columns: Int) -> Int

    // Rows as a whole and by position
    static func fill(_ x: Row, _ value: Self, _ n: Int)
    /// y[i] = x[positions[i]]
    static func gather(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int)
    /// y[i] adds x[positions[i]]
    static func gatherAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int)
    /// y[positions[i]] adds x[i]
    static func scatterAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int)

    // Sums
    static func sumOfSquares(_ x: Row, _ n: Int) -> Double
    static func dot(_ x: Row, _ y: Row, _ n: Int) -> Self
    /// y adds a·x
    static func addScaled(_ y: Row, _ a: Self, _ x: Row, _ n: Int)
    static func scale(_ x: Row, _ a: Self, _ n: Int)

    // RMSNorm
    /// Returns 1/√(mean(x²) + ε).
    static func reciprocalRMS(_ x: Row, _ n: Int, epsilon: Self) -> Self
    /// y = x · r · gain
    static func normalize(_ x: Row, _ r: Self, _ gain: Row, _ y: Row, _ n: Int)
    /// dx adds the input's derivative, dGain adds dy · x · r.
    static func normalizeBackward(_ x: Row, _ r: Self, _ gain: Row, _ dy: Row, _ dx: Row, _ dGain: Row, _ n: Int)

    // Rotary positions: x[i], x[i + half] rotated by the angle of i, or back.
    static func rotate(_ x: Row, _ cosine: Row, _ sine: Row, _ half: Int, inverse: Bool)

    // Attention rows: `valid` leading scores count, the rest of `n` are behind the causal mask.
    /// scores become probabilities; returns log Σ exp(scale · score).
    static func causalSoftmax(_ scores: Row, valid: Int, _ n: Int, scale: Self) -> Self
    /// scores become probabilities again, given the row's log-sum-exp.
    static func causalProbabilities(_ scores: Row, valid: Int, _ n: Int, scale: Self, logSumExp: Self)
    /// dp becomes the derivative by the unscaled scores: p · (dp − delta) · scale.
    static func causalSoftmaxBackward(_ p: Row, _ dp: Row, valid: Int, _ n: Int, delta: Self, scale: Self)

    // Activations
    /// y = SiLU(gate) · up
    static func swiGLU(_ gate: Row, _ up: Row, _ y: Row, _ n: Int)
    /// gate and up become their own derivatives.
    static func swiGLUBackward(_ gate: Row, _ up: Row, _ dy: Row, _ n: Int)
    static func silu(_ x: Row, _ y: Row, _ n: Int)
    /// dy becomes dy · SiLU'(x).
    static func siluBackward(_ x: Row, _ dy: Row, _ n: Int)

    // Cross-entropy
    /// Returns log Σ exp(x).
    static func logSumExp(_ x: Row, _ n: Int) -> Self
    /// x becomes scale · softmax(x); returns log Σ exp(x) of the original.
    static func scaledSoftmax(_ x: Row, _ n: Int, scale: Self) -> Self

    // Adam
    static func adam(_ w: Row, _ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Self>)
    /// Like ``adam`` but writes the direction m̂/(√v̂ + ε) over g and leaves weights alone.
    static func adamDirection(_ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Self>)
}

/// One step of Adam in numbers: everything that does not depend on the element.
public struct AdamCoefficients<Element: Scalar>: Sendable {
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
