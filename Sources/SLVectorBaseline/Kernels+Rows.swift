public import SLVector

extension Kernels {
    @inline(never)
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

    @inline(never)
    public static func gather(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        var i = 0
        while i < n {
            y[i] = x[Int(positions[i])]
            i &+= 1
        }
    }

    @inline(never)
    public static func gatherAdd(_ y: Row, _ x: Row, _ positions: UnsafePointer<Int32>, _ n: Int) {
        var i = 0
        while i < n {
            y[i] += x[Int(positions[i])]
            i &+= 1
        }
    }

    @inline(never)
    public static func sumOfSquares(_ x: Row, _ n: Int) -> Float {
        var sum = Lanes()
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let value = load(x + i)
            sum += value * value
            i &+= laneCount
        }
        return sumInOrder(sum)
    }

    @inline(never)
    public static func dot(_ x: Row, _ y: Row, _ n: Int) -> Float {
        var sum = Lanes()
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            sum += load(x + i) * load(y + i)
            i &+= laneCount
        }
        return sumInOrder(sum)
    }

    @inline(never)
    public static func addScaled(_ y: Row, _ a: Float, _ x: Row, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            store(load(y + i) + a * load(x + i), y + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func scale(_ x: Row, _ a: Float, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            store(load(x + i) * a, x + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func multiply(_ x: Row, _ y: Row, _ z: Row, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            store(load(x + i) * load(y + i), z + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func multiplyBackward(_ x: Row, _ y: Row, _ d: Row, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let (first, second, slope) = (load(x + i), load(y + i), load(d + i))
            store(slope * second, x + i)
            store(slope * first, y + i)
            i &+= laneCount
        }
    }

    // MARK: RMSNorm

    @inline(never)
    public static func normalize(_ x: Row, _ r: Float, _ weight: Row, _ y: Row, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            store(load(x + i) * r * load(weight + i), y + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func normalizeBackward(_ x: Row, _ r: Float, _ weight: Row, _ dy: Row, _ dx: Row, _ dWeight: Row, _ n: Int) {
        let body = WholeRow.count(n)
        var lanes = Lanes()
        var i = 0
        while i < body {
            lanes += load(dy + i) * load(weight + i) * load(x + i)
            i &+= laneCount
        }
        var projection = sumInOrder(lanes)
        while i < n {
            projection += dy[i] * weight[i] * x[i]
            i &+= 1
        }
        let pull = projection * r * r * r / Float(n)
        i = 0
        while i < body {
            let slope = load(dy + i) * r
            let value = load(x + i)
            store(load(dx + i) + slope * load(weight + i) - value * pull, dx + i)
            store(load(dWeight + i) + slope * value, dWeight + i)
            i &+= laneCount
        }
        while i < n {
            dx[i] += dy[i] * weight[i] * r - x[i] * pull
            dWeight[i] += dy[i] * x[i] * r
            i &+= 1
        }
    }

    // MARK: Rotary positions

    @inline(never)
    public static func rotate(_ x: Row, _ cosine: Row, _ sine: Row, half: Int, inverse: Bool, _ n: Int) {
        let sign: Float = inverse ? -1 : 1
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let first = load(x + i)
            let second = load(x + (half &+ i))
            let c = load(cosine + i)
            let s = load(sine + i) * sign
            store(first * c - second * s, x + i)
            store(second * c + first * s, x + (half &+ i))
            i &+= laneCount
        }
    }
}
