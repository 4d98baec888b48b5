/// One `--set key.path=value`: `training.steps=200`, `methods.sltrain.rank=64`, `methods[2].lr=1e-3`, `seeds=[1,2]`.
struct ConfigOverride {
    private let text: String
    private let path: [Step]
    private let value: JSONValue

    /// Nothing in a config lies as deep.
    private static let deepest = 16

    private enum Step: Hashable {
        case key(String)
        case index(Int)
    }

    /// The value is read as JSON, and as a text if it is none.
    init(_ text: String) throws(ConfigIssue) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw ConfigIssue(
                file: "--set", keyPath: "", problem: "'\(text)' has no '='", allowed: "key.path=value, e.g. training.steps=200")
        }
        var path: [Step] = []
        for part in text[..<equals].split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let key = pieces.first, !key.isEmpty else {
                throw ConfigIssue(
                    file: "--set", keyPath: String(text[..<equals]), problem: "an empty key in the path", allowed: "key.path=value")
            }
            path.append(.key(String(key)))
            for piece in pieces.dropFirst() {
                guard piece.hasSuffix("]"), let index = Int(piece.dropLast()), index >= 0 else {
                    throw ConfigIssue(
                        file: "--set", keyPath: String(text[..<equals]), problem: "'[\(piece)' is no index", allowed: "methods[0].rank=64")
                }
                path.append(.index(index))
            }
        }
        guard path.count <= Self.deepest else {
            throw ConfigIssue(
                file: "--set", keyPath: "", problem: "a path of \(path.count) parts", allowed: "at most \(Self.deepest) parts")
        }
        let raw = String(text[text.index(after: equals)...])
        self.text = String(text[..<equals])
        self.path = path
        self.value = (try? JSONValue.parse(raw)) ?? .string(raw)
    }

    /// - Returns: the key paths that were written, as problems will name them.
    func apply(to tree: inout JSONValue) throws(ConfigIssue) -> [String] {
        var written: [String] = []
        try set(&tree, path[...], at: "", &written)
        return written
    }

    private func set(_ node: inout JSONValue, _ rest: ArraySlice<Step>, at place: String, _ written: inout [String]) throws(ConfigIssue) {
        guard let step = rest.first else {
            node = value
            written.append(place)
            return
        }
        let later = rest.dropFirst()
        switch (step, node) {
        case (.key(let key), .object(var members)):
            let name = place.isEmpty ? key : "\(place).\(key)"
            if let index = members.firstIndex(where: { $0.key == key }) {
                try set(&members[index].value, later, at: name, &written)
            } else {
                var fresh = JSONValue.object([])
                written.append(name)
                try set(&fresh, later, at: name, &written)
                members.append(.init(key: key, value: fresh))
            }
            node = .object(members)
        case (.index(let index), .array(var values)) where index < values.count:
            try set(&values[index], later, at: "\(place)[\(index)]", &written)
            node = .array(values)
        case (.key(let key), .array(var values)):
            // `methods.NAME`: every entry of that method.
            let wanted = key.replacing("-", with: "_")
            let matches = values.indices.filter { methodName(values[$0]) == wanted }
            guard !matches.isEmpty else {
                let names = values.compactMap(methodName)
                throw unknown(
                    place, "no entry for '\(key)'", allowed: names.isEmpty ? nil : names.joined(separator: ", "),
                    hint: NearestName.of(key, among: names).map {
                        "did you mean --set \(text.replacing(".\(key)", with: ".\($0)", maxReplacements: 1))=…?"
                    })
            }
            for index in matches {
                if case .string = values[index] { values[index] = .object([.init(key: "method", value: values[index])]) }
                try set(&values[index], later, at: "\(place)[\(index)]", &written)
            }
            node = .array(values)
        case (.index(let index), .array(let values)):
            let known = values.indices.map { "\(place)[\($0)]" }
            throw unknown(
                place, "no entry [\(index)]", allowed: known.isEmpty ? "no index: the list is empty" : known.joined(separator: ", "))
        default:
            throw unknown(place, "\(node.text) has no part '\(description(step))'", hint: "--set \(place)=… replaces the whole value")
        }
    }

    private func methodName(_ entry: JSONValue) -> String? {
        if case .string(let name) = entry { return name.replacing("-", with: "_") }
        if case .string(let name)? = entry["method"] { return name.replacing("-", with: "_") }
        return nil
    }

    private func description(_ step: Step) -> String {
        switch step {
        case .key(let key): key
        case .index(let index): "[\(index)]"
        }
    }

    private func unknown(_ place: String, _ problem: String, allowed: String? = nil, hint: String? = nil) -> ConfigIssue {
        ConfigIssue(
            file: "--set", keyPath: text, problem: place.isEmpty ? problem : "\(place): \(problem)", allowed: allowed,
            hint: place.isEmpty ? nil : hint)
    }
}

extension ConfigIssue: Error {}
