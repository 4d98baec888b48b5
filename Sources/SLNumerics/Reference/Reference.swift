import Glibc

/// The plain loops: what every fast kernel is tested against, and what `Double` runs.
public enum Reference {
    static func exponential<S: Scalar>(_ x: S) -> S { S(exp(Double(x))) }
    static func logarithm<S: Scalar>(_ x: S) -> S { S(log(Double(x))) }
    static func sigmoid<S: Scalar>(_ x: S) -> S { 1 / (1 + exponential(-x)) }

    public static func gather<S: Scalar>(_ y: S.Row, _ x: S.Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        for i in 0..<n { y[i] = x[Int(positions[i])] }
    }

    public static func gatherAdd<S: Scalar>(_ y: S.Row, _ x: S.Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        for i in 0..<n { y[i] += x[Int(positions[i])] }
    }

    public static func scatterAdd<S: Scalar>(_ y: S.Row, _ x: S.Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        for i in 0..<n { y[Int(positions[i])] += x[i] }
    }

    public static func sumOfSquares<S: Scalar>(_ x: S.Row, _ n: Int) -> Double {
        var sum = 0.0
        for i in 0..<n { sum += Double(x[i]) * Double(x[i]) }
        return sum
    }

    public static func dot<S: Scalar>(_ x: S.Row, _ y: S.Row, _ n: Int) -> S {
        var sum: S = 0
        for i in 0..<n { sum += x[i] * y[i] }
        return sum
    }

    public static func addScaled<S: Scalar>(_ y: S.Row, _ a: S, _ x: S.Row, _ n: Int) {
        for i in 0..<n { y[i] += a * x[i] }
    }

    public static func scale<S: Scalar>(_ x: S.Row, _ a: S, _ n: Int) {
        for i in 0..<n { x[i] *= a }
    }

    public static func multiply<S: Scalar>(_ x: S.Row, _ y: S.Row, _ z: S.Row, _ n: Int) {
        for i in 0..<n { z[i] = x[i] * y[i] }
    }

    public static func multiplyBackward<S: Scalar>(_ x: S.Row, _ y: S.Row, _ d: S.Row, _ n: Int) {
        for i in 0..<n { (x[i], y[i]) = (d[i] * y[i], d[i] * x[i]) }
    }

    public static func reciprocalRMS<S: Scalar>(_ x: S.Row, _ n: Int, epsilon: S) -> S {
        var sum: S = 0
        for i in 0..<n { sum += x[i] * x[i] }
        return 1 / (sum / S(n) + epsilon).squareRoot()
    }

    public static func normalize<S: Scalar>(_ x: S.Row, _ r: S, _ weight: S.Row, _ y: S.Row, _ n: Int) {
        for i in 0..<n { y[i] = x[i] * r * weight[i] }
    }

    public static func normalizeBackward<S: Scalar>(_ x: S.Row, _ r: S, _ weight: S.Row, _ dy: S.Row, _ dx: S.Row, _ dWeight: S.Row, _ n: Int) {
        var projection: S = 0
        for i in 0..<n { projection += dy[i] * weight[i] * x[i] }
        let pull = projection * r * r * r / S(n)
        for i in 0..<n {
            dx[i] += dy[i] * weight[i] * r - x[i] * pull
            dWeight[i] += dy[i] * x[i] * r
        }
    }

    public static func rotate<S: Scalar>(_ x: S.Row, _ cosine: S.Row, _ sine: S.Row, _ half: Int, inverse: Bool) {
        for i in 0..<half {
            let first = x[i]
            let second = x[i + half]
            let s = inverse ? -sine[i] : sine[i]
            x[i] = first * cosine[i] - second * s
            x[i + half] = second * cosine[i] + first * s
        }
    }

    public static func causalSoftmax<S: Scalar>(_ scores: S.Row, valid: Int, _ n: Int, scale: S) -> S {
        var largest = -S.infinity
        for i in 0..<valid { largest = max(largest, scores[i] * scale) }
        var sum: S = 0
        for i in 0..<valid {
            scores[i] = exponential(scores[i] * scale - largest)
            sum += scores[i]
        }
        for i in 0..<valid { scores[i] /= sum }
        for i in valid..<max(valid, n) { scores[i] = 0 }
        return largest + logarithm(sum)
    }

    public static func causalProbabilities<S: Scalar>(_ scores: S.Row, valid: Int, _ n: Int, scale: S, logSumExp: S) {
        for i in 0..<valid { scores[i] = exponential(scores[i] * scale - logSumExp) }
        for i in valid..<max(valid, n) { scores[i] = 0 }
    }

    public static func causalSoftmaxBackward<S: Scalar>(_ p: S.Row, _ dp: S.Row, valid: Int, _ n: Int, delta: S, scale: S) {
        for i in 0..<valid { dp[i] = p[i] * (dp[i] - delta) * scale }
        for i in valid..<max(valid, n) { dp[i] = 0 }
    }

    public static func swiGLU<S: Scalar>(_ gate: S.Row, _ up: S.Row, _ y: S.Row, _ n: Int) {
        for i in 0..<n { y[i] = gate[i] * sigmoid(gate[i]) * up[i] }
    }

    public static func swiGLUBackward<S: Scalar>(_ gate: S.Row, _ up: S.Row, _ dy: S.Row, _ n: Int) {
        for i in 0..<n {
            let s = sigmoid(gate[i])
            let activated = gate[i] * s
            let slope = s * (1 + gate[i] * (1 - s))
            gate[i] = dy[i] * up[i] * slope
            up[i] = dy[i] * activated
        }
    }

    public static func silu<S: Scalar>(_ x: S.Row, _ y: S.Row, _ n: Int) {
        for i in 0..<n { y[i] = x[i] * sigmoid(x[i]) }
    }

    public static func siluBackward<S: Scalar>(_ x: S.Row, _ dy: S.Row, _ n: Int) {
        for i in 0..<n {
            let s = sigmoid(x[i])
            dy[i] *= s * (1 + x[i] * (1 - s))
        }
    }

    public static func logSumExp<S: Scalar>(_ x: S.Row, _ n: Int) -> S {
        var largest = -S.infinity
        for i in 0..<n { largest = max(largest, x[i]) }
        var sum = 0.0
        for i in 0..<n { sum += exp(Double(x[i] - largest)) }
        return largest + S(log(sum))
    }

    public static func scaledSoftmax<S: Scalar>(_ x: S.Row, _ n: Int, scale: S) -> S {
        let total = logSumExp(x, n) as S
        for i in 0..<n { x[i] = scale * exponential(x[i] - total) }
        return total
    }

    public static func adam<S: Scalar>(_ w: S.Row, _ g: S.Row, _ m: S.Row, _ v: S.Row, _ n: Int, _ c: AdamCoefficients<S>) {
        for i in 0..<n {
            let gradient = g[i] * c.gradientScale
            m[i] = c.beta1 * m[i] + (1 - c.beta1) * gradient
            v[i] = c.beta2 * v[i] + (1 - c.beta2) * gradient * gradient
            w[i] = w[i] * c.decay - c.stepSize * m[i] / (v[i].squareRoot() * c.secondMomentScale + c.epsilon)
        }
    }

    public static func adamDirection<S: Scalar>(_ g: S.Row, _ m: S.Row, _ v: S.Row, _ n: Int, _ c: AdamCoefficients<S>) {
        for i in 0..<n {
            let gradient = g[i] * c.gradientScale
            m[i] = c.beta1 * m[i] + (1 - c.beta1) * gradient
            v[i] = c.beta2 * v[i] + (1 - c.beta2) * gradient * gradient
            g[i] = m[i] / (v[i].squareRoot() * c.secondMomentScale + c.epsilon)
        }
    }
}
