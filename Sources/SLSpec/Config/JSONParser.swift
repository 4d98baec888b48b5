/// What is wrong with a JSON text, and where.
public struct JSONSyntaxError: Error, Sendable, Hashable {
    public var line: Int
    /// In characters of the line, from 1.
    public var column: Int
    public var problem: String
}

extension JSONValue {
    /// Reads a JSON text: strictly, with every key once, nested 64 deep at most.
    public static func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue { try JSONParser.parse(text) }
}

/// A strict JSON parser (RFC 8259) that says line and column, keeps the order of keys and refuses a key given twice:
/// two things that Foundation's does not do and that a config needs.
struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0
    private static let deepest = 64
    private static let halfPair = "half a surrogate pair, which is no character: \\ud800 to \\udbff needs \\udc00 to \\udfff behind it"
    private static let notFinite = "not a JSON number: NaN and Infinity are Python's; json.dumps(…, allow_nan=False) does not write them"

    static func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes: Array(text.utf8))
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        if parser.position < parser.bytes.count { throw parser.error("something follows the end of the document") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ problem: String) -> JSONSyntaxError {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // Bytes that continue a UTF-8 character are no column of their own.
        let column = before[lineStart...].count { $0 & 0xc0 != 0x80 } + 1
        return JSONSyntaxError(line: line, column: column, problem: problem)
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func expect(_ character: Unicode.Scalar, _ where: String) throws(JSONSyntaxError) {
        skipSpace()
        guard next == UInt8(ascii: character) else { throw error("'\(character)' expected \(`where`)") }
        position += 1
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard depth < Self.deepest else { throw error("nested deeper than \(Self.deepest) levels") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some(UInt8(ascii: "-")), .some(0x30...0x39): return try number()
        case nil: throw error("the document ends where a value is expected")
        default: throw error(foreignSyntax ?? "a value is expected")
        }
    }

    /// What other notations allow at this place and JSON does not.
    private var foreignSyntax: String? {
        let rest = bytes[position...]
        func begins(_ text: String) -> Bool { rest.starts(with: text.utf8) }
        if begins("NaN") || begins("Infinity") { return Self.notFinite }
        if begins("+") || begins(".") { return "not a JSON number" }
        if begins("'") { return "texts stand in double quotes" }
        if begins("//") || begins("/*") || begins("#") { return "JSON has no comments; use a key \"description\" or \"x-…\"" }
        if begins("]") || begins("}") { return "a value is expected before '\(Character(Unicode.Scalar(rest[position])))'" }
        if begins("True") || begins("False") || begins("None") { return "true, false and null are written in small letters" }
        if begins("\u{feff}") { return "the text begins with a byte order mark" }
        return nil
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        guard bytes[position...].starts(with: text.utf8) else { throw error("'\(text)' expected") }
        position += text.utf8.count
        return value
    }

    private mutating func object(_ depth: Int) throws(JSONSyntaxError) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        skipSpace()
        if next == UInt8(ascii: "}") {
            position += 1
            return .object([])
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error(missingKey(afterComma: !members.isEmpty)) }
            let place = position
            let key = try string()
            if !keys.insert(key).inserted {
                position = place
                throw error("the key '\(key)' is given twice")
            }
            try expect(":", "after a key")
            members.append(.init(key: key, value: try value(depth: depth + 1)))
            skipSpace()
            if next == UInt8(ascii: ",") {
                position += 1
                continue
            }
            try expect("}", "or ',' after a value of an object")
            return .object(members)
        }
    }

    private func missingKey(afterComma: Bool) -> String {
        switch next {
        case UInt8(ascii: "}") where afterComma: "a key in quotes expected; no comma stands after the last one"
        case UInt8(ascii: "/"), UInt8(ascii: "#"): foreignSyntax ?? "a key in quotes expected"
        default: "a key in quotes expected"
        }
    }

    private mutating func array(_ depth: Int) throws(JSONSyntaxError) -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if next == UInt8(ascii: ",") {
                position += 1
                continue
            }
            try expect("]", "or ',' after a value of a list")
            return .array(values)
        }
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = next, byte >= 0x30, byte <= 0x39 { position += 1 }
        return position - start
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        if bytes[position...].starts(with: "Infinity".utf8) { throw error(Self.notFinite) }
        let first = next
        let count = digits()
        guard count == 1 || (count > 1 && first != UInt8(ascii: "0")) else { throw error("not a JSON number") }
        var whole = true
        if next == UInt8(ascii: ".") {
            position += 1
            whole = false
            guard digits() > 0 else { throw error("digits expected after the decimal point") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            whole = false
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard digits() > 0 else { throw error("digits expected in the exponent") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if whole, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw error("the number \(text) is too large") }
        return .real(value)
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let valid = String(validating: text, as: UTF8.self) else { throw error("a text that is not UTF-8") }
                return valid
            case UInt8(ascii: "\\"):
                position += 1
                try escape(into: &text)
            case ..<0x20: throw error("a line break or control character inside a text; write \\n")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw error("the document ends inside a text")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        let plain: [UInt8: UInt8] = [
            UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "/"): 0x2f, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12,
            UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
        ]
        guard let byte = next else { throw error("the document ends inside a text") }
        position += 1
        if let character = plain[byte] {
            text.append(character)
            return
        }
        guard byte == UInt8(ascii: "u") else { throw error("unknown escape in a text") }
        var unit = try hexadecimal()
        if unit >= 0xd800, unit < 0xdc00, next == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u") {
            position += 2
            let low = try hexadecimal()
            guard low >= 0xdc00, low < 0xe000 else { throw error(Self.halfPair) }
            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(unit) else { throw error(Self.halfPair) }
        text.append(contentsOf: Array(String(Character(scalar)).utf8))
    }

    private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            // One digit at a time: a conversion of all four would take a sign for one.
            guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw error("four hexadecimal digits expected after \\u")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
