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
            ("required", required(.top)),
            ("properties", object(ConfigSection.top.keys.map(property))),
            comments, ("additionalProperties", .bool(false)), ("$defs", definitions(catalog)),
        ])
    }

    private static func definitions(_ catalog: Catalog) -> JSONValue {
        var parts: [(String, JSONValue)] = [("model", model), definition(.model)]
        parts += [DataKeys.section, TrainingKeys.section, EvaluationKeys.section, CheckpointKeys.section, ProbeKeys.section, EvidenceKeys.section, SlurmKeys.section].map(definition)
        parts += [("method", method(catalog.methods)), definition(TuningKeys.section)] + tuning
        parts.append(("match", match(catalog.methods)))
        parts += components(catalog)
        parts += catalog.methods.map { ("method_\($0.name)", options(of: $0)) }
        parts += catalog.methods.flatMap(linear)
        parts += TrainingKeys.all.map { ("swept_\($0.name)", sweepable($0)) }
        return object(parts)
    }

    // MARK: Models

    private static var model: JSONValue {
        let file = object([("type", .string("string")), ("pattern", .string("\\.json$"))])
        return object([("anyOf", .array([object([("enum", strings(ModelShape.presets.map(\.name)))]), file, reference("shape")]))])
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

    /// A quantity alone, or with the row that has it and a tolerance; or a list of these.
    private static func match(_ catalog: [MethodDescriptor]) -> JSONValue {
        let names = object([("enum", strings(catalog.flatMap(spellings)))])
        let row = object([
            ("type", .string("object")), ("required", strings(["method"])), ("properties", object([("method", names)])),
        ])
        let rows = object([("if", object([("type", .string("string"))])), ("then", names), ("else", row)])
        let named = closed(MatchQuantity.allCases.map { ($0.rawValue, rows) } + [(SweepDecoder.matchTolerance.name, value(SweepDecoder.matchTolerance))])
        let quantity = object([("enum", strings(MatchQuantity.allCases.map(\.rawValue)))])
        let one = object([("if", object([("type", .string("string"))])), ("then", quantity), ("else", named)])
        return object([
            ("description", .string("Models as large as another row of the sweep, by one quantity; a quantity alone is the reference's.")),
            ("if", object([("type", .string("array"))])), ("then", list(of: one)), ("else", one),
        ])
    }

    private static func options(of method: MethodDescriptor) -> JSONValue {
        var properties = [("method", object([("enum", strings(spellings(method)))]))]
        properties.append(("zip", zip))
        properties.append(("match", reference("match")))
        properties.append(("tune", tune(method)))
        properties.append((TopKeys.seeds.name, ownSeeds))
        properties += method.options.filter { $0.group == nil }.map { ($0.name, sweepable($0)) }
        properties += MethodOptionGroup.all(of: method.options).map { ($0.name, group($0)) }
        properties += TrainingKeys.all.map { ($0.name, reference("swept_\($0.name)")) } + componentReferences + layout(method)
        guard case .object(var members) = closed(properties) else { return .null }
        members.insert(.init(key: "title", value: .string(method.title)), at: 0)
        return .object(members)
    }

    private static func tune(_ method: MethodDescriptor) -> JSONValue {
        closed(method.options.map { ($0.name, gridded($0)) } + tunedTraining + layout(method))
    }
}
