import Foundation
import SLSpec

/// A run's spec as flat key paths (`training.lr`, `options.rank`) with their values as text, under the names of the
/// config. It is read from the spec's own coding, so that a key added there appears here by itself.
struct SpecFields {
    let values: [String: String]

    /// - Parameter spec: a `RunSpec` or a `PredictionSpec`.
    init(_ spec: some Encodable) {
        var values: [String: String] = [:]
        if let data = try? JSONEncoder().encode(spec), let root = try? JSONDecoder().decode(Node.self, from: data) {
            root.flatten(into: &values, path: "")
        }
        self.values = values
    }

    /// The value of a key; what the key means by default where the spec leaves it out.
    func value(_ key: String) -> String { values[key] ?? MemoryOptions.ordinaryFields[key] ?? NumberFormat.missing }

    /// The key path without its section, `lr` for `training.lr`.
    static func shortName(_ path: String) -> String {
        path.split(separator: ".", maxSplits: 1).last.map(String.init) ?? path
    }

    private indirect enum Node: Decodable {
        case leaf(OptionValue)
        case object([String: Node])
        case list([Node])

        init(from decoder: any Decoder) throws {
            if let fields = try? [String: Node](from: decoder) {
                self = .object(fields)
            } else if let items = try? [Node](from: decoder) {
                self = .list(items)
            } else {
                self = .leaf(try OptionValue(from: decoder))
            }
        }

        func flatten(into values: inout [String: String], path: String) {
            switch self {
            case .leaf(let value): values[path] = value.description
            case .list(let items):
                for (place, node) in items.enumerated() { node.flatten(into: &values, path: "\(path)[\(place)]") }
            case .object(let fields):
                for (key, node) in fields { node.flatten(into: &values, path: path.isEmpty ? key : "\(path).\(key)") }
            }
        }
    }
}

/// The keys in which some specs differ, seeds aside, with the value of each spec.
struct SpecDifferences {
    /// Training keys in the order of a config, then options by name, then everything else.
    let keys: [String]
    let fields: [SpecFields]

    init(specs: [RunSpec]) { self.init(fields: specs.map { SpecFields($0) }) }

    init(fields: [SpecFields]) {
        let all = Set(fields.flatMap(\.values.keys)).subtracting(["method", "seed"])
        let training = TrainingSpec.keys.map { "training.\($0)" }
        func order(_ key: String) -> Int {
            if let place = training.firstIndex(of: key) { return place }
            if key.hasPrefix("training.") { return training.count }
            return key.hasPrefix("options.") ? training.count + 1 : training.count + 2
        }
        keys = all.filter { key in Set(fields.map { $0.values[key] }).count > 1 }
            .sorted { (order($0), $0) < (order($1), $1) }
        self.fields = fields
    }

    func value(_ key: String, of index: Int) -> String { fields[index].value(key) }
}
