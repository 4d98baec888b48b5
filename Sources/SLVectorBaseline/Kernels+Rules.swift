public import SLVector

/// Loops of update rules over whole gradients.
extension Kernels {
    @inline(never)
    public static func addSquares(_ y: Row, _ x: Row, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let value = load(x + i)
            store(load(y + i) + value * value, y + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func multiply(_ x: Row, by y: Row, _ factor: Float, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            store(load(x + i) * (load(y + i) * factor), x + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func cut(_ x: Row, above bound: Float, _ factor: Float, _ n: Int) {
        let bounds = Lanes(repeating: bound)
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let value = load(x + i)
            store(value.replacing(with: value * factor, where: laneMagnitude(value) .> bounds), x + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func scale(_ x: Row, _ a: Float, where mask: Row, _ n: Int) {
        let half = Lanes(repeating: 0.5)
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let value = load(x + i)
            store(value.replacing(with: value * a, where: load(mask + i) .> half), x + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func toVariance(_ v: Row, _ m: Row, _ inverse: Float, _ weight: Float, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let mean = load(m + i)
            store(load(v + i) * inverse - mean * mean * weight, v + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func toSecondMoment(_ v: Row, _ x: Row, _ m: Row, _ weight: Float, _ correction: Float, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let mean = load(m + i)
            store(laneMagnitude((load(x + i) + mean * mean * weight) * correction), v + i)
            i &+= laneCount
        }
    }
}
