import SLVector

/// Adam on a register of elements: the numbers of ``AdamNumbers`` in every lane.
struct AdamLanes {
    private let beta1: Lanes
    private let beta2: Lanes
    private let rest1: Lanes
    private let rest2: Lanes
    private let secondMomentScale: Lanes
    private let epsilon: Lanes
    private let stepSize: Lanes
    private let decay: Lanes
    private let gradientScale: Lanes

    @inline(__always)
    init(_ c: AdamNumbers) {
        beta1 = Lanes(repeating: c.beta1)
        beta2 = Lanes(repeating: c.beta2)
        rest1 = Lanes(repeating: 1 - c.beta1)
        rest2 = Lanes(repeating: 1 - c.beta2)
        secondMomentScale = Lanes(repeating: c.secondMomentScale)
        epsilon = Lanes(repeating: c.epsilon)
        stepSize = Lanes(repeating: c.stepSize)
        decay = Lanes(repeating: c.decay)
        gradientScale = Lanes(repeating: c.gradientScale)
    }

    /// The moments after a gradient.
    @inline(__always)
    func moments(_ gradient: Lanes, _ first: Lanes, _ second: Lanes) -> (first: Lanes, second: Lanes) {
        let scaled = gradient * gradientScale
        return (first * beta1 + scaled * rest1, second * beta2 + scaled * scaled * rest2)
    }

    @inline(__always)
    func weight(_ weight: Lanes, _ first: Lanes, _ second: Lanes) -> Lanes {
        weight * decay - stepSize * first / (root(second) * secondMomentScale + epsilon)
    }

    @inline(__always)
    func direction(_ first: Lanes, _ second: Lanes) -> Lanes { first / (root(second) * secondMomentScale + epsilon) }
}
