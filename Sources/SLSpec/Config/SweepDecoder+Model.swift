import Foundation

extension SweepDecoder {
    /// `model`: a preset, an inline shape, a path, or a list of these.
    func models(_ value: JSONValue?) -> [ModelShape]? {
        guard let value else {
            reader.report("model", "missing", allowed: allowedModels)
            return nil
        }
        if case .array(let items) = value {
            if items.isEmpty { reader.report("model", "an empty list", allowed: allowedModels) }
            let shapes = items.enumerated().compactMap { model($0.element, at: "model[\($0.offset)]") }
            return shapes.count == items.count && !shapes.isEmpty ? shapes : nil
        }
        return model(value, at: "model").map { [$0] }
    }

    private var presetNames: [String] { ModelShape.presets.map(\.name) }
    private var allowedModels: String {
        "a preset (\(presetNames.joined(separator: ", "))), an object with Hugging Face LLaMA keys, the path of such a JSON file, or a list of these"
    }

    private func model(_ value: JSONValue, at path: String) -> ModelShape? {
        switch value {
        case .string(let name):
            if let preset = ModelShape.preset(named: name.lowercased()) { return preset }
            if name.hasSuffix(".json") { return file(name, at: path) }
            reader.report(
                path, "unknown model '\(name)'", allowed: allowedModels,
                hint: NearestName.of(name, among: presetNames).map { "did you mean '\($0)'?" })
            return nil
        case .object: return shape(value, defaultName: "custom", at: path)
        default:
            reader.report(path, "\(value.text) given", allowed: allowedModels)
            return nil
        }
    }

    private func file(_ name: String, at path: String) -> ModelShape? {
        let url = URL(filePath: name, relativeTo: URL(filePath: folder.path, directoryHint: .isDirectory))
        guard let text = try? String(contentsOf: url, encoding: .utf8) else {
            reader.report(path, "the model file \(url.path) can't be read", hint: "paths are relative to the config's folder")
            return nil
        }
        do {
            return shape(try JSONParser.parse(text), defaultName: url.deletingPathExtension().lastPathComponent, at: path)
        } catch {
            reader.report(path, "\(url.path): line \(error.line), column \(error.column): \(error.problem)")
            return nil
        }
    }

    private static let sizes = ["hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size"]
    private static let reals = ["rms_norm_eps", "rope_theta", "initializer_range"]
    /// Keys of published model files that change nothing here.
    private static let ignored = [
        "architectures", "model_type", "bos_token_id", "eos_token_id", "pad_token_id", "max_sequence_length", "max_position_embeddings",
        "use_cache", "torch_dtype", "dtype", "transformers_version", "_name_or_path", "pretraining_tp",
    ]
    /// Keys that must say what this engine does, with what they must say.
    private static let fixed: [(key: String, value: JSONValue)] = [
        ("hidden_act", .string("silu")), ("tie_word_embeddings", .bool(false)), ("attention_bias", .bool(false)), ("mlp_bias", .bool(false)),
        ("attention_dropout", .real(0)), ("rope_scaling", .null),
    ]

    /// A shape in Hugging Face's LLaMA keys.
    private func shape(_ value: JSONValue, defaultName: String, at path: String) -> ModelShape? {
        guard let members = reader.members(value, at: path) else { return nil }
        let known = ["name", "num_key_value_heads"] + Self.sizes + Self.reals + Self.ignored + Self.fixed.map(\.key)
        reader.refuseUnknown(members, known: known, at: path)
        var sizes: [String: Int] = [:]
        for key in Self.sizes {
            if case .integer(let number)? = value[key], (1...1_000_000).contains(number) {
                sizes[key] = number
            } else {
                reader.report(reader.join(path, key), value[key].map { "\($0.text) given" } ?? "missing", allowed: "a whole number from 1 to 1000000")
            }
        }
        for (key, wanted) in Self.fixed {
            guard let given = value[key], given != wanted, !(wanted == .real(0) && given == .integer(0)) else { continue }
            reader.report(reader.join(path, key), "\(given.text) given", allowed: wanted.text, hint: "this model has nothing else")
        }
        var reals: [String: Double] = [:]
        for key in Self.reals {
            guard let given = value[key] else { continue }
            if let number = given.option?.real, number.isFinite, number > 0 { reals[key] = number } else {
                reader.report(reader.join(path, key), "\(given.text) given", allowed: "a number above 0")
            }
        }
        guard sizes.count == Self.sizes.count else { return nil }
        let name = value["name"].flatMap { reader.text($0, at: reader.join(path, "name")) } ?? defaultName
        let shape = ModelShape(
            name: name, vocabularySize: sizes["vocab_size"] ?? 1, hiddenSize: sizes["hidden_size"] ?? 1,
            intermediateSize: sizes["intermediate_size"] ?? 1, layerCount: sizes["num_hidden_layers"] ?? 1,
            headCount: sizes["num_attention_heads"] ?? 1, rmsNormEpsilon: reals["rms_norm_eps"] ?? 1e-6,
            ropeTheta: reals["rope_theta"] ?? 10_000, initializerRange: reals["initializer_range"] ?? 0.02)
        return checked(shape, value["num_key_value_heads"], at: path)
    }

    private func checked(_ shape: ModelShape, _ keyValueHeads: JSONValue?, at path: String) -> ModelShape? {
        let heads = reader.join(path, "num_attention_heads")
        guard shape.hiddenSize % shape.headCount == 0 else {
            reader.report(heads, "\(shape.headCount) heads do not divide hidden_size \(shape.hiddenSize)", allowed: "a divisor of hidden_size")
            return nil
        }
        guard shape.headSize % 2 == 0 else {
            reader.report(
                heads, "\(shape.headCount) heads of size \(shape.headSize): rotary positions need an even head size", allowed: "hidden_size / heads even")
            return nil
        }
        if let keyValueHeads, keyValueHeads != .null, keyValueHeads != .integer(shape.headCount) {
            reader.report(
                reader.join(path, "num_key_value_heads"), "\(keyValueHeads.text) given",
                allowed: "\(shape.headCount), as num_attention_heads: grouped queries are not offered")
            return nil
        }
        return shape
    }
}
