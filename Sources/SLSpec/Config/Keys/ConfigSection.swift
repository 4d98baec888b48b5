/// The keys of one object of a config, in the order of schema and reference.
public struct ConfigSection: Sendable {
    /// The key that the object stands under and the name of its definition in the schema; empty for the top level.
    public let name: String
    public let keys: [ConfigKey]
    /// What the reference says above the keys: rules between several of them.
    let rules: String

    init(_ name: String, _ keys: [ConfigKey], rules: String = "") {
        self.name = name
        self.keys = keys
        self.rules = rules
    }

    var names: [String] { keys.map(\.name) }
}

extension ConfigSection {
    public static let top = ConfigSection("", TopKeys.all)
    /// Objects of the top level.
    public static let inner = [DataKeys.section, TrainingKeys.section, EvaluationKeys.section, CheckpointKeys.section, ProbeKeys.section, EvidenceKeys.section, TuningKeys.section, SlurmKeys.section]
    /// The object that `model` and `predict` may hold, or the file that they name. The name is that of its definition only.
    public static let model = ConfigSection("shape", ModelKeys.all, rules: ModelKeys.rules)
}

extension JSONValue {
    /// The value of a key, of an object that has it.
    subscript(key: ConfigKey) -> JSONValue? { self[key.name] }
}
