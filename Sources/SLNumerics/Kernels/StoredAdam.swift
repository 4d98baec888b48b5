/// Adam where moments are kept short: whole registers of them are expanded, used and rounded without a row in between.
///
/// The same numbers as through ``StoredPass``, to the bit, which takes what is left over: formats together that no run asks for, and the
/// end of a range that is no whole block or register.
struct StoredAdam {
    let first: StoredTensor<Float>
    let second: StoredTensor<Float>
    let coefficients: AdamCoefficients<Float>
    let key: UInt64

    /// `nil` for other element types.
    init?<S: Scalar>(_ first: StoredTensor<S>, _ second: StoredTensor<S>, _ coefficients: AdamCoefficients<S>, key: UInt64) {
        guard let first = first as? StoredTensor<Float>, let second = second as? StoredTensor<Float>,
            let coefficients = coefficients as? AdamCoefficients<Float>
        else { return nil }
        (self.first, self.second, self.coefficients, self.key) = (first, second, coefficients, key)
    }

    /// - Returns: the first element of `range` that is not done.
    func update(_ weight: StoredTensor<Float>, _ g: UnsafePointer<Float>, _ range: Range<Int>, trailingDecay: Float) -> Int {
        switch weight.content {
        case .full(let matrix):
            return update(FullLanes(matrix.base), g, range, trailingDecay)
        case .half(let storage, .nearest):
            if let (m, v) = nearestHalves {
                let whole = registers(range)
                AdamLoop(coefficients).update(NearestHalfLanes(storage.base), g, m, v, whole, trailingDecay: trailingDecay)
                return whole.upperBound
            }
            return update(NearestHalfLanes(storage.base), g, range, trailingDecay)
        case .half(let storage, .stochastic):
            guard range.upperBound <= 1 << 32 else { return range.lowerBound }
            let w = StochasticHalfLanes(storage.base, key: key)
            if let (m, v) = stochasticHalves(from: key &+ 1) {
                let whole = registers(range)
                AdamLoop(coefficients).update(w, g, m, v, whole, trailingDecay: trailingDecay)
                return whole.upperBound
            }
            return update(w, g, range, trailingDecay)
        default: return range.lowerBound
        }
    }

    /// g becomes the direction.
    ///
    /// - Returns: the first element of `range` that is not done.
    func direction(_ g: UnsafeMutablePointer<Float>, _ range: Range<Int>) -> Int {
        let whole = registers(range)
        if let (m, v) = nearestHalves {
            AdamLoop(coefficients).direction(g, m, v, whole)
            return whole.upperBound
        }
        if range.upperBound <= 1 << 32, let (m, v) = stochasticHalves(from: key) {
            AdamLoop(coefficients).direction(g, m, v, whole)
            return whole.upperBound
        }
        let loop = AdamLoop(coefficients)
        if let codes { return codes.forEachBlock(range) { loop.direction(g, $0, $1, $2) } }
        return compandedCodes?.forEachRow(range) { loop.direction(g, $0, $1, $2) } ?? range.lowerBound
    }

    /// The weight's own format beside coded moments.
    @inline(__always)
    private func update(_ w: some StoredLanes, _ g: UnsafePointer<Float>, _ range: Range<Int>, _ trailingDecay: Float) -> Int {
        let loop = AdamLoop(coefficients)
        if let codes { return codes.forEachBlock(range) { loop.update(w, g, $0, $1, $2, trailingDecay: trailingDecay) } }
        return compandedCodes?.forEachRow(range) { loop.update(w, g, $0, $1, $2, trailingDecay: trailingDecay) } ?? range.lowerBound
    }

    private func registers(_ range: Range<Int>) -> Range<Int> {
        range.lowerBound..<range.lowerBound + range.count & ~(laneCount - 1)
    }

    private var nearestHalves: (NearestHalfLanes, NearestHalfLanes)? {
        guard case .half(let m, .nearest) = first.content, case .half(let v, .nearest) = second.content else { return nil }
        return (NearestHalfLanes(m.base), NearestHalfLanes(v.base))
    }

    private func stochasticHalves(from key: UInt64) -> (StochasticHalfLanes, StochasticHalfLanes)? {
        guard case .half(let m, .stochastic) = first.content, case .half(let v, .stochastic) = second.content else { return nil }
        return (StochasticHalfLanes(m.base, key: key), StochasticHalfLanes(v.base, key: key &+ 1))
    }

    private var codes: CodedMoments? { CodedMoments(first, second) }
    private var compandedCodes: CompandedMoments? { CompandedMoments(first, second) }
}
