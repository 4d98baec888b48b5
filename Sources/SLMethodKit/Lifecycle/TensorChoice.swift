public import SLSpec

/// Which weight tensors an action is about.
public enum TensorChoice: Sendable, Hashable, Codable {
    /// Every tensor of the model: embedding, head and norms too.
    case all
    /// The tensors of these declared names (`lora_A`, …) in every block linear.
    case linears([String])
    /// Embedding, head and norms.
    case outsideLinears
    /// Those of these full names (`model.layers.0.self_attn.q_proj.lora_A`).
    case named(Set<String>)

    public func contains(_ tensor: TensorPlace) -> Bool {
        switch self {
        case .all: true
        case .linears(let names): tensor.module != nil && names.contains(tensor.name)
        case .outsideLinears: tensor.module == nil
        case .named(let names): names.contains(tensor.fullName)
        }
    }
}

extension TensorChoice: CustomStringConvertible {
    /// The same text for the same choice.
    public var description: String {
        switch self {
        case .all: "all"
        case .linears(let names): "linears \(names)"
        case .outsideLinears: "outside linears"
        case .named(let names): "named \(names.sorted())"
        }
    }
}
