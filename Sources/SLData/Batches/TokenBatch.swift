/// Rows of ids with what is to be predicted at every position.
public struct TokenBatch: Sendable, Hashable {
    public let rows: Int
    public let sequenceLength: Int
    /// `[rows, sequenceLength]`, row-major.
    public var inputs: [Int32]
    /// The same shape: the id that follows; -1 where nothing is to be predicted (padding).
    public var targets: [Int32]
    /// Targets that aren't -1.
    public let targetCount: Int

    /// - Precondition: both arrays hold `rows · sequenceLength` ids.
    public init(rows: Int, sequenceLength: Int, inputs: [Int32], targets: [Int32]) {
        precondition(inputs.count == rows * sequenceLength && targets.count == inputs.count, "ids that don't fill the rows")
        self.rows = rows
        self.sequenceLength = sequenceLength
        self.inputs = inputs
        self.targets = targets
        targetCount = targets.reduce(0) { $1 < 0 ? $0 : $0 + 1 }
    }
}
