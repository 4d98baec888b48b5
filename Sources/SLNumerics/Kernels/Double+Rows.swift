/// `Double` runs the plain loops: it exists to check derivatives, not to be fast.
extension Double {
    public static func compress(_ x: Row, into y: UnsafeMutablePointer<BFloat16>, _ n: Int) {
        for i in 0..<n { y[i] = BFloat16(nearest: Float(x[i])) }
    }
    public static func expand(_ x: UnsafePointer<BFloat16>, into y: Row, _ n: Int) {
        for i in 0..<n { y[i] = Double(x[i].value) }
    }
    public static func fill(_ x: Row, _ value: Double, _ n: Int) {
        x.update(repeating: value, count: n)
    }
    public static func gather(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        Reference.gather(y, x, positions, n)
    }
    public static func gatherAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        Reference.gatherAdd(y, x, positions, n)
    }
    public static func scatterAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        Reference.scatterAdd(y, x, positions, n)
    }
    public static func sumOfSquares(_ x: Row, _ n: Int) -> Double {
        Reference.sumOfSquares(x, n)
    }
    public static func dot(_ x: Row, _ y: Row, _ n: Int) -> Double {
        Reference.dot(x, y, n)
    }
    public static func addScaled(_ y: Row, _ a: Double, _ x: Row, _ n: Int) {
        Reference.addScaled(y, a, x, n)
    }
    public static func scale(_ x: Row, _ a: Double, _ n: Int) {
        Reference.scale(x, a, n)
    }
    public static func multiply(_ x: Row, _ y: Row, _ z: Row, _ n: Int) {
        Reference.multiply(x, y, z, n)
    }
    public static func multiplyBackward(_ x: Row, _ y: Row, _ d: Row, _ n: Int) {
        Reference.multiplyBackward(x, y, d, n)
    }
    public static func reciprocalRMS(_ x: Row, _ n: Int, epsilon: Double) -> Double {
        Reference.reciprocalRMS(x, n, epsilon: epsilon)
    }
    public static func normalize(_ x: Row, _ r: Double, _ weight: Row, _ y: Row, _ n: Int) {
        Reference.normalize(x, r, weight, y, n)
    }
    public static func normalizeBackward(_ x: Row, _ r: Double, _ weight: Row, _ dy: Row, _ dx: Row, _ dWeight: Row, _ n: Int) {
        Reference.normalizeBackward(x, r, weight, dy, dx, dWeight, n)
    }
    public static func rotate(_ x: Row, _ cosine: Row, _ sine: Row, _ half: Int, inverse: Bool) {
        Reference.rotate(x, cosine, sine, half, inverse: inverse)
    }
    public static func causalSoftmax(_ scores: Row, valid: Int, _ n: Int, scale: Double) -> Double {
        Reference.causalSoftmax(scores, valid: valid, n, scale: scale)
    }
    public static func causalProbabilities(_ scores: Row, valid: Int, _ n: Int, scale: Double, logSumExp: Double) {
        Reference.causalProbabilities(scores, valid: valid, n, scale: scale, logSumExp: logSumExp)
    }
    public static func causalSoftmaxBackward(_ p: Row, _ dp: Row, valid: Int, _ n: Int, delta: Double, scale: Double) {
        Reference.causalSoftmaxBackward(p, dp, valid: valid, n, delta: delta, scale: scale)
    }
    public static func swiGLU(_ gate: Row, _ up: Row, _ y: Row, _ n: Int) {
        Reference.swiGLU(gate, up, y, n)
    }
    public static func swiGLUBackward(_ gate: Row, _ up: Row, _ dy: Row, _ n: Int) {
        Reference.swiGLUBackward(gate, up, dy, n)
    }
    public static func silu(_ x: Row, _ y: Row, _ n: Int) {
        Reference.silu(x, y, n)
    }
    public static func siluBackward(_ x: Row, _ dy: Row, _ n: Int) {
        Reference.siluBackward(x, dy, n)
    }
    public static func logSumExp(_ x: Row, _ n: Int) -> Double {
        Reference.logSumExp(x, n)
    }
    public static func scaledSoftmax(_ x: Row, _ n: Int, scale: Double) -> Double {
        Reference.scaledSoftmax(x, n, scale: scale)
    }
    public static func scaledSoftmax(_ x: Row, rounding target: UnsafeMutablePointer<BFloat16>, _ n: Int, scale: Double) -> Double {
        let total = scaledSoftmax(x, n, scale: scale)
        compress(x, into: target, n)
        return total
    }
}
