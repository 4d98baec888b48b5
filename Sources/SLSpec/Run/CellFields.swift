import Foundation

/// Everything about a cell that has a name of its own: size, method, seed, the method's options, the training keys.
public struct CellFields: Sendable {
    public let values: [String: OptionValue]

    public init(size: String, method: String, seed: UInt64, options: MethodOptions, training: TrainingSpec) {
        var values: [String: OptionValue] = ["size": .text(size), "method": .text(method), "seed": .integer(Int(clamping: seed))]
        for (name, value) in Self.members(training) { values[name] = value }
        for (name, value) in Self.members(options) { values[name] = value }
        self.values = values
    }

    public init(_ spec: RunSpec) {
        self.init(size: spec.model.name, method: spec.method, seed: spec.seed, options: spec.options, training: spec.training)
    }

    public init(_ draft: CellDraft) {
        self.init(size: draft.model.name, method: draft.method, seed: draft.seed, options: draft.options, training: draft.training)
    }

    private static func members(_ value: some Encodable) -> [String: OptionValue] {
        guard let bytes = try? JSONEncoder().encode(value) else { return [:] }
        return (try? JSONDecoder().decode([String: OptionValue].self, from: bytes)) ?? [:]
    }

    /// Whether a field is this value; numbers are equal however they are written.
    public func holds(_ key: String, _ wanted: OptionValue) -> Bool {
        guard let given = values[key] else { return false }
        if let a = given.real, let b = wanted.real { return a == b }
        return given == wanted
    }
}
