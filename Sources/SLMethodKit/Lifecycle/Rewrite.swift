public import SLNumerics
public import SLOptimizers
public import SLRandom

/// What a parameterization can be asked to do to itself between updates. The set is open: a method names its own.
public struct Rewrite: Sendable, Hashable {
    /// As it is recorded.
    public let name: String
    /// What the controller says of how it is to be done, by name: which share of entries is exchanged.
    public let settings: [String: Double]

    public init(_ name: String, _ settings: [String: Double] = [:]) {
        self.name = name
        self.settings = settings
    }

    /// Fold the trained factors into the frozen weight and draw new factors; the function stays the same.
    public static let merge = Rewrite("merge")
    /// Balance two factors by the singular values of their product; the function stays the same.
    public static let refactor = Rewrite("refactor")
}

extension Rewrite: CustomStringConvertible {
    /// The same text for the same rewrite.
    public var description: String { ([name] + settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }).joined(separator: ", ") }
}

/// What a parameterization has at hand while it rewrites itself, and what it says of it.
public struct RewriteContext<Element: Scalar> {
    /// Updates done.
    public let step: Int
    /// Of the linear and step; named by the rewrite.
    public var random: RandomStream
    /// As much temporary space as the method declares for the rewrites of its parameterizations.
    public var scratch: Scratch<Element>
    public let ledger: MemoryLedger
    /// The optimizer's state of the linear's tensors in full, by declared name of the tensor and name of the state; `nil` where it has none.
    public let state: (_ tensor: String, _ state: String) -> [Double]?
    /// Choices that were made elsewhere, to be used in place of drawn ones.
    public let recorded: RecordedChoices?
    /// Edits of the optimizer's state that go with the rewrite, by declared name of the tensor: what became of its entries.
    public private(set) var edits: [(tensor: String, edit: StateEdit)] = []
    /// Summed over the linears for the record.
    public private(set) var measurements: [String: Double] = [:]
    private var means: [String: (sum: Double, count: Int)] = [:]

    public init(
        step: Int, random: RandomStream, scratch: Scratch<Element>, ledger: MemoryLedger,
        state: @escaping (_ tensor: String, _ state: String) -> [Double]? = { _, _ in nil }, recorded: RecordedChoices? = nil
    ) {
        self.step = step
        self.random = random
        self.scratch = scratch
        self.ledger = ledger
        self.state = state
        self.recorded = recorded
    }

    public mutating func edit(_ tensor: String, _ edit: StateEdit) { edits.append((tensor, edit)) }

    public mutating func count(_ name: String, _ value: Double) { measurements[name, default: 0] += value }

    /// A measurement that is recorded as its mean over the linears that have it.
    public mutating func mean(_ name: String, _ value: Double) {
        let before = means[name] ?? (0, 0)
        means[name] = (before.sum + value, before.count + 1)
    }

    /// What is recorded as a mean, in sums, to be joined with other linears'.
    public var sums: [String: (sum: Double, count: Int)] { means }

    /// Of everything that is recorded as a mean.
    public var averages: [String: Double] { means.mapValues { $0.sum / Double(max(1, $0.count)) } }
}
