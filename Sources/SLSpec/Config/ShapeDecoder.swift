/// From an object with Hugging Face's LLaMA keys to a shape.
struct ShapeDecoder {
    let reader: ConfigReader
    /// Key path of the object.
    let path: String

    func shape(_ value: JSONValue, fallbackName: String) -> ModelShape? {
        guard let members = reader.members(value, at: path) else { return nil }
        reader.refuseUnknown(members, known: ConfigSection.model.names, at: path)
        var numbers: [String: OptionValue] = [:]
        let theta = ropeTheta(value)
        for key in ModelKeys.sizes + ModelKeys.reals {
            if let given = value[key] ?? (key.name == ModelKeys.ropeTheta.name ? theta : nil) {
                numbers[key.name] = reader.value(given, of: key, at: place(key))
            } else if key.isRequired, case .value(let domain) = key.kind {
                reader.report(place(key), "missing", allowed: domain.allowed)
            }
        }
        // They choose nothing: what they hold is right or wrong.
        for key in ModelKeys.fixed + ModelKeys.carried { _ = read(key, in: value) }
        let name = read(ModelKeys.name, in: value)?.text
        guard let vocabulary = numbers[ModelKeys.vocabularySize.name]?.integer, let hidden = numbers[ModelKeys.hiddenSize.name]?.integer,
            let intermediate = numbers[ModelKeys.intermediateSize.name]?.integer, let layers = numbers[ModelKeys.layerCount.name]?.integer,
            let heads = numbers[ModelKeys.headCount.name]?.integer
        else { return nil }
        var shape = ModelShape(
            name: name ?? "", vocabularySize: vocabulary, hiddenSize: hidden, intermediateSize: intermediate, layerCount: layers,
            headCount: heads)
        if let epsilon = numbers[ModelKeys.rmsNormEpsilon.name]?.real { shape.rmsNormEpsilon = epsilon }
        if let base = numbers[ModelKeys.ropeTheta.name]?.real { shape.ropeTheta = base }
        if let deviation = numbers[ModelKeys.initializerRange.name]?.real { shape.initializerRange = deviation }
        if name == nil { shape.name = inferredName(shape, fallbackName) }
        guard isSound(shape) else { return nil }
        checkDerived(value, shape)
        checkName(shape)
        return shape
    }

    /// The base of the rotary positions where an object names it; two places that name it must agree.
    private func ropeTheta(_ value: JSONValue) -> JSONValue? {
        var named = value[ModelKeys.ropeTheta]
        for key in ModelKeys.ropes {
            guard let theta = value[key].flatMap({ RopeDecoder(reader: reader).theta($0, at: place(key)) }) else { continue }
            if let named, named.option?.canonical != theta.option?.canonical {
                reader.report("\(place(key)).\(RopeKeys.theta.name)", "\(theta.text) given, and \(named.text) elsewhere", allowed: "one value")
            }
            named = named ?? theta
        }
        return named
    }

    private func place(_ key: ConfigKey) -> String { reader.join(path, key.name) }

    private func read(_ key: ConfigKey, in object: JSONValue) -> OptionValue? {
        object[key].flatMap { reader.value($0, of: key, at: place(key)) }
    }

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
            place(ModelKeys.name), "'\(shape.name)' is the name of a preset with another shape", allowed: "a name of its own",
            hint: "for the preset write \"model\": \"\(preset.name)\"")
    }

    private func isSound(_ shape: ModelShape) -> Bool {
        let heads = place(ModelKeys.headCount)
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
        if let groups = value[ModelKeys.keyValueHeads], groups != .null, groups.whole != shape.headCount {
            reader.report(
                place(ModelKeys.keyValueHeads), "\(groups.text) given",
                allowed: "\(shape.headCount), as num_attention_heads: grouped queries are not offered")
        }
        if let size = value[ModelKeys.headSize], size != .null, size.whole != shape.headSize {
            reader.report(place(ModelKeys.headSize), "\(size.text) given", allowed: "\(shape.headSize), as hidden_size / num_attention_heads")
        }
    }
}
