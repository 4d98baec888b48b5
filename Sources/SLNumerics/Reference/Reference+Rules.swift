extension Reference {
    public static func largestMagnitude<S: Scalar>(_ x: S.Row, _ n: Int) -> S {
        var largest: S = 0
        for i in 0..<n where x[i].magnitude > largest { largest = x[i].magnitude }
        return largest
    }

    public static func addSquares<S: Scalar>(_ y: S.Row, _ x: S.Row, _ n: Int) {
        for i in 0..<n { y[i] += x[i] * x[i] }
    }

    public static func multiply<S: Scalar>(_ x: S.Row, by y: S.Row, _ factor: S, _ n: Int) {
        for i in 0..<n { x[i] *= y[i] * factor }
    }

    public static func cut<S: Scalar>(_ x: S.Row, above bound: S, _ factor: S, _ n: Int) {
        for i in 0..<n where x[i].magnitude > bound { x[i] *= factor }
    }

    public static func scale<S: Scalar>(_ x: S.Row, _ a: S, where mask: S.Row, _ n: Int) {
        for i in 0..<n where mask[i] > 0.5 { x[i] *= a }
    }

    public static func toVariance<S: Scalar>(_ v: S.Row, _ m: S.Row, _ inverse: S, _ weight: S, _ n: Int) {
        for i in 0..<n { v[i] = v[i] * inverse - m[i] * m[i] * weight }
    }

    public static func toSecondMoment<S: Scalar>(_ v: S.Row, _ x: S.Row, _ m: S.Row, _ weight: S, _ correction: S, _ n: Int) {
        for i in 0..<n { v[i] = ((x[i] + m[i] * m[i] * weight) * correction).magnitude }
    }
}
