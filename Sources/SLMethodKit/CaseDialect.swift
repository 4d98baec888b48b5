public import SLSpec

/// What the makers of parity cases call otherwise than this program and the methods' authors do.
public struct CaseDialect: Sendable {
    /// The method, where the case's name is that of a way of using it.
    public var method: String?
    /// The method, where an option that the case has makes it another than its name says; by the case's option.
    public var methodsByOption: [String: String]
    /// The optimizer, where it is not the case's name.
    public var optimizer: String?
    /// The activation scheme, where the case's name is that of one; its groups are of these roles, in order.
    public var activations: (scheme: String, roles: [LinearRole])?
    /// Options that the case's name implies.
    public var options: [String: OptionValue]
    /// Our names of the case's options.
    public var names: [String: String]
    /// Our values of the case's options, by the case's name and value.
    public var values: [String: [OptionValue: OptionValue]]
    /// The case's options that change nothing here.
    public var ignored: Set<String>
    /// Numbers of a linear that the case counts among its parameters and that are none here.
    public var uncounted: (@Sendable (LinearModule, MethodOptions) -> Int)?
    /// How far a replay may be off, where that is neither the usual nor said by the case.
    public var tolerance: CaseTolerance?

    public init(
        method: String? = nil, methodsByOption: [String: String] = [:], optimizer: String? = nil,
        activations: (scheme: String, roles: [LinearRole])? = nil, options: [String: OptionValue] = [:], names: [String: String] = [:], values: [String: [OptionValue: OptionValue]] = [:],
        ignored: Set<String> = [], uncounted: (@Sendable (LinearModule, MethodOptions) -> Int)? = nil, tolerance: CaseTolerance? = nil
    ) {
        self.method = method
        self.methodsByOption = methodsByOption
        self.optimizer = optimizer
        self.activations = activations
        self.options = options
        self.names = names
        self.values = values
        self.ignored = ignored
        self.uncounted = uncounted
        self.tolerance = tolerance
    }
}

/// How far a replay of a parity case may be off: loss of any step, movement of any tensor (relative), gradient norm of any step (relative).
public struct CaseTolerance: Sendable {
    public var loss: Double
    public var movement: Double
    public var gradientNorm: Double

    public init(loss: Double, movement: Double, gradientNorm: Double) {
        self.loss = loss
        self.movement = movement
        self.gradientNorm = gradientNorm
    }
}
