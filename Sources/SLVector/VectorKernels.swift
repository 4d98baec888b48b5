/// The innermost loops in `Float`, as one instruction set has them.
///
/// The rooms `SLVector…` are one folder of sources, compiled once for each set of vector instructions; `SLNumerics` chooses one of them when
/// the program starts. A loop sees pointers and numbers only, so that nothing of a wider room is ever shared with a narrower one: where two
/// modules emit the same function the linker keeps one for both. For the same reason a vector room calls no generic function of another
/// module that is not inlined.
///
/// Legend: `n` elements; "whole": `n` is a multiple of ``WholeRow/step``, and what is left of a row is the caller's; "adds" means `+=`. Brain
/// floats are 16 bits of a `UInt16`.
public protocol VectorKernels: Sendable {
    typealias Row = UnsafeMutablePointer<Float>
    typealias Brain = UnsafeMutablePointer<UInt16>

    /// What the room was compiled for: `baseline`, `avx2`, `avx512`, `avx512_bf16`, `neon`. Without the flags of a release build all are `baseline`.
    static var units: String { get }
    /// Whether codes are computed a register at a time. Without a vector unit to say so for, looking up an element at a time is faster.
    static var computesCodes: Bool { get }

    // Rows as a whole and by position, of any length
    static func fill(_ x: Row, _ value: Float, _ n: Int)
    /// y[i] = x[positions[i]]
    static func gather(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int)
    /// y[i] adds x[positions[i]]
    static func gatherAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int)

    // Sums and products, whole
    /// In one sum a lane.
    static func sumOfSquares(_ x: Row, _ n: Int) -> Float
    static func dot(_ x: Row, _ y: Row, _ n: Int) -> Float
    static func addScaled(_ y: Row, _ a: Float, _ x: Row, _ n: Int)
    static func scale(_ x: Row, _ a: Float, _ n: Int)
    /// z = x · y
    static func multiply(_ x: Row, _ y: Row, _ z: Row, _ n: Int)
    /// x and y become d · y and d · x.
    static func multiplyBackward(_ x: Row, _ y: Row, _ d: Row, _ n: Int)

    // RMSNorm
    /// Whole.
    static func normalize(_ x: Row, _ r: Float, _ weight: Row, _ y: Row, _ n: Int)
    /// Any length.
    static func normalizeBackward(_ x: Row, _ r: Float, _ weight: Row, _ dy: Row, _ dx: Row, _ dWeight: Row, _ n: Int)

    // Rotary positions, whole: x[i], x[i + half] turned by the angle of i, or back.
    static func rotate(_ x: Row, _ cosine: Row, _ sine: Row, half: Int, inverse: Bool, _ n: Int)

    // Activations, whole
    static func swiGLU(_ gate: Row, _ up: Row, _ y: Row, _ n: Int)
    static func swiGLUBackward(_ gate: Row, _ up: Row, _ dy: Row, _ n: Int)
    static func silu(_ x: Row, _ y: Row, _ n: Int)
    static func siluBackward(_ x: Row, _ dy: Row, _ n: Int)

    // Rows of attention scores, and of logits, of any length
    static func causalSoftmax(_ scores: Row, valid: Int, _ n: Int, scale: Float) -> Float
    static func causalProbabilities(_ scores: Row, valid: Int, _ n: Int, scale: Float, logSumExp: Float)
    static func causalSoftmaxBackward(_ p: Row, _ dp: Row, valid: Int, _ n: Int, delta: Float, scale: Float)
    static func logSumExp(_ x: Row, _ n: Int) -> Float
    static func scaledSoftmax(_ x: Row, _ n: Int, scale: Float) -> Float
    /// - Parameter target: may begin where x begins.
    static func scaledSoftmax(_ x: Row, rounding target: Brain, _ n: Int, scale: Float) -> Float

    // Brain floats
    /// Whole.
    static func expand(_ x: UnsafePointer<UInt16>, into y: Row, _ n: Int)
    /// To the nearest, ties to the even one. Whole.
    static func compress(_ x: UnsafePointer<Float>, into y: Brain, _ n: Int)
    /// To one of two neighbours, by the random bits of `key` and `offset + i`. Any length.
    static func compressStochastically(_ x: UnsafePointer<Float>, into y: Brain, _ n: Int, key: UInt64, offset: Int)

    // Codes, of any length
    /// - Parameter computed: see ``computesCodes``; the same bits either way.
    static func dequantize(_ codes: UnsafePointer<UInt8>, absmax: Float, into target: Row, _ n: Int, _ book: CodeBook, computed: Bool)
    /// Returns max |x|; what isn't a number does not count.
    static func largestMagnitude(_ x: UnsafePointer<Float>, _ n: Int) -> Float
    /// Returns max |x|, and chooses the codes nearest to x / max |x|.
    static func quantize(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, _ n: Int, _ book: CodeBook, computed: Bool) -> Float
    /// `n` elements from the beginning of a group of ``CompandedGroups/size``.
    static func quantizeCompanded(
        _ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, scales: UnsafeMutablePointer<Float>, _ n: Int, isSigned: Bool)
    static func dequantizeCompanded(
        _ codes: UnsafePointer<UInt8>, scales: UnsafePointer<Float>, into target: Row, _ n: Int, isSigned: Bool)
    /// A group of 4- or 8-bit codes with one scale and zero point.
    static func quantizeAffine(
        _ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, _ n: Int, bits: Int, start: Int, key: UInt64?
    ) -> (scale: Float, zero: UInt8)
    static func dequantizeAffine(_ codes: UnsafePointer<UInt8>, scale: Float, zero: UInt8, into target: Row, _ n: Int, bits: Int)

    // Adam on the elements from `start` to `end`, however each tensor is kept. Returns the first element that is not done.
    /// - Parameter trailingDecay: what weights are multiplied with afterwards; where nothing is kept short that is the caller's to do.
    static func adam(_ w: StoredRow, _ g: UnsafePointer<Float>, _ moments: StoredMoments, _ start: Int, _ end: Int, _ c: AdamNumbers, trailingDecay: Float) -> Int
    /// g becomes the direction.
    static func adamDirection(_ g: Row, _ moments: StoredMoments, _ start: Int, _ end: Int, _ c: AdamNumbers) -> Int

    // Update rules, whole
    /// y adds x²
    static func addSquares(_ y: Row, _ x: Row, _ n: Int)
    /// x ← x · y · factor
    static func multiply(_ x: Row, by y: Row, _ factor: Float, _ n: Int)
    /// Where |x| > bound: x ← x · factor
    static func cut(_ x: Row, above bound: Float, _ factor: Float, _ n: Int)
    /// Where the mask is 1, and not 0: x ← x · a
    static func scale(_ x: Row, _ a: Float, where mask: Row, _ n: Int)
    /// v ← v · inverse − m² · weight
    static func toVariance(_ v: Row, _ m: Row, _ inverse: Float, _ weight: Float, _ n: Int)
    /// v ← |(x + m² · weight) · correction|
    static func toSecondMoment(_ v: Row, _ x: Row, _ m: Row, _ weight: Float, _ correction: Float, _ n: Int)

    // Products with a sparse matrix, one thread's tokens from `start` to `end`
    static func addSparseProduct(_ x: StridedRows, _ entries: SparseEntries, into y: StridedRows, _ start: Int, _ end: Int, space: Row)
    /// - Parameter valueGradient: in the order of `columns`.
    static func addSparseGradients(
        _ x: StridedRows, _ columns: SparseColumnOrder, outputGradient: StridedRows, inputGradient: StridedRows, valueGradient: Row?,
        _ start: Int, _ end: Int, space: Row)
}

/// The part of a row that every room takes in whole registers.
public enum WholeRow {
    /// Elements of the widest register.
    @inlinable
    public static var step: Int { 16 }

    @inlinable
    public static func count(_ n: Int) -> Int { n & ~15 }
}

/// Companded codes: how many elements share a scale.
public enum CompandedGroups {
    @inlinable
    public static var size: Int { 32 }
}
