public import SLMethodKit
public import SLSpec

/// A method as the contract sees it: what it says of itself, and how it is made.
public struct MethodUnderTest: Sendable, CustomStringConvertible {
    public let descriptor: MethodDescriptor
    public let make: @Sendable (MethodOptions, ModelShape) throws -> any PretrainingMethod

    public init(_ type: any PretrainingMethod.Type) {
        descriptor = type.descriptor
        make = { try MethodRegistry.make(type, options: $0, model: $1) }
    }

    public init(descriptor: MethodDescriptor, make: @escaping @Sendable (MethodOptions, ModelShape) throws -> any PretrainingMethod) {
        self.descriptor = descriptor
        self.make = make
    }

    public var description: String { descriptor.name }

    /// Base options for small runs: the defaults, with intervals shortened so that a few dozen updates meet them.
    public func baseOptions(for shape: ModelShape) -> [String: OptionValue] {
        var values: [String: OptionValue] = [:]
        for option in descriptor.options {
            let value = option.defaultValue(shape)
            if case .integer(let range) = option.domain, let number = value.integer, number >= 50 {
                values[option.name] = .integer(max(range.lowerBound, number / 50))
            } else {
                values[option.name] = value
            }
        }
        OptionGroups.fit(&values)
        return values
    }

    public func make(_ given: [String: OptionValue], for shape: ModelShape) throws -> any PretrainingMethod {
        try make(MethodOptions(descriptor: descriptor, model: shape, given: given), shape)
    }

    /// The base, every value of every choice, and one other value of every other option, with its name.
    public func variants(for shape: ModelShape) -> [MethodVariant] {
        let base = baseOptions(for: shape)
        var variants = [MethodVariant(method: self, changed: nil, options: base)]
        for option in descriptor.options {
            for value in option.otherValues(than: base[option.name] ?? option.defaultValue(shape)) {
                var options = base
                options[option.name] = value
                if option.group != nil { OptionGroups.complete(&options) }
                variants.append(MethodVariant(method: self, changed: option.name, options: options))
            }
        }
        return variants
    }
}

/// A method with one set of options.
public struct MethodVariant: Sendable, CustomStringConvertible {
    public let method: MethodUnderTest
    /// The option that differs from the base; `nil` for the base itself.
    public let changed: String?
    public var options: [String: OptionValue]

    public var description: String {
        changed.map { "\(method)(\($0) = \(options[$0].map { "\($0)" } ?? "nothing"))" } ?? "\(method)"
    }

    public func make(for shape: ModelShape) throws -> any PretrainingMethod { try method.make(options, for: shape) }

    /// The same with other values of some options, a layout's among them.
    public func with(_ values: [String: OptionValue]) -> MethodVariant {
        var copy = self
        copy.options.merge(values) { $1 }
        return copy
    }

    /// The same with another rank, where the method has one.
    public func with(rank: Int) -> MethodVariant {
        guard method.descriptor.option(named: "rank") != nil else { return self }
        var copy = self
        copy.options["rank"] = .integer(rank)
        return copy
    }
}

extension OptionDescriptor {
    /// Legal values besides `value`: all of a choice, one of anything else.
    func otherValues(than value: OptionValue) -> [OptionValue] {
        switch domain {
        case .choice(let names): names.map { .text($0) }.filter { $0 != value }
        case .numbers(let numbers): numbers.map { .integer($0) }.filter { $0 != value }
        case .boolean: [.bool(!(value.bool ?? false))]
        case .rank, .rankOrNone: [.integer((value.integer ?? 1) + 1)]
        case .integer(let range): [.integer(value.integer == 0 ? 3 : min(range.upperBound, (value.integer ?? range.lowerBound) + 1))]
        case .optionalInteger(let range): [value == .null ? .integer(range.lowerBound) : .null]
        case .optionalPositiveReal: [value == .null ? .real(0.5) : .null]
        // Which optimizers there are is not a method's to know.
        case .optimizer: []
        case .real(let range):
            [.real(((value.real ?? range.lowerBound) + (range.upperBound.isInfinite ? 3 * (value.real ?? 1) : range.upperBound)) / 2)]
        case .positiveReal(let upper) where value.real == upper: [.real(upper / 2)]
        case .positiveReal(let upper): [.real(min(2 * (value.real ?? 0.5), upper))]
        }
    }

    /// Whether `value` is one that the option takes.
    func accepts(_ value: OptionValue, smallestSide: Int) -> Bool {
        switch domain {
        case .choice(let names): value.text.map(names.contains) ?? false
        case .numbers(let numbers): value.integer.map(numbers.contains) ?? false
        case .boolean: value.bool != nil
        case .rank: value.integer.map { (1...smallestSide).contains($0) } ?? false
        case .rankOrNone: value == .null || (value.integer.map { (1...smallestSide).contains($0) } ?? false)
        case .integer(let range): value.integer.map(range.contains) ?? false
        case .optionalInteger(let range): value == .null || (value.integer.map(range.contains) ?? false)
        case .optionalPositiveReal: value == .null || (value.real.map { $0 > 0 } ?? false)
        case .optimizer: value == .null || value.text != nil
        case .real(let range): value.real.map(range.contains) ?? false
        case .positiveReal(let upper): value.real.map { $0 > 0 && $0 <= upper } ?? false
        }
    }
}

/// Companions without which an option of a group shows nothing.
enum OptionGroups {
    /// An interval that has room for its window, and for a longer one.
    static func fit(_ options: inout [String: OptionValue]) {
        guard let interval = options["regrow_interval"]?.integer, let window = options["regrow_window"]?.integer else { return }
        options["regrow_interval"] = .integer(max(interval, window + 3))
    }

    /// Restarts after every fourth update whose rate takes two to recover, and nothing between factors that are to be balanced.
    static func complete(_ options: inout [String: OptionValue]) {
        options["restarts.every"] = 4
        if let steps = options["restarts.recovery_steps"]?.integer, steps > 4 { options["restarts.recovery_steps"] = steps == 10 ? 2 : 3 }
        if options["restarts.refactor"] == .bool(true), options["activation"] != nil { options["activation"] = "identity" }
    }
}
