import SLVector

/// The loops of training, as the processor's vector units have them (``VectorUnits``); what is left of a row runs through ``Reference``.
extension Float {
    public static func compress(_ x: Row, into y: UnsafeMutablePointer<BFloat16>, _ n: Int) { BFloat16.compress(x, into: y, n) }
    public static func expand(_ x: UnsafePointer<BFloat16>, into y: Row, _ n: Int) { BFloat16.expand(x, into: y, n) }

    public static func fill(_ x: Row, _ value: Float, _ n: Int) { VectorUnits.kernels.fill(x, value, n) }

    public static func gather(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        VectorUnits.kernels.gather(y, x, positions, n)
    }

    public static func gatherAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        VectorUnits.kernels.gatherAdd(y, x, positions, n)
    }

    /// No vector unit stores to places that may be the same.
    public static func scatterAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        Reference.scatterAdd(y, x, positions, n)
    }

    /// Lane sums are moved to `Double` every 4096 elements, so that long gradients lose nothing.
    public static func sumOfSquares(_ x: Row, _ n: Int) -> Double {
        let kernels = VectorUnits.kernels
        var total = 0.0
        var start = 0
        while start < n {
            let end = min(n, start + 4096)
            let body = start + WholeRow.count(end - start)
            total += Double(kernels.sumOfSquares(x + start, body - start)) + Reference.sumOfSquares(x + body, end - body)
            start = end
        }
        return total
    }

    public static func dot(_ x: Row, _ y: Row, _ n: Int) -> Float {
        let body = WholeRow.count(n)
        let sum = VectorUnits.kernels.dot(x, y, body)
        return body == n ? sum : sum + Reference.dot(x + body, y + body, n - body)
    }

    public static func addScaled(_ y: Row, _ a: Float, _ x: Row, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.addScaled(y, a, x, body)
        if body < n { Reference.addScaled(y + body, a, x + body, n - body) }
    }

    public static func scale(_ x: Row, _ a: Float, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.scale(x, a, body)
        if body < n { Reference.scale(x + body, a, n - body) }
    }

    public static func multiply(_ x: Row, _ y: Row, _ z: Row, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.multiply(x, y, z, body)
        if body < n { Reference.multiply(x + body, y + body, z + body, n - body) }
    }

    public static func multiplyBackward(_ x: Row, _ y: Row, _ d: Row, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.multiplyBackward(x, y, d, body)
        if body < n { Reference.multiplyBackward(x + body, y + body, d + body, n - body) }
    }

    // MARK: RMSNorm

    public static func reciprocalRMS(_ x: Row, _ n: Int, epsilon: Float) -> Float {
        1 / (dot(x, x, n) / Float(n) + epsilon).squareRoot()
    }

    public static func normalize(_ x: Row, _ r: Float, _ weight: Row, _ y: Row, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.normalize(x, r, weight, y, body)
        if body < n { Reference.normalize(x + body, r, weight + body, y + body, n - body) }
    }

    public static func normalizeBackward(_ x: Row, _ r: Float, _ weight: Row, _ dy: Row, _ dx: Row, _ dWeight: Row, _ n: Int) {
        VectorUnits.kernels.normalizeBackward(x, r, weight, dy, dx, dWeight, n)
    }

    // MARK: Rotary positions

    public static func rotate(_ x: Row, _ cosine: Row, _ sine: Row, _ half: Int, inverse: Bool) {
        let body = WholeRow.count(half)
        VectorUnits.kernels.rotate(x, cosine, sine, half: half, inverse: inverse, body)
        let sign: Float = inverse ? -1 : 1
        for i in body..<half {
            let first = x[i]
            let second = x[i + half]
            x[i] = first * cosine[i] - second * sine[i] * sign
            x[i + half] = second * cosine[i] + first * sine[i] * sign
        }
    }
}
