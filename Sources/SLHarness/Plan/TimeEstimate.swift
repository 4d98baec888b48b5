public import SLSpec
public import SLTraining

/// How long a run is expected to take.
public struct TimeEstimate: Sendable, Hashable {
    public enum Basis: String, Sendable, Hashable {
        /// From the speed of finished runs that did the same work in the same way.
        case measured
        /// From the run's FLOPs and the machine's rate in matrix products.
        case computed
    }

    public var seconds: Double
    /// Targets a second: padding takes time and is none.
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
    /// The share of the rate that singular values are found at: half of that work is bound by memory.
    public static let decompositionEfficiency = 0.15
    /// Start of a process and first values, in seconds.
    public static let startUpSeconds = 1.0
    /// FLOP/s assumed where nothing was measured: one core of a ten-year-old machine with 8-wide registers.
    public static let defaultRate = 40e9

    /// FLOP/s in large matrix products.
    public var rate: Double
    /// Positions a second, padding included.
    public var measured: [ThroughputKey: Double]

    public init(rate: Double = ThroughputModel.defaultRate, measured: [ThroughputKey: Double] = [:]) {
        self.rate = rate
        self.measured = measured
    }

    /// The engine computes every position of a row, so time is told from positions and speed in targets.
    ///
    /// - Parameter probes: what is measured on the way.
    public func estimate(_ spec: RunSpec, floatingPointOperationsPerPosition: Double, probes: ProbePlan? = nil) -> TimeEstimate {
        let computed = rate * Self.stepEfficiency / floatingPointOperationsPerPosition
        let known = measured[ThroughputKey(spec)].flatMap { $0 > 0 ? $0 : nil }
        let speed = known ?? computed
        let share = spec.targetShare
        let evaluated = Double(evaluationTokens(spec)) / share * Self.evaluationShare
        let probed = probes.map { plan in
            Double(plan.tokens) * (1 + Self.evaluationShare) / share / speed + plan.decompositions / (rate * Self.decompositionEfficiency)
        }
        return TimeEstimate(
            seconds: (Double(spec.training.totalTokens) + evaluated) / speed + (probed ?? 0) + Self.startUpSeconds, tokensPerSecond: speed * share,
            basis: known == nil ? .computed : .measured)
    }

    /// The untrained model and the end are always evaluated.
    private func evaluationTokens(_ spec: RunSpec) -> Int {
        let every = spec.evaluation.every
        let between = every > 0 ? (spec.training.steps - 1) / every : 0
        let heldOutTimes = spec.evaluation.heldOutTime == .end ? 1 : between + 2
        let heldOut = (spec.data.heldOut ?? []).reduce(0) { $0 + min(spec.evaluation.heldOutTokens ?? 0, $1.tokens) }
        let test = spec.data.test.map { min(spec.evaluation.testTokens ?? 0, $0.tokens) } ?? 0
        return (between + 2) * min(spec.evaluation.tokens, max(spec.data.validationTokens, 1)) + heldOutTimes * heldOut + test
    }
}
