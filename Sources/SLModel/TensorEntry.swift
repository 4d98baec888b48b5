import SLMethodKit
import SLNumerics
import SLOptimizers
import SLSpec

/// One tensor of a model under a method: the row of the list that allocation, counting and updating all read.
public struct TensorEntry: Sendable {
    /// Hugging Face's name; for a method's tensors the module's name with the declared name behind it.
    public let name: String
    public let declaration: TensorDeclaration
    public let part: ModelPart
    private let headCount: Int

    /// `nil` for embedding, head and norms.
    public var site: LinearSite? { part.site }

    /// What decides the tensor's update rule.
    public var place: TensorPlace {
        TensorPlace(
            part, name: declaration.name, fullName: name, rows: declaration.rows, columns: declaration.columns, headCount: headCount)
    }

    /// How the weights are kept. Gains are, in full, whatever the model's width.
    public func format(_ storage: StorageChoice) -> StorageFormat {
        part == .norm ? .full : declaration.format ?? storage.weight(count: declaration.count)
    }

    /// Every tensor of `shape` under `method` in one phase, in Hugging Face's order.
    public static func all(shape: ModelShape, method: any PretrainingMethod, phase: Int) -> [TensorEntry] {
        func entry(_ name: String, _ declaration: TensorDeclaration, _ part: ModelPart) -> TensorEntry {
            TensorEntry(name: name, declaration: declaration, part: part, headCount: shape.headCount)
        }
        func table(_ name: String, _ part: ModelPart) -> TensorEntry {
            entry(name, TensorDeclaration("weight", rows: shape.vocabularySize, columns: shape.hiddenSize), part)
        }
        func gain(_ module: String) -> TensorEntry { entry("\(module).weight", TensorDeclaration("weight", rows: 1, columns: shape.hiddenSize), .norm) }
        func linear(_ site: LinearSite) -> [TensorEntry] {
            method.tensors(at: site, phase: phase).map { entry("\(site.name).\($0.name)", $0, .linear(site)) }
        }
        var entries = [table("model.embed_tokens.weight", .embedding)]
        for layer in 0..<shape.layerCount {
            let sites = shape.sites(layer: layer)
            entries.append(gain("model.layers.\(layer).input_layernorm"))
            entries += sites.prefix(4).flatMap(linear)
            entries.append(gain("model.layers.\(layer).post_attention_layernorm"))
            entries += sites.dropFirst(4).flatMap(linear)
        }
        entries.append(gain("model.norm"))
        entries.append(table("lm_head.weight", .head))
        return entries
    }
}
