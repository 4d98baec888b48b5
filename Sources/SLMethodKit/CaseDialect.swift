import SLSpec

/// What the makers of parity cases call otherwise than this program and the methods' authors do.
public struct CaseDialect: Sendable {
    /// The method, where the case's name is that of a way of using it.
    public var method: String?
    /// The optimizer, where it is not the case's name.
    public var optimizer: String?
    /// Options that the case's name implies.
    public var options: [String: OptionValue]
    /// Our names of the case's options.
    public var names: [String: String]
    /// Our values of the case's options, by the case's name and value.
    public var values: [String: [OptionValue: OptionValue]]
    /// The case's options that change nothing here.
    public var ignored: Set<String>

    public init(
        method: String? = nil, optimizer: String? = nil, options: [String: OptionValue] = [:], names: [String: String] = [:],
        values: [String: [OptionValue: OptionValue]] = [:], ignored: Set<String> = []
    ) {
        self.method = method
        self.optimizer = optimizer
        self.options = options
        self.names = names
        self.values = values
        self.ignored = ignored
    }
}
