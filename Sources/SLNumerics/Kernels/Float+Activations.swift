extension Float {
    public static func swiGLU(_ gate: Row, _ up: Row, _ y: Row, _ n: Int) {
        let body = n & ~(laneCount &- 1)
        var i = 0
        while i < body {
            let g = load(gate + i)
            store(g * sigmoid(g) * load(up + i), y + i)
            i &+= laneCount
        }
        Reference.swiGLU(gate + body, up + body, y + body, n - body)
    }

    public static func swiGLUBackward(_ gate: Row, _ up: Row, _ dy: Row, _ n: Int) {
        let body = n & ~(laneCount &- 1)
        var i = 0
        while i < body {
            let g = load(gate + i)
            let d = load(dy + i)
            let s = sigmoid(g)
            let activated = g * s
            store(d * load(up + i) * (s + activated * (1 - s)), gate + i)
            store(d * activated, up + i)
            i &+= laneCount
        }
        Reference.swiGLUBackward(gate + body, up + body, dy + body, n - body)
    }

    public static func silu(_ x: Row, _ y: Row, _ n: Int) {
        let body = n & ~(laneCount &- 1)
        var i = 0
        while i < body {
            let value = load(x + i)
            store(value * sigmoid(value), y + i)
            i &+= laneCount
        }
        Reference.silu(x + body, y + body, n - body)
    }

    public static func siluBackward(_ x: Row, _ dy: Row, _ n: Int) {
        let body = n & ~(laneCount &- 1)
        var i = 0
        while i < body {
            let value = load(x + i)
            let s = sigmoid(value)
            store(load(dy + i) * (s + value * s * (1 - s)), dy + i)
            i &+= laneCount
        }
        Reference.siluBackward(x + body, dy + body, n - body)
    }
}
