public import SLVector

/// Adam: whole registers of weights and moments are expanded, used and rounded without a row in between, for each combination of formats that
/// runs ask for in a loop of its own. What is no whole row in every room is left, so that the same elements are left by all.
extension Kernels {
    @inline(never)
    public static func adam(
        _ w: StoredRow, _ g: UnsafePointer<Float>, _ moments: StoredMoments, _ start: Int, _ end: Int, _ c: AdamNumbers, trailingDecay: Float
    ) -> Int {
        let whole = start &+ WholeRow.count(end &- start)
        switch w {
        case .full(let w):
            guard case .full(let m, let v) = moments else {
                return coded(AdamUpdate(c, FullLanes(w), g, trailingDecay: trailingDecay), moments, start, end)
            }
            AdamUpdate(c, FullLanes(w), g, trailingDecay: 1).run(FullLanes(m), FullLanes(v), start, whole)
        case .nearest(let w):
            let loop = AdamUpdate(c, NearestHalfLanes(w), g, trailingDecay: trailingDecay)
            guard case .nearest(let m, let v) = moments else { return coded(loop, moments, start, end) }
            loop.run(NearestHalfLanes(m), NearestHalfLanes(v), start, whole)
        case .stochastic(let w, let key):
            let loop = AdamUpdate(c, StochasticHalfLanes(w, key: key), g, trailingDecay: trailingDecay)
            guard case .stochastic(let m, let v, let key) = moments else { return coded(loop, moments, start, end) }
            loop.run(StochasticHalfLanes(m, key: key), StochasticHalfLanes(v, key: key &+ 1), start, whole)
        }
        return whole
    }

    @inline(never)
    public static func adamDirection(_ g: Row, _ moments: StoredMoments, _ start: Int, _ end: Int, _ c: AdamNumbers) -> Int {
        let loop = AdamDirection(c, g)
        let whole = start &+ WholeRow.count(end &- start)
        switch moments {
        case .full(let m, let v): loop.run(FullLanes(m), FullLanes(v), start, whole)
        case .nearest(let m, let v): loop.run(NearestHalfLanes(m), NearestHalfLanes(v), start, whole)
        case .stochastic(let m, let v, let key):
            loop.run(StochasticHalfLanes(m, key: key), StochasticHalfLanes(v, key: key &+ 1), start, whole)
        default: return coded(loop, moments, start, end)
        }
        return whole
    }

    /// Moments in codes, beside weights however they are kept.
    @inline(__always)
    private static func coded(_ loop: some AdamLoop, _ moments: StoredMoments, _ start: Int, _ end: Int) -> Int {
        switch moments {
        case .codes(let m, let v, let blockSize): CodedMoments(first: m, second: v, blockSize: blockSize).forEachBlock(start, end, loop)
        case .companded(let m, let v): CompandedMoments(first: m, second: v).forEachRow(start, end, loop)
        default: start
        }
    }
}
