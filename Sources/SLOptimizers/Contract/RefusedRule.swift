public import SLNumerics

/// A rule that can't be had where it is asked for, and why. Planners may count it; nobody can train with it.
public struct RefusedRule: UpdateRule {
    private let rule: any UpdateRule
    public let reason: String

    /// - Parameter rule: what was asked for.
    public init(_ rule: any UpdateRule, reason: String) {
        self.rule = rule
        self.reason = reason
    }

    public var refusal: String? { reason }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] { rule.state(rows: rows, columns: columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        throw RuleRefusal(reason: reason)
    }
}

/// An optimizer that can't train a tensor the way a method asks for.
public struct RuleRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    public let reason: String
    public var description: String { "the optimizer can't serve here: \(reason)" }
}
