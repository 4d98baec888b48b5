/// One optimizer update.
public struct StepSample: Sendable, Hashable, Codable {
    /// 1 for the first update.
    public var step: Int
    /// Mean negative log-likelihood over the update's targets, in nats, before the update.
    public var loss: Double
    public var learningRate: Double
    /// Global L2 norm of the gradient before clipping.
    public var gradientNorm: Double
    /// Target tokens of this update (padding excluded).
    public var tokens: Int
    /// Wall time of the update: batch ready to weights updated.
    public var seconds: Double
    /// The part of `seconds` spent in subspace refreshes and other lifecycle work.
    public var lifecycleSeconds: Double

    public init(step: Int, loss: Double, learningRate: Double, gradientNorm: Double, tokens: Int, seconds: Double, lifecycleSeconds: Double = 0) {
        self.step = step
        self.loss = loss
        self.learningRate = learningRate
        self.gradientNorm = gradientNorm
        self.tokens = tokens
        self.seconds = seconds
        self.lifecycleSeconds = lifecycleSeconds
    }
}

/// One evaluation on the fixed evaluation set.
public struct EvaluationSample: Sendable, Hashable, Codable {
    /// Updates done before it; 0 is the untrained model.
    public var step: Int
    /// In nats per token, by the run's evaluation mode.
    public var loss: Double
    /// exp(loss)
    public var perplexity: Double
    /// Σ nll / (ln 2 · bytes) over the evaluated targets, whatever mean the mode makes of them.
    public var bitsPerByte: Double?
    public var tokens: Int
    /// Of the text, those that the evaluated targets give back; `nil` where that is not known.
    public var bytes: Int?
    public var seconds: Double

    public init(step: Int, loss: Double, perplexity: Double, bitsPerByte: Double?, tokens: Int, bytes: Int? = nil, seconds: Double) {
        self.step = step
        self.loss = loss
        self.perplexity = perplexity
        self.bitsPerByte = bitsPerByte
        self.tokens = tokens
        self.bytes = bytes
        self.seconds = seconds
    }
}

/// One evaluation on a text besides the validation part.
public struct TextSample: Sendable, Hashable, Codable {
    public var kind: EvaluatedKind
    /// As in the run's ``DataIdentity``.
    public var corpus: String
    /// Per token, whatever the run's evaluation mode is.
    public var evaluation: EvaluationSample

    public init(kind: EvaluatedKind, corpus: String, evaluation: EvaluationSample) {
        self.kind = kind
        self.corpus = corpus
        self.evaluation = evaluation
    }
}

/// Something a method did to the model or its optimizer between updates, with what it measured while doing so.
public struct LifecycleRecord: Sendable, Hashable, Codable {
    /// Updates done before it.
    public var step: Int
    /// `merge`, `reset`, `refresh`, `phase`, …
    public var kind: String
    /// Sorted by key when stored: e.g. `function_change`, `zeroed_fraction`, `matrices`, `seconds`.
    public var measurements: [String: Double]

    public init(step: Int, kind: String, measurements: [String: Double]) {
        self.step = step
        self.kind = kind
        self.measurements = measurements
    }
}
