extension Float {
    public static func adam(_ w: Row, _ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Float>) {
        let body = n & ~(laneCount &- 1)
        let rest1 = 1 - c.beta1
        let rest2 = 1 - c.beta2
        var i = 0
        while i < body {
            let gradient = load(g + i) * c.gradientScale
            let first = load(m + i) * c.beta1 + gradient * rest1
            let second = load(v + i) * c.beta2 + gradient * gradient * rest2
            store(first, m + i)
            store(second, v + i)
            let denominator = root(second) * c.secondMomentScale + c.epsilon
            store(load(w + i) * c.decay - c.stepSize * first / denominator, w + i)
            i &+= laneCount
        }
        Reference.adam(w + body, g + body, m + body, v + body, n - body, c)
    }

    public static func adamDirection(_ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Float>) {
        let body = n & ~(laneCount &- 1)
        let rest1 = 1 - c.beta1
        let rest2 = 1 - c.beta2
        var i = 0
        while i < body {
            let gradient = load(g + i) * c.gradientScale
            let first = load(m + i) * c.beta1 + gradient * rest1
            let second = load(v + i) * c.beta2 + gradient * gradient * rest2
            store(first, m + i)
            store(second, v + i)
            store(first / (root(second) * c.secondMomentScale + c.epsilon), g + i)
            i &+= laneCount
        }
        Reference.adamDirection(g + body, m + body, v + body, n - body, c)
    }
}
