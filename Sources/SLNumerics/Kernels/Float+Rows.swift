/// The loops of training, a vector register at a time; what is left of a row runs through ``Reference``.
extension Float {
    public static func compress(_ x: Row, into y: UnsafeMutablePointer<BFloat16>, _ n: Int) { BFloat16.compress(x, into: y, n) }
    public static func expand(_ x: UnsafePointer<BFloat16>, into y: Row, _ n: Int) { BFloat16.expand(x, into: y, n) }

    public static func fill(_ x: Row, _ value: Float, _ n: Int) {
        let body = n & ~(laneCount &- 1)
        let lanes = Lanes(repeating: value)
        var i = 0
        while i < body {
            store(lanes, x + i)
            i &+= laneCount
        }
        while i < n {
            x[i] = value
            i &+= 1
        }
    }

    public static func gather(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        var i = 0
        while i < n {
            y[i] = x[Int(positions[i])]
            i &+= 1
        }
    }

    public static func gatherAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        var i = 0
        while i < n {
            y[i] += x[Int(positions[i])]
            i &+= 1
        }
    }

    public static func scatterAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        var i = 0
        while i < n {
            y[Int(positions[i])] += x[i]
            i &+= 1
        }
    }

    /// Lane sums are moved to `Double` every 4096 elements, so that long gradients lose nothing.
    public static func sumOfSquares(_ x: Row, _ n: Int) -> Double {
        var total = 0.0
        var start = 0
        while start < n {
            let end = min(n, start + 4096)
            let body = start + (end - start) / laneCount * laneCount
            var sum0 = Lanes()
            var i = start
            while i < body {
                let a = load(x + i)
                sum0 += a * a
                i &+= laneCount
            }
            total += Double(sum0.sum()) + Reference.sumOfSquares(x + body, end - body)
            start = end
        }
        return total
    }

    public static func dot(_ x: Row, _ y: Row, _ n: Int) -> Float {
        let body = n & ~(laneCount &- 1)
        var sum = Lanes()
        var i = 0
        while i < body {
            sum += load(x + i) * load(y + i)
            i &+= laneCount
        }
        return sum.sum() + Reference.dot(x + body, y + body, n - body)
    }

    public static func addScaled(_ y: Row, _ a: Float, _ x: Row, _ n: Int) {
        let body = n & ~(laneCount &- 1)
        var i = 0
        while i < body {
            store(load(y + i) + a * load(x + i), y + i)
            i &+= laneCount
        }
        Reference.addScaled(y + body, a, x + body, n - body)
    }

    public static func scale(_ x: Row, _ a: Float, _ n: Int) {
        let body = n & ~(laneCount &- 1)
        var i = 0
        while i < body {
            store(load(x + i) * a, x + i)
            i &+= laneCount
        }
        Reference.scale(x + body, a, n - body)
    }

    // MARK: RMSNorm

    public static func reciprocalRMS(_ x: Row, _ n: Int, epsilon: Float) -> Float {
        1 / (dot(x, x, n) / Float(n) + epsilon).squareRoot()
    }

    public static func normalize(_ x: Row, _ r: Float, _ weight: Row, _ y: Row, _ n: Int) {
        let body = n & ~(laneCount &- 1)
        var i = 0
        while i < body {
            store(load(x + i) * r * load(weight + i), y + i)
            i &+= laneCount
        }
        Reference.normalize(x + body, r, weight + body, y + body, n - body)
    }

    public static func normalizeBackward(_ x: Row, _ r: Float, _ weight: Row, _ dy: Row, _ dx: Row, _ dWeight: Row, _ n: Int) {
        let body = n & ~(laneCount &- 1)
        var lanes = Lanes()
        var i = 0
        while i < body {
            lanes += load(dy + i) * load(weight + i) * load(x + i)
            i &+= laneCount
        }
        var projection = lanes.sum()
        for i in body..<n { projection += dy[i] * weight[i] * x[i] }
        let pull = projection * r * r * r / Float(n)
        i = 0
        while i < body {
            let slope = load(dy + i) * r
            let value = load(x + i)
            store(load(dx + i) + slope * load(weight + i) - value * pull, dx + i)
            store(load(dWeight + i) + slope * value, dWeight + i)
            i &+= laneCount
        }
        for i in body..<n {
            dx[i] += dy[i] * weight[i] * r - x[i] * pull
            dWeight[i] += dy[i] * x[i] * r
        }
    }

    // MARK: Rotary positions

    public static func rotate(_ x: Row, _ cosine: Row, _ sine: Row, _ half: Int, inverse: Bool) {
        let body = half & ~(laneCount &- 1)
        let sign: Float = inverse ? -1 : 1
        var i = 0
        while i < body {
            let first = load(x + i)
            let second = load(x + (half &+ i))
            let c = load(cosine + i)
            let s = load(sine + i) * sign
            store(first * c - second * s, x + i)
            store(second * c + first * s, x + (half &+ i))
            i &+= laneCount
        }
        for i in body..<half {
            let first = x[i]
            let second = x[i + half]
            x[i] = first * cosine[i] - second * sine[i] * sign
            x[i + half] = second * cosine[i] + first * sine[i] * sign
        }
    }
}
