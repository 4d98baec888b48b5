/// Where in a model a weight tensor stands, as far as optimizers and their groups care.
public enum ModelPart: Sendable, Hashable {
    case embedding
    case head
    /// A norm weight.
    case norm
    case linear(LinearModule)

    public var module: LinearModule? { if case .linear(let module) = self { module } else { nil } }

    /// Hugging Face's dotted name of the module.
    var moduleName: String {
        switch self {
        case .embedding: "model.embed_tokens"
        case .head: "lm_head"
        case .norm: "norm"
        case .linear(let module): module.name
        }
    }
}

/// One weight tensor of a model by its place, name and shape: what decides its update rule.
public struct TensorPlace: Sendable, Hashable {
    public let part: ModelPart
    /// As a method declares it: `weight`, `lora_A`, …
    public let name: String
    /// Dotted, as in files: `model.layers.0.self_attn.q_proj.lora_A`.
    public let fullName: String
    public let rows: Int
    public let columns: Int
    /// Attention heads of the model: rows of q and k come in so many groups.
    public let headCount: Int

    /// - Parameter fullName: needed for norm weights only, of which there are many.
    public init(_ part: ModelPart, name: String = "weight", fullName: String? = nil, rows: Int, columns: Int, headCount: Int = 1) {
        self.part = part
        self.name = name
        self.fullName = fullName ?? "\(part.moduleName).\(name)"
        self.rows = rows
        self.columns = columns
        self.headCount = headCount
    }

    public var module: LinearModule? { part.module }
    public var count: Int { rows * columns }
    /// Whether PyTorch would have it as a vector: norm weights, and the values of a sparse part.
    public var isVector: Bool { part == .norm || rows == 1 && name != "weight" }

    /// The same place with another shape, e.g. of the gradient inside a subspace.
    public func shaped(rows: Int, columns: Int) -> TensorPlace {
        TensorPlace(part, name: name, fullName: fullName, rows: rows, columns: columns, headCount: headCount)
    }
}
