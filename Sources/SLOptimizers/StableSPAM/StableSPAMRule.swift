public import SLNumerics

/// Adam on gradients whose spikes are cut by an average of the largest magnitudes, and whose norm is replaced by an average of norms
/// over the root of an average of squared norms; the moments are forgotten now and then.
///
/// Source: Huang et al. 2025, arXiv:2502.17055, Algorithm 1; as in the authors' code (github.com/TianjinYellow/StableSPAM,
/// galore_torch/stablespam.py): entries above the average m̂ of largest magnitudes are multiplied by m̂ / max|g|, not set to m̂.
/// What the code counts by the optimizer's steps (cosine, resets) goes by the tensor's age here, which is the same for tensors that
/// are trained from the start.
public struct StableSPAMRule: UpdateRule, Hashable {
    public var settings: StableSPAMSettings

    public init(_ settings: StableSPAMSettings) { self.settings = settings }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        // max|g|, ‖g‖, ‖g‖²
        settings.adam.moments(rows: rows, columns: columns) + [StateDeclaration(name: "norms", rows: 1, columns: 3)]
    }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        StableSPAMUpdater<Element>(settings: settings, parts: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class StableSPAMUpdater<Element: Scalar>: TensorUpdater {
    private let settings: StableSPAMSettings
    private let parts: RuleState<Element>

    init(settings: StableSPAMSettings, parts: RuleState<Element>) {
        self.settings = settings
        self.parts = parts
    }

    var state: [(name: String, value: StoredTensor<Element>)] { parts.tensors }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        let coefficients = prepare(gradient, context)
        AdamKernel.direction(gradient: gradient, first: parts[0], second: parts[1], coefficients, key: context.key)
        finish(context)
        return Double(coefficients.stepSize)
    }

    /// Moments and weight in one pass over memory.
    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) {
        let coefficients = prepare(gradient, context)
        AdamKernel.update(weight: weight, gradient: gradient, first: parts[0], second: parts[1], coefficients, key: context.key)
        finish(context)
    }

    /// Cuts the gradient; its new norm is left to Adam's own scale.
    private func prepare(_ gradient: Matrix<Element>, _ context: UpdateContext<Element>) -> AdamCoefficients<Element> {
        context.clip(gradient)
        if settings.resetForm == .separateCounts, settings.resets(atAge: context.age) { clearMoments() }
        let scale = settings.decayScale(atAge: context.age)
        var adam = settings.adam
        adam.beta1 *= scale
        var coefficients: AdamCoefficients<Element> = adam.coefficients(context, age: settings.momentCount(atAge: context.age))
        coefficients.gradientScale = Element(normScale(of: gradient, gamma1: settings.gamma1 * scale, count: settings.normCount(atAge: context.age)))
        return coefficients
    }

    private func finish(_ context: UpdateContext<Element>) {
        if settings.resetForm == .sharedCount, settings.resets(atAge: context.age) { clearMoments() }
    }

    private func clearMoments() {
        parts[0].clear()
        parts[1].clear()
    }

    /// Cuts spikes and takes up the norms.
    ///
    /// - Returns: what the cut gradient is to be multiplied with.
    private func normScale(of gradient: Matrix<Element>, gamma1: Double, count: Int) -> Double {
        guard let norms = parts[2].matrix else { preconditionFailure("norms are kept in full") }
        func average(_ position: Int, _ value: Double, _ decay: Double) -> Double {
            let new = decay * Double(norms[0, position]) + (1 - decay) * value
            norms[0, position] = Element(new)
            return new / (1 - power(decay, count))
        }
        let largest = gradient.largestMagnitude()
        let limit = average(0, Double(largest), settings.gamma3)
        if Double(largest) > limit {
            let (bound, factor) = (Element(limit), Element(limit / Double(largest)))
            Compute.ranges(of: gradient.count, grain: GradientKernel.grain, alignment: 16) { _, range in
                Element.cut(gradient.base + range.lowerBound, above: bound, factor, range.count)
            }
        }
        let norm = gradient.sumOfSquares().squareRoot()
        let first = average(1, norm, gamma1)
        let second = average(2, norm * norm, settings.gamma2)
        return norm > 0 ? first / (second.squareRoot() + settings.adam.epsilon) / norm : 1
    }
}
