/// Which tensors a group holds: `embedding`, `head`, `norms`, `linears`, a role (`q_proj` … `down_proj`), or a pattern of full
/// names with `*` (`model.layers.0.*`).
public struct ParameterSelector: Sendable, Hashable, Comparable {
    /// As it is written in configs and records.
    public let text: String

    private static let parts = ["embedding", "head", "norms", "linears"]
    private static let roles = LinearRole.allCases.map(\.moduleName)
    /// The names that are no patterns.
    public static let names = parts + roles

    public static let embedding = ParameterSelector(known: "embedding")
    public static let head = ParameterSelector(known: "head")
    public static let norms = ParameterSelector(known: "norms")
    public static let linears = ParameterSelector(known: "linears")

    private init(known text: String) { self.text = text }

    /// `nil` for a text that is neither a name nor a pattern. A pattern has a `*` or a dot, and no blank.
    public init?(_ text: String) {
        let isPattern = (text.contains("*") || text.contains(".")) && !text.contains(where: \.isWhitespace)
        guard Self.names.contains(text) || isPattern else { return nil }
        self.text = text
    }

    public func matches(_ tensor: TensorPlace) -> Bool {
        switch (text, tensor.part) {
        case ("embedding", .embedding), ("head", .head), ("norms", .norm), ("linears", .linear): true
        case (_, .linear(let module)) where Self.roles.contains(text): module.role.moduleName == text
        case _ where Self.names.contains(text): false
        default: Self.matches(Array(tensor.fullName.utf8)[...], Array(text.utf8)[...])
        }
    }

    /// `*` stands for any text, also an empty one.
    private static func matches(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == UInt8(ascii: "*") {
            let rest = pattern.dropFirst()
            return (name.startIndex...name.endIndex).contains { matches(name[$0...], rest) }
        }
        return name.first == first && matches(name.dropFirst(), pattern.dropFirst())
    }

    /// How much it says: a part, a role, a pattern; of two patterns the one that spells out more.
    private var precision: (Int, Int) {
        if Self.parts.contains(text) { return (0, 0) }
        if Self.roles.contains(text) { return (1, 0) }
        return (2, text.count { $0 != "*" })
    }

    /// From the widest to the most specific.
    public static func < (a: ParameterSelector, b: ParameterSelector) -> Bool {
        (a.precision.0, a.precision.1, a.text) < (b.precision.0, b.precision.1, b.text)
    }
}

extension LinearRole {
    /// Hugging Face's name of the module: `q_proj`, …
    public var moduleName: String { String(modulePath.split(separator: ".").last ?? "") }
}
