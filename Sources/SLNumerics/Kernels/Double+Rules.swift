extension Double {
    public static func largestMagnitude(_ x: Row, _ n: Int) -> Double { Reference.largestMagnitude(x, n) }
    public static func addSquares(_ y: Row, _ x: Row, _ n: Int) { Reference.addSquares(y, x, n) }
    public static func multiply(_ x: Row, by y: Row, _ factor: Double, _ n: Int) { Reference.multiply(x, by: y, factor, n) }
    public static func cut(_ x: Row, above bound: Double, _ factor: Double, _ n: Int) { Reference.cut(x, above: bound, factor, n) }
    public static func scale(_ x: Row, _ a: Double, where mask: Row, _ n: Int) { Reference.scale(x, a, where: mask, n) }
    public static func toVariance(_ v: Row, _ m: Row, _ inverse: Double, _ weight: Double, _ n: Int) {
        Reference.toVariance(v, m, inverse, weight, n)
    }
    public static func toSecondMoment(_ v: Row, _ x: Row, _ m: Row, _ weight: Double, _ correction: Double, _ n: Int) {
        Reference.toSecondMoment(v, x, m, weight, correction, n)
    }
}
