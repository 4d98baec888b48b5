/// One option of a method: its name in the field's words, what it may be, what it is when nothing is said, and who says so.
public struct OptionDescriptor: Sendable {
    /// What values an option takes.
    public enum Domain: Sendable, Hashable {
        case integer(ClosedRange<Int>)
        /// A rank: 1 … the smaller side of the smallest block linear.
        case rank
        /// The same, or `null` for none.
        case rankOrNone
        case real(ClosedRange<Double>)
        /// A real strictly between the bounds at the lower end: (lower, upper].
        case positiveReal(upTo: Double)
        case choice([String])
        /// One of a few whole numbers.
        case numbers([Int])
        case boolean
        /// Any of the alternatives, or JSON `null`.
        case optionalInteger(ClosedRange<Int>)
        /// A real above 0, or JSON `null`.
        case optionalPositiveReal
        /// The name of an optimizer, whose options stand beside it under dotted keys, or JSON `null`.
        case optimizer
    }

    public let name: String
    public let domain: Domain
    /// One sentence for `slbench methods`.
    public let help: String
    /// The flag or key of the authors' code, if it has another name there.
    public let authorsName: String?
    /// Where default and meaning come from.
    public let source: String
    /// The default in words, e.g. "128 at 60m, 256 at 130m".
    public let defaultDescription: String
    public let defaultValue: @Sendable (ModelShape) -> OptionValue
    /// Whether the option stands in a run's spec at its default, too. Options that came later do not, so that the identities of
    /// earlier runs stay what they were.
    public private(set) var isWritten = true

    /// Whether linears may have values of their own. Not what is done to a run as a whole, nor an option of one of the method's parts.
    public var isPerLinear: Bool { !isOfRun && !name.contains(".") }
    private var isOfRun = false

    /// The same option, one for the whole run.
    public var ofTheRun: OptionDescriptor {
        var copy = self
        copy.isOfRun = true
        return copy
    }

    /// The same option, left out of specs at its default.
    public var unwrittenAtDefault: OptionDescriptor {
        var copy = self
        copy.isWritten = false
        return copy
    }

    /// What runs did before there was the option, where its default is something else.
    private var earlierValue: OptionValue?

    /// The same option, left out of specs at what runs did before there was one, which its default is not.
    public func unwritten(at earlier: OptionValue) -> OptionDescriptor {
        var copy = unwrittenAtDefault
        copy.earlierValue = earlier
        return copy
    }

    /// What a spec means that does not have the option.
    public func valueLeftOut(_ model: ModelShape) -> OptionValue { isWritten ? defaultValue(model) : earlierValue ?? defaultValue(model) }

    public init(
        name: String, domain: Domain, help: String, authorsName: String? = nil, source: String,
        defaultDescription: String, defaultValue: @escaping @Sendable (ModelShape) -> OptionValue
    ) {
        self.name = name
        self.domain = domain
        self.help = help
        self.authorsName = authorsName
        self.source = source
        self.defaultDescription = defaultDescription
        self.defaultValue = defaultValue
    }

    /// An option whose default is the same for every model.
    public init(
        name: String, domain: Domain, help: String, authorsName: String? = nil, source: String, defaultValue: OptionValue
    ) {
        self.init(
            name: name, domain: domain, help: help, authorsName: authorsName, source: source,
            defaultDescription: defaultValue.description, defaultValue: { _ in defaultValue })
    }

    /// An option with published defaults per preset, and a rule for every other shape.
    public init(
        name: String, domain: Domain, help: String, authorsName: String? = nil, source: String,
        published: KeyValuePairs<String, OptionValue>, otherwise: String,
        rule: @escaping @Sendable (ModelShape) -> OptionValue
    ) {
        let pairs = published.map { ($0.key, $0.value) }
        let table = Dictionary(uniqueKeysWithValues: pairs)
        let words = pairs.map { "\($0.1) at \($0.0)" } + ["else \(otherwise)"]
        self.init(
            name: name, domain: domain, help: help, authorsName: authorsName, source: source,
            defaultDescription: words.joined(separator: ", "),
            defaultValue: { table[$0.name] ?? rule($0) })
    }
}
