public import SLNumerics

/// The sizes of a pass, which decide how linears are computed and what they take.
public struct PassSize: Sendable, Hashable {
    /// Of the micro-batch.
    public var tokens: Int
    public var threads: Int
    /// Of products' operands.
    public var precision: OperandPrecision

    public init(tokens: Int, threads: Int = Compute.threads, precision: OperandPrecision = .full) {
        self.tokens = tokens
        self.threads = threads
        self.precision = precision
    }

    /// Elements of temporary space that an operand of `count` values takes.
    public func operandCount(_ count: Int) -> Int { precision.spaceCount(count) }

    /// Elements that the same values take in full beside the operand: none where that is what the operand is.
    public func fullCount(_ count: Int) -> Int { precision == .full ? 0 : count }
}
