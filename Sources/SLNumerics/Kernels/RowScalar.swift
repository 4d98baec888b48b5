/// A number type with the model's innermost loops, one row of memory each.
///
/// `Float` has them in the rooms of the vector units; `Double` takes the plain loops of ``Reference``, which the tests also hold `Float`'s
/// against. Threads, shapes and windows are dealt with once, above, in the `Matrix` extensions of this folder.
///
/// Legend: `n` elements; `x`, `y` rows; `d…` the loss's derivative by the thing named; "adds" means `+=`.
public protocol RowScalar: RealScalar {
    // Brain floats: to the nearest one, and back exactly.
    static func compress(_ x: Row, into y: UnsafeMutablePointer<BFloat16>, _ n: Int)
    static func expand(_ x: UnsafePointer<BFloat16>, into y: Row, _ n: Int)

    // Rows as a whole and by position
    static func fill(_ x: Row, _ value: Self, _ n: Int)
    /// y[i] = x[positions[i]]
    static func gather(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int)
    /// y[i] adds x[positions[i]]
    static func gatherAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int)
    /// y[positions[i]] adds x[i]
    static func scatterAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int)

    // Sums and products
    static func sumOfSquares(_ x: Row, _ n: Int) -> Double
    static func dot(_ x: Row, _ y: Row, _ n: Int) -> Self
    /// y adds a·x
    static func addScaled(_ y: Row, _ a: Self, _ x: Row, _ n: Int)
    static func scale(_ x: Row, _ a: Self, _ n: Int)
    /// z = x · y
    static func multiply(_ x: Row, _ y: Row, _ z: Row, _ n: Int)
    /// x and y become d · y and d · x: the derivatives of their product, d being its own.
    static func multiplyBackward(_ x: Row, _ y: Row, _ d: Row, _ n: Int)

    // RMSNorm
    /// Returns 1/√(mean(x²) + ε).
    static func reciprocalRMS(_ x: Row, _ n: Int, epsilon: Self) -> Self
    /// y = x · r · weight
    static func normalize(_ x: Row, _ r: Self, _ weight: Row, _ y: Row, _ n: Int)
    /// dx adds the input's derivative, dWeight adds dy · x · r.
    static func normalizeBackward(_ x: Row, _ r: Self, _ weight: Row, _ dy: Row, _ dx: Row, _ dWeight: Row, _ n: Int)

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
    /// target becomes scale · softmax(x), each element the brain float nearest to what the other form writes; the same result.
    ///
    /// - Parameter target: in memory of its own, or **at the beginning of x itself**: elements are written in order, each not before
    ///   those of x that it overwrites have been read. What x holds besides is undefined afterwards.
    static func scaledSoftmax(_ x: Row, rounding target: UnsafeMutablePointer<BFloat16>, _ n: Int, scale: Self) -> Self
}
