import SLSpec

/// How fast one process trains. As in a run's own speed, its first update does not count.
struct AttemptPace {
    private(set) var step: Int?
    private var tokens = 0
    private var seconds = 0.0

    mutating func note(_ sample: StepSample) {
        if step != nil {
            tokens += sample.tokens
            seconds += sample.seconds
        }
        step = sample.step
    }

    var tokensPerSecond: Double? { seconds > 0 ? Double(tokens) / seconds : nil }
}
