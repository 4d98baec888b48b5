import SLVector

extension Float {
    public static func adam(_ w: Row, _ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Float>) {
        let body = VectorUnits.kernels.adam(.full(w), g, .full(m, v), 0, WholeRow.count(n), c.numbers, trailingDecay: 1)
        if body < n { Reference.adam(w + body, g + body, m + body, v + body, n - body, c) }
    }

    public static func adamDirection(_ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Float>) {
        let body = VectorUnits.kernels.adamDirection(g, .full(m, v), 0, WholeRow.count(n), c.numbers)
        if body < n { Reference.adamDirection(g + body, m + body, v + body, n - body, c) }
    }
}

extension AdamCoefficients<Float> {
    /// As the vector rooms take them.
    var numbers: AdamNumbers {
        AdamNumbers(
            beta1: beta1, beta2: beta2, secondMomentScale: secondMomentScale, epsilon: epsilon, stepSize: stepSize, decay: decay,
            gradientScale: gradientScale)
    }
}
