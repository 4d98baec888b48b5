import Glibc
public import SLVector

/// Softmax of rows of attention scores: short, and in the first-level cache.
extension Kernels {
    @inline(never)
    public static func causalSoftmax(_ scores: Row, valid: Int, _ n: Int, scale factor: Float) -> Float {
        let row = CausalRow(valid: valid, n)
        var lanes = Lanes(repeating: -.infinity)
        var i = 0
        while i < row.body {
            lanes = lanewiseMax(lanes, load(scores + i) * factor)
            i &+= laneCount
        }
        if row.rest > 0 { lanes = lanewiseMax(lanes, first(row.rest, of: row.last(scores) * factor, fill: -.infinity)) }
        let shift = greatest(lanes)

        let negated = Lanes(repeating: -shift)
        let factors = Lanes(repeating: factor)
        var sums = Lanes()
        i = 0
        while i < row.body {
            let e = exponentialBelow88(multiplyAdd(load(scores + i), factors, negated))
            store(e, scores + i)
            sums += e
            i &+= laneCount
        }
        var rest = Lanes()
        if row.rest > 0 {
            rest = first(row.rest, of: exponentialBelow88(multiplyAdd(row.last(scores), factors, negated)), fill: 0)
            sums += rest
        }
        let sum = total(sums)
        let reciprocal = 1 / sum
        scaleRow(scores, reciprocal, row.body)
        row.setLast(rest * reciprocal, of: scores)
        return shift + log(sum)
    }

    @inline(never)
    public static func causalProbabilities(_ scores: Row, valid: Int, _ n: Int, scale: Float, logSumExp: Float) {
        let row = CausalRow(valid: valid, n)
        let negated = Lanes(repeating: -logSumExp)
        let factors = Lanes(repeating: scale)
        var i = 0
        while i < row.body {
            store(exponential(multiplyAdd(load(scores + i), factors, negated)), scores + i)
            i &+= laneCount
        }
        row.setLast(row.rest > 0 ? exponential(multiplyAdd(row.last(scores), factors, negated)) : Lanes(), of: scores)
    }

    @inline(never)
    public static func causalSoftmaxBackward(_ p: Row, _ dp: Row, valid: Int, _ n: Int, delta: Float, scale: Float) {
        let row = CausalRow(valid: valid, n)
        var i = 0
        while i < row.body {
            store(load(p + i) * (load(dp + i) - delta) * scale, dp + i)
            i &+= laneCount
        }
        row.setLast(row.rest > 0 ? row.last(p) * (row.last(dp) - delta) * scale : Lanes(), of: dp)
    }
}

/// How the valid part of a row falls into registers. Where the row goes on behind it for a register, as it nearly always does,
/// the last, broken one is loaded and stored whole.
private struct CausalRow {
    /// Elements in whole registers.
    let body: Int
    /// Valid elements behind them.
    let rest: Int
    /// All elements behind them.
    let room: Int

    @inline(__always)
    init(valid: Int, _ n: Int) {
        body = valid & ~(laneCount &- 1)
        rest = valid &- body
        room = max(valid, n) &- body
    }

    /// The lanes from ``rest`` on hold anything.
    @inline(__always)
    func last(_ x: UnsafePointer<Float>) -> Lanes { room >= laneCount ? load(x + body) : loadTail(x + body, rest) }

    /// Sets the valid elements behind the body to the first lanes of `value`, all that follow to 0.
    @inline(__always)
    func setLast(_ value: Lanes, of x: UnsafeMutablePointer<Float>) {
        let value = first(rest, of: value, fill: 0)
        var i = 0
        if room >= laneCount {
            store(value, x + body)
            i = laneCount
            while i &+ laneCount <= room {
                store(Lanes(), x + (body &+ i))
                i &+= laneCount
            }
        }
        while i < room {
            x[body &+ i] = i < rest ? value[i] : 0
            i &+= 1
        }
    }
}
