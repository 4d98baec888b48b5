public import OrderedCollections

/// The resolved options of a method: every option of its descriptor with a value, in the descriptor's order, and then what some linears
/// have of their own (``LayoutKeys``).
public struct MethodOptions: Sendable, Hashable {
    public private(set) var values: OrderedDictionary<String, OptionValue>

    public init(_ values: OrderedDictionary<String, OptionValue> = [:]) { self.values = values }

    /// Fills the descriptor's defaults in for what `given` leaves open. Keys that neither the descriptor nor a layout has are
    /// dropped: whoever decodes user input reports them first.
    public init(descriptor: MethodDescriptor, model: ModelShape, given: [String: OptionValue] = [:]) {
        var values = OrderedDictionary<String, OptionValue>()
        for option in descriptor.options {
            let value = given[option.name] ?? option.defaultValue(model)
            if option.isWritten || value != option.valueLeftOut(model) { values[option.name] = value }
            guard option.domain == .optimizer, value != .null else { continue }
            for key in given.keys.sorted() where key.hasPrefix(option.name + ".") { values[key] = given[key] }
        }
        for key in given.keys.filter(LayoutKeys.isLayoutKey).sorted() { values[key] = given[key] }
        self.values = values
    }

    public subscript(name: String) -> OptionValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// With the values of options that are left out: of those that are not always written, or the defaults of all.
    ///
    /// - Parameter unwritten: whether only the former are filled in.
    public func filled(from options: [OptionDescriptor], model: ModelShape = .anything, unwritten: Bool = false) -> MethodOptions {
        var filled = self
        for option in options where filled[option.name] == nil && (!unwritten || !option.isWritten) {
            filled[option.name] = option.valueLeftOut(model)
        }
        return filled
    }

    /// The optimizer that an option names, with its options; `nil` when the option is JSON `null`.
    public func optimizer(_ name: String) throws(MethodOptionError) -> OptimizerSpec? {
        if case .null? = values[name] { return nil }
        guard let spec = OptimizerSpec(Dictionary(uniqueKeysWithValues: values.map { ($0.key, $0.value) }), under: name) else {
            throw MethodOptionError(option: name, value: values[name], wanted: "the name of an optimizer")
        }
        return spec
    }

    public func integer(_ name: String) throws(MethodOptionError) -> Int {
        guard let value = values[name]?.integer else { throw MethodOptionError(option: name, value: values[name], wanted: "a whole number") }
        return value
    }

    /// `nil` when the option is JSON `null`.
    public func optionalInteger(_ name: String) throws(MethodOptionError) -> Int? {
        if case .null? = values[name] { return nil }
        return try integer(name)
    }

    public func real(_ name: String) throws(MethodOptionError) -> Double {
        guard let value = values[name]?.real else { throw MethodOptionError(option: name, value: values[name], wanted: "a number") }
        return value
    }

    /// `nil` when the option is JSON `null`.
    public func optionalReal(_ name: String) throws(MethodOptionError) -> Double? {
        if case .null? = values[name] { return nil }
        return try real(name)
    }

    public func text(_ name: String) throws(MethodOptionError) -> String {
        guard let value = values[name]?.text else { throw MethodOptionError(option: name, value: values[name], wanted: "a text") }
        return value
    }

    public func bool(_ name: String) throws(MethodOptionError) -> Bool {
        guard let value = values[name]?.bool else { throw MethodOptionError(option: name, value: values[name], wanted: "true or false") }
        return value
    }
}

extension MethodOptions: Codable {
    public init(from decoder: any Decoder) throws {
        let plain = try [String: OptionValue](from: decoder)
        self.init(OrderedDictionary(uniqueKeysWithValues: plain.sorted { $0.key < $1.key }))
    }

    public func encode(to encoder: any Encoder) throws {
        try Dictionary(uniqueKeysWithValues: values.map { ($0.key, $0.value) }).encode(to: encoder)
    }
}

/// A method was built with an option missing, of the wrong type or out of its range.
public struct MethodOptionError: Error, Sendable, CustomStringConvertible {
    public let option: String
    public let value: OptionValue?
    public let wanted: String

    public init(option: String, value: OptionValue?, wanted: String) {
        self.option = option
        self.value = value
        self.wanted = wanted
    }

    public var description: String { "option '\(option)': \(value.map { "\($0)" } ?? "nothing") given, \(wanted) needed" }
}
