extension Float {
    public static func adam(_ w: Row, _ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Float>) {
        let body = n & ~(laneCount &- 1)
        AdamLoop(c).update(FullLanes(w), g, FullLanes(m), FullLanes(v), 0..<body)
        Reference.adam(w + body, g + body, m + body, v + body, n - body, c)
    }

    public static func adamDirection(_ g: Row, _ m: Row, _ v: Row, _ n: Int, _ c: AdamCoefficients<Float>) {
        let body = n & ~(laneCount &- 1)
        AdamLoop(c).direction(g, FullLanes(m), FullLanes(v), 0..<body)
        Reference.adamDirection(g + body, m + body, v + body, n - body, c)
    }
}
