/// One way in which a method breaks the contract.
public struct ContractViolation: Sendable, Hashable, CustomStringConvertible {
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        // Descriptor
        case descriptorText, optionName, optionDefault, optionEffect, optionRejected
        // Tensors
        case tensorNames, declaredCount, scratchCount, ledgerBytes, memoryPlan, frozenTensor, stateCount
        // Functions
        case forward, bottleneck, denseEquivalent, inputModified, repeatable, weightsAlone
        // Derivatives
        case gradient, inputGradient, deadTensor, accumulation, inputAccumulation
        // Runs
        case seed, sharedInit, movement, finite
        // Lifecycles
        case age, promisedEvents, functionChange, resetState, resetAge, resumption
        // Processes
        case ranks
        // Layouts
        case layout
        // Optimizers
        case clipping, decay, rate, zeroRate, storedFormat, descent, precision, resume
        // Subspaces
        case subspace, innerStep, stateAtRefresh, sides
        /// The method threw where it must not.
        case error
    }

    public let rule: Rule
    /// Method, variant, module or tensor.
    public let subject: String
    public let detail: String

    public init(_ rule: Rule, _ subject: String, _ detail: String) {
        self.rule = rule
        self.subject = subject
        self.detail = detail
    }

    public var description: String { "\(rule.rawValue): \(subject): \(detail)" }
}

/// What a run of checks has found so far.
public struct ViolationList {
    public private(set) var violations: [ContractViolation] = []

    public init() {}

    public mutating func expect(_ condition: Bool, _ rule: ContractViolation.Rule, _ subject: String, _ detail: @autoclosure () -> String) {
        if !condition { violations.append(ContractViolation(rule, subject, detail())) }
    }

    /// Errors are violations too.
    public mutating func attempting(_ subject: String, _ body: (inout ViolationList) throws -> Void) {
        do {
            try body(&self)
        } catch {
            violations.append(ContractViolation(.error, subject, "\(error)"))
        }
    }
}
