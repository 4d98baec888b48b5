import SLMethodKit
import SLNumerics
import SLOptimizers
import SLSpec

/// One tensor of a model under a method: the row of the list that allocation, counting and updating all read.
public struct TensorEntry: Sendable {
    /// Hugging Face's name; for a method's tensors the module's name with the declared name behind it.
    public let name: String
    public let declaration: TensorDeclaration
    /// `nil` for embedding, head and norms.
    public let site: LinearSite?

    /// How the weights are kept. Gains are, in full, whatever the model's width.
    public func format(_ storage: StorageChoice) -> StorageFormat {
        site == nil && declaration.rows == 1 ? .full : storage.weight(count: declaration.count)
    }

    /// Every tensor of `shape` under `method` in one phase, in Hugging Face's order.
    public static func all(shape: ModelShape, method: any PretrainingMethod, phase: Int) -> [TensorEntry] {
        func dense(_ name: String, _ rows: Int, _ columns: Int) -> TensorEntry {
            TensorEntry(name: name, declaration: TensorDeclaration("weight", rows: rows, columns: columns), site: nil)
        }
        func gain(_ module: String) -> TensorEntry { dense("\(module).weight", 1, shape.hiddenSize) }
        func linear(_ site: LinearSite) -> [TensorEntry] {
            method.tensors(at: site, phase: phase).map { TensorEntry(name: "\(site.name).\($0.name)", declaration: $0, site: site) }
        }
        var entries = [dense("model.embed_tokens.weight", shape.vocabularySize, shape.hiddenSize)]
        for layer in 0..<shape.layerCount {
            let sites = shape.sites(layer: layer)
            entries.append(gain("model.layers.\(layer).input_layernorm"))
            entries += sites.prefix(4).flatMap(linear)
            entries.append(gain("model.layers.\(layer).post_attention_layernorm"))
            entries += sites.dropFirst(4).flatMap(linear)
        }
        entries.append(gain("model.norm"))
        entries.append(dense("lm_head.weight", shape.vocabularySize, shape.hiddenSize))
        return entries
    }
}
