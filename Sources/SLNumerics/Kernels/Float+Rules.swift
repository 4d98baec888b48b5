import SLVector

extension Float {
    public static func largestMagnitude(_ x: Row, _ n: Int) -> Float { VectorUnits.kernels.largestMagnitude(x, n) }

    public static func addSquares(_ y: Row, _ x: Row, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.addSquares(y, x, body)
        if body < n { Reference.addSquares(y + body, x + body, n - body) }
    }

    public static func multiply(_ x: Row, by y: Row, _ factor: Float, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.multiply(x, by: y, factor, body)
        if body < n { Reference.multiply(x + body, by: y + body, factor, n - body) }
    }

    public static func cut(_ x: Row, above bound: Float, _ factor: Float, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.cut(x, above: bound, factor, body)
        if body < n { Reference.cut(x + body, above: bound, factor, n - body) }
    }

    public static func scale(_ x: Row, _ a: Float, where mask: Row, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.scale(x, a, where: mask, body)
        if body < n { Reference.scale(x + body, a, where: mask + body, n - body) }
    }

    public static func toVariance(_ v: Row, _ m: Row, _ inverse: Float, _ weight: Float, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.toVariance(v, m, inverse, weight, body)
        if body < n { Reference.toVariance(v + body, m + body, inverse, weight, n - body) }
    }

    public static func toSecondMoment(_ v: Row, _ x: Row, _ m: Row, _ weight: Float, _ correction: Float, _ n: Int) {
        let body = WholeRow.count(n)
        VectorUnits.kernels.toSecondMoment(v, x, m, weight, correction, body)
        if body < n { Reference.toSecondMoment(v + body, x + body, m + body, weight, correction, n - body) }
    }
}
