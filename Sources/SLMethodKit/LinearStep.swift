public import SLNumerics
public import SLOptimizers
public import SLRandom

/// What ``Parameterization/step(_:)`` takes and touches.
public struct LinearStepNeeds: Sendable, Hashable {
    /// Elements of temporary space.
    public var scratch: Int
    /// Elements that it allocates and frees.
    public var allocated: Int
    /// Declared names of frozen tensors and buffers that it changes: where a process makes the step for others, what it hands to them besides
    /// the trained tensors.
    public var rewrites: Set<String>

    public init(scratch: Int = 0, allocated: Int = 0, rewrites: Set<String> = []) {
        self.scratch = scratch
        self.allocated = allocated
        self.rewrites = rewrites
    }
}

/// One update of a linear's trained tensors together: for steps that are made of several tensors' directions at once, or that need more
/// of the linear than a gradient.
public struct LinearStep<Element: Scalar> {
    /// A trained tensor with its complete gradient and its own rule.
    public struct Member {
        /// As the method declares it.
        public let name: String
        public let parameter: Parameter<Element>
        public let gradient: Matrix<Element>
        private let updater: AgedUpdater<Element>
        /// Of this tensor: rate, decay, keys.
        public var context: UpdateContext<Element>

        public init(
            name: String, parameter: Parameter<Element>, gradient: Matrix<Element>, updater: AgedUpdater<Element>, context: UpdateContext<Element>
        ) {
            self.name = name
            self.parameter = parameter
            self.gradient = gradient
            self.updater = updater
            self.context = context
        }

        /// The step that the tensor's own rule makes, and nothing else.
        public func update() throws { try updater.update(weight: parameter.stored, gradient: gradient, context: context) }

        /// The gradient becomes the direction of the tensor's own rule. To be asked once an update.
        ///
        /// - Returns: the size of the step along it.
        public func direction() throws -> Double { try updater.direction(gradient, context: context) }

        /// What the tensor's rule keeps, in its order.
        public var state: [(name: String, value: StoredTensor<Element>)] { updater.state }

        /// W ← W·(1 − lr·wd) − size·gradient, the decay before the step or after it as the tensor's rule has it.
        public func move(by size: Double) { context.step(parameter.stored, along: gradient, by: size, updater.updater.decayOrder) }
    }

    /// In the order of their declarations: all that are trained at present.
    public let members: [Member]
    /// Of the run; 1 for the first update.
    public let step: Int
    /// Updates of the whole run; 0 where nobody knows.
    public let totalSteps: Int
    /// As much temporary space as the method declares for the step. Members' rules use the same: what is to stay is taken after they were asked.
    public let scratch: Scratch<Element>
    public let ledger: MemoryLedger
    /// Choices that were made elsewhere, to be used in place of drawn ones.
    public let recorded: RecordedChoices?
    private let log: RefreshLog
    private let key: UInt64

    /// - Parameter members: not empty.
    public init(members: [Member]) {
        precondition(!members.isEmpty, "a step of no tensors")
        let context = members[0].context
        self.members = members
        (step, totalSteps, scratch, ledger) = (context.step, context.totalSteps, context.scratch, context.ledger)
        (recorded, log, key) = (context.recorded, context.log, context.key)
    }

    /// `nil` for a tensor that is not trained at present.
    public func member(_ name: String) -> Member? { members.first { $0.name == name } }

    /// Random numbers of this linear and update.
    public func stream(_ name: String) -> RandomStream { RandomStream(seed: key, name: "step/\(name)") }

    /// Of the tensors that the method declares as rewritten by its steps: this step has not changed these, so nobody needs to be sent them.
    public func spare(_ names: Set<String>) { log.spare(names) }

    /// Takes down that something happened, which the method's planned events announce; summed over the linears.
    public func record(_ kind: String, _ measurements: [String: Double]) { log.add(event: kind, measurements) }
}
