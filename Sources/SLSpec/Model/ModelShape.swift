/// The shape of a LLaMA model, in Hugging Face's words.
///
/// Multi-head attention without grouping, no bias anywhere, an untied head: the family of models that the published
/// comparisons of memory-efficient pretraining use.
public struct ModelShape: Sendable, Hashable, Codable {
    /// The preset's name, or what the user called an inline shape.
    public var name: String
    public var vocabularySize: Int
    public var hiddenSize: Int
    public var intermediateSize: Int
    public var layerCount: Int
    public var headCount: Int
    public var rmsNormEpsilon: Double
    public var ropeTheta: Double
    /// Standard deviation of the normal distribution that embedding, head and linears start from.
    public var initializerRange: Double
    /// Why the shape is what it is, where it was picked to be as large as another row; no part of a run's identity.
    public var match: ModelMatch?

    public init(
        name: String, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int, headCount: Int,
        rmsNormEpsilon: Double = 1e-6, ropeTheta: Double = 10_000, initializerRange: Double = 0.02
    ) {
        self.name = name
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.headCount = headCount
        self.rmsNormEpsilon = rmsNormEpsilon
        self.ropeTheta = ropeTheta
        self.initializerRange = initializerRange
    }

    enum CodingKeys: String, CodingKey {
        case name
        case vocabularySize = "vocab_size"
        case hiddenSize = "hidden_size"
        case intermediateSize = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case headCount = "num_attention_heads"
        case rmsNormEpsilon = "rms_norm_eps"
        case ropeTheta = "rope_theta"
        case initializerRange = "initializer_range"
        case match
    }

    public var headSize: Int { hiddenSize / headCount }

    /// The block linears of one layer, in forward order.
    public func modules(layer: Int) -> [LinearModule] {
        LinearRole.allCases.map { role in
            switch role {
            case .query, .key, .value, .output:
                LinearModule(layer: layer, role: role, outFeatures: hiddenSize, inFeatures: hiddenSize)
            case .gate, .up:
                LinearModule(layer: layer, role: role, outFeatures: intermediateSize, inFeatures: hiddenSize)
            case .down:
                LinearModule(layer: layer, role: role, outFeatures: hiddenSize, inFeatures: intermediateSize)
            }
        }
    }

    /// Every block linear of the model, layer by layer.
    public var modules: [LinearModule] { (0..<layerCount).flatMap(modules(layer:)) }

    /// Embedding, head and norm weights: what every method keeps dense and trains. 2·V·h + (2L+1)·h.
    public var baseParameterCount: Int { 2 * vocabularySize * hiddenSize + (2 * layerCount + 1) * hiddenSize }
    public var denseLinearParameterCount: Int { modules.reduce(0) { $0 + $1.outFeatures * $1.inFeatures } }
    public var denseParameterCount: Int { baseParameterCount + denseLinearParameterCount }
}
