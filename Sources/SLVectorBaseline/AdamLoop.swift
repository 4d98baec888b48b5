import SLVector

/// Adam on the elements from one whole register to another, for any formats of the moments: each gets a loop of its own where it is called.
protocol AdamLoop {
    func run(_ m: some StoredLanes, _ v: some StoredLanes, _ start: Int, _ end: Int)
}

/// Weights step.
struct AdamUpdate<Weight: StoredLanes>: AdamLoop {
    private let lanes: AdamLanes
    private let w: Weight
    private let g: UnsafePointer<Float>
    private let trailingDecay: Float

    @inline(__always)
    init(_ c: AdamNumbers, _ w: Weight, _ g: UnsafePointer<Float>, trailingDecay: Float) {
        lanes = AdamLanes(c)
        (self.w, self.g, self.trailingDecay) = (w, g, trailingDecay)
    }

    @inline(__always)
    func run(_ m: some StoredLanes, _ v: some StoredLanes, _ start: Int, _ end: Int) {
        var (i, left) = (start, end &- start)
        while left > 0 {
            let (first, second) = lanes.moments(load(g + i), m.lanes(at: i), v.lanes(at: i))
            m.set(first, at: i)
            v.set(second, at: i)
            w.set(lanes.weight(w.lanes(at: i), first, second) * trailingDecay, at: i)
            i &+= laneCount
            left &-= laneCount
        }
    }
}

/// g becomes the direction.
struct AdamDirection: AdamLoop {
    private let lanes: AdamLanes
    private let g: UnsafeMutablePointer<Float>

    @inline(__always)
    init(_ c: AdamNumbers, _ g: UnsafeMutablePointer<Float>) {
        lanes = AdamLanes(c)
        self.g = g
    }

    @inline(__always)
    func run(_ m: some StoredLanes, _ v: some StoredLanes, _ start: Int, _ end: Int) {
        var (i, left) = (start, end &- start)
        while left > 0 {
            let (first, second) = lanes.moments(load(g + i), m.lanes(at: i), v.lanes(at: i))
            m.set(first, at: i)
            v.set(second, at: i)
            store(lanes.direction(first, second), g + i)
            i &+= laneCount
            left &-= laneCount
        }
    }
}
