public import SLNumerics
public import SLRandom

/// What a tensor's step of one update goes by, besides its gradient and state.
public struct UpdateContext<Element: Scalar> {
    /// Of the tensor: the run's, times the factor of its group.
    public var learningRate: Double
    /// Of the tensor, decoupled.
    public var weightDecay: Double
    /// Of the run; 1 for the first update. What random choices are named by.
    public let step: Int
    /// Updates of the whole run; 0 where nobody knows.
    public let totalSteps: Int
    /// Of the tensor: updates that it has received since it became fresh, this one counted. What bias corrections and the
    /// intervals of a subspace go by; ``AgedUpdater`` sets it.
    public var age: Int
    /// Gradient clipping: what gradients are multiplied with first.
    public var gradientScale: Double
    public var scratch: Scratch<Element>
    public let ledger: MemoryLedger
    public let log: RefreshLog
    /// What random choices of this tensor's step draw from: another for every tensor and step.
    public var key: UInt64
    /// The same in every step, another for every tensor and run.
    public var tensorKey: UInt64
    /// Choices that were made elsewhere, to be used in place of drawn ones.
    public var recorded: RecordedChoices?

    public init(
        learningRate: Double, weightDecay: Double = 0, step: Int, totalSteps: Int = 0, age: Int = 0, gradientScale: Double,
        scratch: Scratch<Element>, ledger: MemoryLedger, log: RefreshLog, key: UInt64 = 0, tensorKey: UInt64 = 0
    ) {
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.step = step
        self.totalSteps = totalSteps
        self.age = age
        self.gradientScale = gradientScale
        self.scratch = scratch
        self.ledger = ledger
        self.log = log
        self.key = key
        self.tensorKey = tensorKey
    }

    /// Random numbers of this tensor and step.
    public func stream(_ name: String) -> RandomStream { RandomStream(seed: key, name: name) }

    /// gradient ← gradientScale · gradient
    public func clip(_ gradient: Matrix<Element>) {
        if gradientScale != 1 { gradient.scale(by: Element(gradientScale)) }
    }

    /// 1 − lr·wd
    public var decay: Double { 1 - learningRate * weightDecay }

    /// W ← W·(1 − lr·wd) − size·direction, the decay before the step or after it.
    public func step(_ weight: StoredTensor<Element>, along direction: Matrix<Element>, by size: Double, _ order: DecayOrder) {
        weight.step(
            along: direction, by: Element(size), decay: order == .beforeStep ? Element(decay) : 1,
            trailingDecay: order == .afterStep ? Element(decay) : 1, key: key)
    }
}

/// What an optimizer drew or chose for one tensor in a run that was recorded elsewhere.
public struct RecordedChoices {
    private let value: (_ name: String) throws -> [Double]?
    private let difference: (_ text: String) -> Void

    /// - Parameter difference: told what is chosen otherwise here although nothing but the gradient decides it.
    public init(_ value: @escaping (_ name: String) throws -> [Double]?, difference: @escaping (_ text: String) -> Void = { _ in }) {
        self.value = value
        self.difference = difference
    }

    public func disagree(_ text: String) { difference(text) }

    /// - Returns: row by row; `nil` when nothing is recorded under the name for this step.
    public func callAsFunction(_ name: String) throws -> [Double]? { try value(name) }
}
