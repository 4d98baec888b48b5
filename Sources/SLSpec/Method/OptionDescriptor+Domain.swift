extension OptionDescriptor.Domain {
    /// The allowed values, for error messages.
    public var allowed: String {
        switch self {
        case .integer(let range):
            range.upperBound == Int.max ? "a whole number from \(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .rank: "a whole number from 1 to the smaller side of every block linear"
        case .rankOrNone: "null or a whole number from 1 to the smaller side of every block linear"
        case .real(let range):
            range.upperBound.isInfinite ? "a number from \(range.lowerBound)" : "a number from \(range.lowerBound) to \(range.upperBound)"
        case .positiveReal(let upper): upper.isInfinite ? "a number above 0" : "a number above 0, at most \(upper)"
        case .choice(let names): "one of " + names.map { "\"\($0)\"" }.joined(separator: ", ")
        case .numbers(let numbers): "one of " + numbers.map(String.init).joined(separator: ", ")
        case .boolean: "true or false"
        case .optionalInteger(let range): "null or a whole number from \(range.lowerBound)"
        case .optionalPositiveReal: "null or a number above 0"
        case .optimizer: "null, the name of an optimizer, or an object {\"name\": …} with its options"
        }
    }

    /// Whether a value lies in the domain; a rank's upper bound depends on the model and is checked apart.
    public func accepts(_ value: OptionValue) -> Bool {
        switch self {
        case .integer(let range): isNumber(value) && value.integer.map(range.contains) ?? false
        case .rank: isNumber(value) && (value.integer ?? 0) >= 1
        case .rankOrNone: value == .null || (isNumber(value) && (value.integer ?? 0) >= 1)
        case .real(let range): isNumber(value) && value.real.map(range.contains) ?? false
        case .positiveReal(let upper): isNumber(value) && value.real.map { $0 > 0 && $0 <= upper } ?? false
        case .choice(let names): value.text.map(names.contains) ?? false
        case .numbers(let numbers): isNumber(value) && value.integer.map(numbers.contains) ?? false
        case .boolean: value.bool != nil
        case .optionalInteger(let range): value == .null || (isNumber(value) && value.integer.map(range.contains) ?? false)
        case .optionalPositiveReal: value == .null || (isNumber(value) && (value.real ?? 0) > 0)
        case .optimizer: value == .null || value.text != nil
        }
    }

    /// Whether the smaller side of a linear bounds it.
    var isRank: Bool { self == .rank || self == .rankOrNone }

    var choices: [String] { if case .choice(let names) = self { names } else { [] } }

    var isWhole: Bool {
        switch self {
        case .integer, .rank, .rankOrNone, .optionalInteger, .numbers: true
        case .real, .positiveReal, .choice, .boolean, .optionalPositiveReal, .optimizer: false
        }
    }

    private func isNumber(_ value: OptionValue) -> Bool {
        switch value {
        case .integer: true
        case .real(let number): number.isFinite
        default: false
        }
    }
}

extension OptionDescriptor {
    /// The allowed values, for error messages.
    public var allowed: String { domain.allowed }

    /// Whether a value lies in the option's domain.
    public func accepts(_ value: OptionValue) -> Bool { domain.accepts(value) }
}
