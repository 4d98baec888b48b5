import SLSpec

/// How long a run is expected to take.
public struct TimeEstimate: Sendable, Hashable {
    public enum Basis: String, Sendable, Hashable {
        /// From the speed of finished runs of the same size, method and rank.
        case measured
        /// From the run's FLOPs and the machine's rate in matrix products.
        case computed
    }

    public var seconds: Double
    public var tokensPerSecond: Double
    public var basis: Basis
}

/// From work to time.
public struct ThroughputModel: Sendable {
    /// Of the rate in large matrix products, the share that whole training steps reach: the rest is memory-bound work
    /// (norms, softmax, optimizer). Between 0.5 and 0.75 at the preset shapes.
    public static let stepEfficiency = 0.6
    /// A forward pass is a third of a training step's work.
    public static let evaluationShare = 1.0 / 3
    /// Start of a process and first values, in seconds.
    public static let startUpSeconds = 1.0
    /// FLOP/s assumed where nothing was measured: one core of a ten-year-old machine with 8-wide registers.
    public static let defaultRate = 40e9

    /// FLOP/s in large matrix products.
    public var rate: Double
    public var measured: [ThroughputKey: Double]

    public init(rate: Double = ThroughputModel.defaultRate, measured: [ThroughputKey: Double] = [:]) {
        self.rate = rate
        self.measured = measured
    }

    public func estimate(_ spec: RunSpec, floatingPointOperationsPerToken: Double) -> TimeEstimate {
        let computed = rate * Self.stepEfficiency / floatingPointOperationsPerToken
        let known = measured[ThroughputKey(spec)].flatMap { $0 > 0 ? $0 : nil }
        let speed = known ?? computed
        let tokens = Double(spec.training.totalTokens) + Double(evaluationTokens(spec)) * Self.evaluationShare
        return TimeEstimate(
            seconds: tokens / speed + Self.startUpSeconds, tokensPerSecond: speed, basis: known == nil ? .computed : .measured)
    }

    /// The untrained model and the end are always evaluated.
    private func evaluationTokens(_ spec: RunSpec) -> Int {
        let every = spec.evaluation.every
        let between = every > 0 ? (spec.training.steps - 1) / every : 0
        return (between + 2) * min(spec.evaluation.tokens, max(spec.data.validationTokens, 1))
    }
}
