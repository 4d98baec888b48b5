extension Double {
    public static func adam(_ w: Row, _ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Double>) {
        Reference.adam(w, g, m, v, n, c)
    }
    public static func adamDirection(_ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Double>) {
        Reference.adamDirection(g, m, v, n, c)
    }
}
