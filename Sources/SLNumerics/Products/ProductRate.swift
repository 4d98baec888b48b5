import SLRandom

/// How fast one thread multiplies what a training step multiplies.
public enum ProductRate {
    /// FLOP/s of OpenBLAS's best pass over the three products of a linear: y = x·Wᵀ, ∂x = ∂y·W, ∂W = ∂yᵀ·x, with x [512, 512] and
    /// W [1376, 512], the shape of 60m's `gate_proj` with a quarter of a batch.
    ///
    /// - Parameter seconds: no pass is begun that would end later, but the first.
    public static func ofOpenBLAS(seconds: Double = 0.4) -> Double {
        measure(seconds: seconds, tokens: 512, inputs: 512, outputs: 1376, multiply: ProductCheck.openBLAS)
    }

    /// - Parameters: `tokens`, `inputs`, `outputs`: x is [tokens, inputs], W is [outputs, inputs].
    package static func measure(seconds: Double, tokens: Int, inputs: Int, outputs: Int, multiply: ProductCheck.Multiply) -> Double {
        var random = RandomStream(seed: 1, name: "product-rate")
        let x = (0..<tokens * inputs).map { _ in Float(2 * random.uniform() - 1) }
        let w = (0..<outputs * inputs).map { _ in Float(2 * random.uniform() - 1) }
        var y = [Float](repeating: 0, count: tokens * outputs)
        var inputGradient = [Float](repeating: 0, count: tokens * inputs)
        var weightGradient = [Float](repeating: 0, count: outputs * inputs)
        let forward = ProductLayout(
            transposeB: true, m: tokens, n: outputs, k: inputs, lda: inputs, ldb: inputs, ldc: outputs)
        let backward = ProductLayout(
            m: tokens, n: inputs, k: outputs, lda: outputs, ldb: inputs, ldc: inputs)
        let weights = ProductLayout(
            transposeA: true, m: outputs, n: inputs, k: tokens, lda: outputs, ldb: inputs, ldc: inputs)
        let start = MonotonicClock.seconds
        var (now, best) = (start, Double.infinity)
        repeat {
            let begun = now
            multiply(forward, 1, x, w, 0, &y)
            multiply(backward, 1, y, w, 0, &inputGradient)
            multiply(weights, 1, y, x, 0, &weightGradient)
            now = MonotonicClock.seconds
            best = min(best, max(now - begun, 1e-9))
        } while now - start + best < seconds
        return Double(6 * tokens * inputs * outputs) / best
    }
}
