import Foundation
import SLNumerics

/// Hyper-parameters of SPAM. n is a tensor's update from 1, D the interval of resets.
public struct SPAMSettings: Sendable, Hashable {
    public var adam: AdamSettings
    /// Share of a block matrix's entries that have moments and move.
    public var density: Double
    /// θ: a gradient whose square is above θ·v is a spike.
    public var threshold: Double
    /// D
    public var resetInterval: Int
    /// Updates after a reset, and at the start, in which nothing is cut.
    public var clipDelay: Int
    /// Updates in which steps grow back after a reset.
    public var recoverySteps: Int
    /// Whether weight decay acts on the entries of a mask; the authors' code applies it to a copy.
    public var decaysMasked: Bool

    public init(
        adam: AdamSettings = AdamSettings(epsilon: 1e-6, form: .huggingFace), density: Double = 1, threshold: Double = 5000,
        resetInterval: Int = 500, clipDelay: Int = 20, recoverySteps: Int = 150, decaysMasked: Bool = false
    ) {
        self.adam = adam
        self.density = density
        self.threshold = threshold
        self.resetInterval = resetInterval
        self.clipDelay = clipDelay
        self.recoverySteps = recoverySteps
        self.decaysMasked = decaysMasked
    }

    /// Moments are zeroed before they are used.
    func resets(atAge n: Int) -> Bool { n % resetInterval == 0 }

    func clips(atAge n: Int) -> Bool { n >= clipDelay && n % resetInterval >= clipDelay }

    /// Multiple of the step: 1 before the first reset; from one on 0.01, growing along half a cosine.
    func recovery(atAge n: Int) -> Double {
        let j = n % resetInterval
        guard n >= resetInterval, j < recoverySteps else { return 1 }
        return 1 - 0.99 * (1 + cos(.pi * Double(j) / Double(recoverySteps + 1))) / 2
    }

    /// Entries of a mask over so many that there is room for: the share and six deviations, for masks that are drawn entry by entry.
    func capacity(count: Int) -> Int {
        let mean = density * Double(count)
        return min(count, Int((mean + 6 * (mean * (1 - density)).squareRoot()).rounded(.up)))
    }

    /// HF Adam's numbers for gradients that are clipped already.
    func coefficients<Element: Scalar>(_ context: UpdateContext<Element>) -> AdamCoefficients<Element> {
        var coefficients: AdamCoefficients<Element> = adam.coefficients(context, age: context.age)
        coefficients.gradientScale = 1
        return coefficients
    }

    /// g becomes Adam's direction, spikes cut by the second moment before this update.
    func direction<Element: Scalar>(
        _ gradient: Matrix<Element>, first: StoredTensor<Element>, second: StoredTensor<Element>, context: UpdateContext<Element>
    ) -> Double {
        precondition(gradient.isContiguous && gradient.count == first.count)
        if resets(atAge: context.age) {
            first.clear()
            second.clear()
        }
        let (clips, limit) = (clips(atAge: context.age), Element(threshold))
        let coefficients: AdamCoefficients<Element> = self.coefficients(context)
        StoredPass.run(over: [first, second], key: context.key) { start, count, held in
            let g = gradient.base + start
            if clips { SPAMKernel.cutSpikes(g, held[1], limit, count) }
            Element.adamDirection(g, held[0], held[1], count, coefficients)
        }
        return Double(coefficients.stepSize) * recovery(atAge: context.age)
    }
}

enum SPAMKernel {
    /// Where g² > θ·v: g ← sign(g)·√(θ·v)
    @specialized(where Element == Float)
    static func cutSpikes<Element: Scalar>(_ g: Element.Row, _ v: Element.Row, _ threshold: Element, _ n: Int) {
        for i in 0..<n {
            let limit = threshold * v[i]
            if g[i] * g[i] > limit { g[i] = g[i] < 0 ? -limit.squareRoot() : limit.squareRoot() }
        }
    }

    /// x's entries where the mask is 1 side by side in y, zeros after them.
    @specialized(where Element == Float)
    static func gather<Element: Scalar>(_ y: Element.Row, capacity: Int, _ x: Element.Row, where mask: Element.Row, _ n: Int) {
        var taken = 0
        for i in 0..<n where mask[i] > 0.5 && taken < capacity {
            y[taken] = x[i]
            taken += 1
        }
        for i in taken..<capacity { y[i] = 0 }
    }

    /// The way back; 0 where the mask is 0.
    @specialized(where Element == Float)
    static func scatter<Element: Scalar>(_ x: Element.Row, _ y: Element.Row, capacity: Int, where mask: Element.Row, _ n: Int) {
        var taken = 0
        for i in 0..<n {
            if mask[i] > 0.5, taken < capacity {
                x[i] = y[taken]
                taken += 1
            } else {
                x[i] = 0
            }
        }
    }
}
