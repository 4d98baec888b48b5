/// The seven linears of a LLaMA block, in forward order. These, and only these, are what a method parameterises.
public enum LinearRole: String, Sendable, Hashable, Codable, CaseIterable {
    case query, key, value, output, gate, up, down

    /// Hugging Face's module path inside a block.
    public var modulePath: String {
        switch self {
        case .query: "self_attn.q_proj"
        case .key: "self_attn.k_proj"
        case .value: "self_attn.v_proj"
        case .output: "self_attn.o_proj"
        case .gate: "mlp.gate_proj"
        case .up: "mlp.up_proj"
        case .down: "mlp.down_proj"
        }
    }
}

/// One block linear of one layer: the place where a method puts its weight form. `y = x·Wᵀ`, W `[out, in]` row-major.
public struct LinearModule: Sendable, Hashable {
    public let layer: Int
    public let role: LinearRole
    public let outFeatures: Int
    public let inFeatures: Int

    public init(layer: Int, role: LinearRole, outFeatures: Int, inFeatures: Int) {
        self.layer = layer
        self.role = role
        self.outFeatures = outFeatures
        self.inFeatures = inFeatures
    }

    /// Hugging Face's dotted module name, e.g. `model.layers.0.self_attn.q_proj`.
    public var name: String { "model.layers.\(layer).\(role.modulePath)" }
    public var smallerSide: Int { min(outFeatures, inFeatures) }
    public var largerSide: Int { max(outFeatures, inFeatures) }
}
