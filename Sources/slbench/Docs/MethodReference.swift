import SLMethodKit
import SLSpec

/// Every method's options and tensors, and every optimizer's options, as markdown, made from their descriptors and declarations.
enum MethodReference {
    private static let shape = ModelShape.preset(named: "60m") ?? ModelShape.presets[0]

    static func markdown() throws -> String {
        let words = """
            # Methods

            What each method's object in a config may hold besides the keys of `training`, and under which names its weights stand in
            checkpoints, in `slbench export --to safetensors` (where no dense equivalent exists, or with `--factored`) and in the file that
            `slbench train --init` starts from. A linear's tensors stand behind its Hugging Face name, `model.layers.0.self_attn.q_proj.lora_A`;
            embedding, norms and head have Hugging Face's own names. Sizes are those of `q_proj` at \(shape.name) with the options' defaults.
            """
        let optimizers = """
            # Optimizers

            What `"optimizer": {"name": …}` may hold, in `training` or in a method's object: any method trains with any of them. Weight decay is decoupled
            and stands in `training.weight_decay` or a group; how state is stored stands in `training.states` and `training.storage`.
            """
        let catalog = Program.registry.catalog
        return ([words] + (try catalog.methods.map(section)) + [optimizers] + catalog.optimizers.map(section)).joined(separator: "\n\n") + "\n"
    }

    private static func section(_ optimizer: OptimizerDescriptor) -> String {
        let described = Described(optimizer)
        return [
            "## `\(optimizer.name)`", "\(optimizer.title): \(optimizer.summary) Source: \(optimizer.paper). \(described.recipe)", described.optionsTable,
        ].joined(separator: "\n\n")
    }

    private static func section(_ method: MethodDescriptor) throws -> String {
        var parts = ["## `\(method.name)`", "\(method.title): \(method.summary) Family: \(method.family.rawValue). Source: \(method.paper)."]
        parts.append(Described(method).optionsTable)
        let made = try Program.registry.make(method.name, options: MethodOptions(descriptor: method, model: shape, given: [:]), model: shape)
        let tensors = made.tensors(at: shape.modules[0], phase: made.phaseCount - 1).map { tensor in
            let kind =
                switch tensor.kind {
                case .trainable: "trained"
                case .frozen: "frozen"
                case .indices: "positions, int32"
                case .buffer: tensor.isInFile ? "kept besides, in a file" : "kept besides, in checkpoints only"
                }
            let size = tensor.isIndices ? "\(tensor.columns)" : "\(tensor.rows) × \(tensor.columns)"
            return "| `\(tensor.name)` | \(size) | \(kind) |"
        }
        parts.append((["| tensor of a linear | size | |", "|---|---|---|"] + tensors).joined(separator: "\n"))
        parts.append("Given weights: " + (made.startsFromDense ? "dense, or these tensors." : "these tensors only."))
        return parts.joined(separator: "\n\n")
    }
}
