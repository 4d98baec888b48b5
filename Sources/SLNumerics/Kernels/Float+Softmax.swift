import Glibc

extension Float {
    /// The largest of scale · x.
    private static func maximum(_ x: Row, _ n: Int, scale: Float) -> Float {
        let body = n & ~(laneCount &- 1)
        var lanes = Lanes(repeating: -.infinity)
        var i = 0
        while i < body {
            lanes = lanewiseMax(lanes, load(x + i) * scale)
            i &+= laneCount
        }
        if body < n { lanes = lanewiseMax(lanes, loadTail(x + body, n - body, fill: x[body]) * scale) }
        return lanes.max()
    }

    /// x becomes exp(scale · x − shift); returns the sum.
    private static func exponentiate(_ x: Row, _ n: Int, scale: Float, shift: Float) -> Float {
        let body = n & ~(laneCount &- 1)
        var sum = Lanes()
        var i = 0
        while i < body {
            let e = SLNumerics.exponential(load(x + i) * scale - shift)
            store(e, x + i)
            sum += e
            i &+= laneCount
        }
        var total = sum.sum()
        if body < n {
            let e = SLNumerics.exponential(loadTail(x + body, n - body) * scale - shift)
            storeTail(e, x + body, n - body)
            for lane in 0..<(n - body) { total += e[lane] }
        }
        return total
    }

    private static func clear(_ x: Row, from first: Int, to end: Int) {
        if end > first { (x + first).update(repeating: 0, count: end - first) }
    }

    public static func causalSoftmax(_ scores: Row, valid: Int, _ n: Int, scale factor: Float) -> Float {
        let largest = maximum(scores, valid, scale: factor)
        let sum = exponentiate(scores, valid, scale: factor, shift: largest)
        scale(scores, 1 / sum, valid)
        clear(scores, from: valid, to: n)
        return largest + log(sum)
    }

    public static func causalProbabilities(_ scores: Row, valid: Int, _ n: Int, scale: Float, logSumExp: Float) {
        _ = exponentiate(scores, valid, scale: scale, shift: logSumExp)
        clear(scores, from: valid, to: n)
    }

    public static func causalSoftmaxBackward(_ p: Row, _ dp: Row, valid: Int, _ n: Int, delta: Float, scale: Float) {
        let body = valid & ~(laneCount &- 1)
        var i = 0
        while i < body {
            store(load(p + i) * (load(dp + i) - delta) * scale, dp + i)
            i &+= laneCount
        }
        for i in body..<valid { dp[i] = p[i] * (dp[i] - delta) * scale }
        clear(dp, from: valid, to: n)
    }

    /// Sums in pieces of 4096, so that a vocabulary of 10⁵ words keeps its digits.
    public static func logSumExp(_ x: Row, _ n: Int) -> Float {
        let largest = maximum(x, n, scale: 1)
        var total = 0.0
        var start = 0
        while start < n {
            let end = min(n, start + 4096)
            let body = start + (end - start) / laneCount * laneCount
            var sum = Lanes()
            var i = start
            while i < body {
                sum += SLNumerics.exponential(load(x + i) - largest)
                i &+= laneCount
            }
            total += Double(sum.sum())
            for i in body..<end { total += exp(Double(x[i] - largest)) }
            start = end
        }
        return largest + Float(log(total))
    }

    public static func scaledSoftmax(_ x: Row, _ n: Int, scale factor: Float) -> Float {
        let largest = maximum(x, n, scale: 1)
        var total = 0.0
        var start = 0
        while start < n {
            let count = min(4096, n - start)
            total += Double(exponentiate(x + start, count, scale: 1, shift: largest))
            start += count
        }
        scale(x, factor / Float(total), n)
        return largest + Float(log(total))
    }
}
