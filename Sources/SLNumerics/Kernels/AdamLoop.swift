/// Adam over whole registers of elements, for any combination of formats: each gets a loop of its own where it is called.
struct AdamLoop {
    private let lanes: AdamLanes

    @inline(__always)
    init(_ c: AdamCoefficients<Float>) { lanes = AdamLanes(c) }

    /// - Parameter range: from a whole register to a whole register.
    @inline(__always)
    func update(
        _ w: some StoredLanes, _ g: UnsafePointer<Float>, _ m: some StoredLanes, _ v: some StoredLanes, _ range: Range<Int>, trailingDecay: Float = 1
    ) {
        var i = range.lowerBound
        while i < range.upperBound {
            let (first, second) = lanes.moments(load(g + i), m.load(i), v.load(i))
            m.store(first, i)
            v.store(second, i)
            w.store(lanes.weight(w.load(i), first, second) * trailingDecay, i)
            i &+= laneCount
        }
    }

    /// g becomes the direction.
    @inline(__always)
    func direction(_ g: UnsafeMutablePointer<Float>, _ m: some StoredLanes, _ v: some StoredLanes, _ range: Range<Int>) {
        var i = range.lowerBound
        while i < range.upperBound {
            let (first, second) = lanes.moments(load(g + i), m.load(i), v.load(i))
            m.store(first, i)
            v.store(second, i)
            store(lanes.direction(first, second), g + i)
            i &+= laneCount
        }
    }
}
