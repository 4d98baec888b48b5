/// From an object with Hugging Face's LLaMA keys to a shape.
struct ShapeDecoder {
    let reader: ConfigReader
    /// Key path of the object.
    let path: String

    func shape(_ value: JSONValue, fallbackName: String) -> ModelShape? {
        guard let members = reader.members(value, at: path) else { return nil }
        reader.refuseUnknown(members, known: ModelKeys.names, at: path)
        var numbers: [String: OptionValue] = [:]
        let theta = ropeTheta(value)
        for descriptor in ModelKeys.sizes + ModelKeys.reals {
            if let given = value[descriptor.name] ?? (descriptor.name == "rope_theta" ? theta : nil) {
                numbers[descriptor.name] = reader.option(given, descriptor, at: place(descriptor.name))
            } else if ModelKeys.sizes.contains(where: { $0.name == descriptor.name }) {
                reader.report(place(descriptor.name), "missing", allowed: descriptor.allowed)
            }
        }
        for (key, wanted) in ModelKeys.fixed {
            guard let given = value[key], given.option?.canonical != wanted.option else { continue }
            reader.report(place(key), "\(given.text) given", allowed: wanted.text, hint: "this model has nothing else")
        }
        for (key, kind) in ModelKeys.carried {
            guard let given = value[key], !kind.accepts(given) else { continue }
            reader.report(place(key), "\(given.text) given", allowed: kind.rawValue)
        }
        let name = value["name"].flatMap { reader.name($0, at: place("name")) }
        guard let vocabulary = numbers["vocab_size"]?.integer, let hidden = numbers["hidden_size"]?.integer,
            let intermediate = numbers["intermediate_size"]?.integer, let layers = numbers["num_hidden_layers"]?.integer,
            let heads = numbers["num_attention_heads"]?.integer
        else { return nil }
        var shape = ModelShape(
            name: name ?? "", vocabularySize: vocabulary, hiddenSize: hidden, intermediateSize: intermediate, layerCount: layers,
            headCount: heads, rmsNormEpsilon: numbers["rms_norm_eps"]?.real ?? 1e-6, ropeTheta: numbers["rope_theta"]?.real ?? 10_000,
            initializerRange: numbers["initializer_range"]?.real ?? 0.02)
        if name == nil { shape.name = inferredName(shape, fallbackName) }
        guard isSound(shape) else { return nil }
        checkDerived(value, shape)
        checkName(shape)
        return shape
    }

    /// The base of the rotary positions where an object names it; two places that name it must agree.
    private func ropeTheta(_ value: JSONValue) -> JSONValue? {
        var named = value["rope_theta"]
        for key in RopeDecoder.keys {
            guard let theta = value[key].flatMap({ RopeDecoder(reader: reader).theta($0, at: place(key)) }) else { continue }
            if let named, named.option?.canonical != theta.option?.canonical {
                reader.report("\(place(key)).rope_theta", "\(theta.text) given, and \(named.text) elsewhere", allowed: "one value")
            }
            named = named ?? theta
        }
        return named
    }

    private func place(_ key: String) -> String { reader.join(path, key) }

    /// A preset's shape under no name of its own is that preset: the published file of a size is that size.
    private func inferredName(_ shape: ModelShape, _ fallback: String) -> String {
        for preset in ModelShape.presets {
            var named = shape
            named.name = preset.name
            if named == preset { return preset.name }
        }
        return String(fallback.map { ConfigReader.isNameCharacter($0) ? $0 : "-" })
    }

    /// A preset's name brings its published defaults and its place in the tables.
    private func checkName(_ shape: ModelShape) {
        guard let preset = ModelShape.preset(named: shape.name.lowercased()), preset != shape else { return }
        reader.report(
            place("name"), "'\(shape.name)' is the name of a preset with another shape", allowed: "a name of its own",
            hint: "for the preset write \"model\": \"\(preset.name)\"")
    }

    private func isSound(_ shape: ModelShape) -> Bool {
        let heads = place("num_attention_heads")
        let hidden = Double(shape.hiddenSize)
        let block = 4 * hidden * hidden + 3 * hidden * Double(shape.intermediateSize)
        let parameters = 2 * hidden * Double(shape.vocabularySize) + Double(shape.layerCount) * block
        guard parameters <= ModelKeys.mostParameters else {
            reader.report(path, "a shape of more than 10^13 parameters", allowed: "smaller sizes")
            return false
        }
        guard shape.hiddenSize % shape.headCount == 0 else {
            reader.report(
                heads, "\(shape.headCount) heads do not divide hidden_size \(shape.hiddenSize)", allowed: "a divisor of hidden_size")
            return false
        }
        guard shape.headSize % 2 == 0 else {
            reader.report(
                heads, "\(shape.headCount) heads of size \(shape.headSize): rotary positions need an even head size",
                allowed: "hidden_size / num_attention_heads even")
            return false
        }
        return true
    }

    private func checkDerived(_ value: JSONValue, _ shape: ModelShape) {
        if let groups = value["num_key_value_heads"], groups != .null, groups.whole != shape.headCount {
            reader.report(
                place("num_key_value_heads"), "\(groups.text) given",
                allowed: "\(shape.headCount), as num_attention_heads: grouped queries are not offered")
        }
        if let size = value["head_dim"], size != .null, size.whole != shape.headSize {
            reader.report(place("head_dim"), "\(size.text) given", allowed: "\(shape.headSize), as hidden_size / num_attention_heads")
        }
    }
}
