/// A JSON document as it was written: objects keep the order of their keys.
public indirect enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case real(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    public struct Member: Sendable, Hashable {
        public var key: String
        public var value: JSONValue

        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// As it would be written in a config, on one line; what is long is cut. For error messages.
    public var text: String {
        let whole = line
        return whole.count > 80 ? "\(whole.prefix(77))…" : whole
    }

    /// What kind of value this is, for error messages.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .integer: "a whole number"
        case .real: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// A whole number, however it is written: 1000, 1e3 and 1000.0 are the same; `nil` for anything else. One rule for every key that
    /// takes whole numbers. Beyond 2⁵³ a number with a point or an exponent is not exact.
    var whole: Int? {
        switch self {
        case .integer(let value): value
        case .real(let value) where value.magnitude < 0x1p53: Int(exactly: value)
        default: nil
        }
    }

    /// An option's value as a config writes it.
    init(_ option: OptionValue) {
        switch option {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .real(let value): self = .real(value)
        case .text(let value): self = .string(value)
        }
    }

    /// The value as a method option takes it; `nil` for lists and objects.
    var option: OptionValue? {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .real(let value): .real(value)
        case .string(let value): .text(value)
        case .array, .object: nil
        }
    }
}
