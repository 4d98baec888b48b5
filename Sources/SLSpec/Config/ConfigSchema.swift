/// The JSON Schema (2020-12) of a config, made from the same definitions that decode it, for editors.
public enum ConfigSchema {
    /// The whole schema as text.
    public static func json(catalog: [MethodDescriptor]) -> String { schema(catalog).pretty }

    static func schema(_ catalog: [MethodDescriptor]) -> JSONValue {
        object([
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("slbench sweep")),
            ("type", .string("object")),
            ("required", strings(["model", "methods"])),
            (
                "properties",
                object([
                    ("$schema", type("string", "This schema.")),
                    ("description", type("string", "Free text; allowed in every object, as are keys that begin with x-.")),
                    ("name", type("string", "Name of the sweep; the file's name without .json if not given.")),
                    ("schema_version", object([("const", .integer(1))])),
                    ("model", models),
                    ("methods", methods(catalog)),
                    (
                        "seeds",
                        object([
                            ("type", .string("array")), ("items", object([("type", .string("integer")), ("minimum", .integer(0))])),
                            ("minItems", .integer(1)), ("default", .array([.integer(1)])),
                        ])
                    ),
                    ("data", data),
                    ("training", closed(TrainingKeys.all.map { ($0.name, property($0, sweepable: false)) })),
                    ("evaluation", evaluation),
                    ("database", type("string", "Results database; results/slbench.sqlite if not given.")),
                    ("report", type("string", "Where the report goes; beside the database if not given.")),
                    ("threads", object([("type", .string("integer")), ("minimum", .integer(1)), ("maximum", .integer(1024))])),
                ])
            ),
            comments, ("additionalProperties", .bool(false)),
        ])
    }

    // MARK: Parts

    private static var models: JSONValue {
        let one = object([
            (
                "anyOf",
                .array([
                    object([("enum", strings(ModelShape.presets.map(\.name)))]),
                    object([("type", .string("string")), ("pattern", .string("\\.json$"))]), object([("type", .string("object"))]),
                ])
            )
        ])
        return object([
            ("description", .string("A preset, Hugging Face LLaMA keys, the path of such a file, or a list of these: the sizes swept.")),
            ("anyOf", .array([one, object([("type", .string("array")), ("items", one), ("minItems", .integer(1))])])),
        ])
    }

    private static func methods(_ catalog: [MethodDescriptor]) -> JSONValue {
        let names = catalog.flatMap { $0.name.contains("_") ? [$0.name, $0.name.replacing("_", with: "-")] : [$0.name] }
        let entries = catalog.map { method in
            let spellings = [method.name] + (method.name.contains("_") ? [method.name.replacing("_", with: "-")] : [])
            var properties: [(String, JSONValue)] = [("method", object([("enum", strings(spellings))]))]
            properties += (method.options + TrainingKeys.all).map { ($0.name, property($0, sweepable: true)) }
            guard case .object(var members) = closed(properties) else { return JSONValue.null }
            members.insert(.init(key: "title", value: .string(method.title)), at: 0)
            members.append(.init(key: "required", value: strings(["method"])))
            return .object(members)
        }
        return object([
            ("type", .string("array")), ("minItems", .integer(1)),
            ("items", object([("anyOf", .array([object([("enum", strings(names))])] + entries))])),
        ])
    }

    private static var data: JSONValue {
        closed([
            ("corpus", type("string", "sotu, synthetic, or the path of a .txt, .jsonl or .json.gz file or a folder of them.")),
            ("tokenizer", type("string", "sentencepiece:N, bytes, or the path of a SentencePiece .model.")),
            ("packing", object([("enum", strings(DataSpec.Packing.allCases.map(\.rawValue)))])),
            ("validation", object([("type", strings(["string", "null"])), ("description", .string("Validation text of its own."))])),
        ])
    }

    private static var evaluation: JSONValue {
        closed([
            ("every", object([("type", .string("integer")), ("minimum", .integer(0)), ("description", .string("Updates between evaluations; 0 for the end only."))])),
            ("tokens", object([("type", .string("integer")), ("minimum", .integer(1)), ("description", .string("Size of the fixed evaluation set."))])),
            ("mode", object([("enum", strings(EvaluationSpec.Mode.allCases.map(\.rawValue)))])),
        ])
    }

    private static func property(_ option: OptionDescriptor, sweepable: Bool) -> JSONValue {
        let one = domain(option.domain)
        let text = JSONValue.string("\(option.help) Default: \(option.defaultDescription).")
        guard sweepable else { return object([("description", text)] + one) }
        let list = object([("type", .string("array")), ("items", object(one)), ("minItems", .integer(1))])
        return object([("description", text), ("anyOf", .array([object(one), list]))])
    }

    private static func domain(_ domain: OptionDescriptor.Domain) -> [(String, JSONValue)] {
        func upper(_ bound: Int) -> [(String, JSONValue)] { bound < Int(Int32.max) ? [("maximum", .integer(bound))] : [] }
        switch domain {
        case .integer(let range): return [("type", .string("integer")), ("minimum", .integer(range.lowerBound))] + upper(range.upperBound)
        case .rank: return [("type", .string("integer")), ("minimum", .integer(1))]
        case .real(let range):
            let top: [(String, JSONValue)] = range.upperBound < 1e300 ? [("maximum", .real(range.upperBound))] : []
            return [("type", .string("number")), ("minimum", .real(range.lowerBound))] + top
        case .positiveReal(let bound):
            return [("type", .string("number")), ("exclusiveMinimum", .integer(0))] + (bound.isFinite ? [("maximum", .real(bound))] : [])
        case .choice(let names): return [("enum", strings(names))]
        case .boolean: return [("type", .string("boolean"))]
        case .optionalInteger(let range): return [("type", strings(["integer", "null"])), ("minimum", .integer(range.lowerBound))]
        case .optionalPositiveReal: return [("type", strings(["number", "null"])), ("exclusiveMinimum", .integer(0))]
        }
    }

    // MARK: Building

    private static var comments: (String, JSONValue) { ("patternProperties", object([("^x-", .object([])), ("^description$", .object([]))])) }

    private static func closed(_ properties: [(String, JSONValue)]) -> JSONValue {
        object([("type", .string("object")), ("properties", object(properties)), comments, ("additionalProperties", .bool(false))])
    }

    private static func type(_ name: String, _ description: String) -> JSONValue {
        object([("type", .string(name)), ("description", .string(description))])
    }

    private static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    private static func object(_ members: [(String, JSONValue)]) -> JSONValue { .object(members.map { .init(key: $0.0, value: $0.1) }) }
}
