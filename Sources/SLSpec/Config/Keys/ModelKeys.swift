/// The keys of a model's object: Hugging Face's LLaMA configuration, and a name.
enum ModelKeys {
    private typealias Name = ModelShape.CodingKeys

    /// The most layers and the most parameters a shape may have: far above what runs, low enough that every count of
    /// bytes and operations stays exact.
    static let mostLayers = 1024
    static let mostParameters = 1e13

    static let name = ConfigKey(
        "", Name.name.rawValue, .name, "What the size is called in tables.", standard: .words("custom, or the file's name"),
        allowed: ConfigKey.names)

    // MARK: What makes a shape

    static let hiddenSize = size(.hiddenSize, "Width of the residual stream.")
    static let intermediateSize = size(.intermediateSize, "Width inside the MLP.")
    static let layerCount = size(.layerCount, "Blocks.", upTo: mostLayers)
    static let headCount = size(.headCount, "Attention heads; they divide hidden_size into parts of an even size.")
    static let vocabularySize = size(.vocabularySize, "Rows of embedding and head; at least the tokenizer's vocabulary.")
    static let sizes = [hiddenSize, intermediateSize, layerCount, headCount, vocabularySize]

    static let rmsNormEpsilon = real(.rmsNormEpsilon, upTo: 1, "ε of the norms.", ModelShape.anything.rmsNormEpsilon)
    static let ropeTheta = real(.ropeTheta, upTo: .infinity, "Base of the rotary positions.", ModelShape.anything.ropeTheta)
    static let initializerRange = real(
        .initializerRange, upTo: 100, "Standard deviation of the initial weights.", ModelShape.anything.initializerRange)
    static let reals = [rmsNormEpsilon, ropeTheta, initializerRange]

    // MARK: What must agree with it

    static let keyValueHeads = derived("num_key_value_heads", "heads of keys and values")
    static let headSize = derived("head_dim", "width of a head")

    /// Rotary positions as files of today say them: transformers 5, and the same under an older name.
    static let ropeParameters = rope("rope_parameters", allowed: "`{\"rope_type\": \"default\", \"rope_theta\": …}`, or null")
    static let ropeScaling = rope("rope_scaling", allowed: "as `rope_parameters`")
    static let ropes = [ropeParameters, ropeScaling]

    static let all: [ConfigKey] = [[name], sizes, reals, [keyValueHeads, headSize], ropes, fixed, carried].flatMap { $0 }

    static let rules = """
        Hugging Face's LLaMA keys, so that a published `config.json` loads as it is. A shape without a `name` that is a preset's shape
        is that preset; two shapes of one sweep need two names.
        """

    // MARK: Lines

    private static let source = "Hugging Face LlamaConfig"

    private static func size(_ name: Name, _ help: String, upTo most: Int = 1_000_000) -> ConfigKey {
        ConfigKey("", name.rawValue, .value(.integer(1...most)), help, standard: .required, source: source)
    }

    private static func real(_ name: Name, upTo most: Double, _ help: String, _ standard: Double) -> ConfigKey {
        ConfigKey("", name.rawValue, .value(.positiveReal(upTo: most)), help, standard: .value(.real(standard)), source: source)
    }

    private static func derived(_ name: String, _ meaning: String) -> ConfigKey {
        ConfigKey(
            "", name, .types(["integer", "null"]), source: source, meaning: meaning, allowed: "what follows from the sizes, or null")
    }

    private static func rope(_ name: String, allowed: String) -> ConfigKey {
        ConfigKey("", name, .rope, "Rotary positions, as transformers writes them; plain ones only.", source: source, allowed: allowed)
    }
}
