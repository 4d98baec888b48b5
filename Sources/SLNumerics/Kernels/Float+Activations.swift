import SLVector

extension Float {
    public static func swiGLU(_ gate: Row, _ up: Row, _ y: Row, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.swiGLU(gate, up, y, body)
        if body < n { Reference.swiGLU(gate + body, up + body, y + body, n - body) }
    }

    public static func swiGLUBackward(_ gate: Row, _ up: Row, _ dy: Row, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.swiGLUBackward(gate, up, dy, body)
        if body < n { Reference.swiGLUBackward(gate + body, up + body, dy + body, n - body) }
    }

    public static func silu(_ x: Row, _ y: Row, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.silu(x, y, body)
        if body < n { Reference.silu(x + body, y + body, n - body) }
    }

    public static func siluBackward(_ x: Row, _ dy: Row, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.siluBackward(x, dy, body)
        if body < n { Reference.siluBackward(x + body, dy + body, n - body) }
    }
}
