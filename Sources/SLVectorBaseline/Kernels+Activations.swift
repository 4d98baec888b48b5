public import SLVector

extension Kernels {
    @inline(never)
    public static func swiGLU(_ gate: Row, _ up: Row, _ y: Row, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let g = load(gate + i)
            store(g * sigmoid(g) * load(up + i), y + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func swiGLUBackward(_ gate: Row, _ up: Row, _ dy: Row, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let g = load(gate + i)
            let d = load(dy + i)
            let s = sigmoid(g)
            let activated = g * s
            store(d * load(up + i) * (s + activated * (1 - s)), gate + i)
            store(d * activated, up + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func silu(_ x: Row, _ y: Row, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let value = load(x + i)
            store(value * sigmoid(value), y + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func siluBackward(_ x: Row, _ dy: Row, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            let value = load(x + i)
            let s = sigmoid(value)
            store(load(dy + i) * (s + value * s * (1 - s)), dy + i)
            i &+= laneCount
        }
    }
}
