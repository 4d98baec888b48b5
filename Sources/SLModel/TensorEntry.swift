public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// One tensor of a model under a method: the row of the list that allocation, counting and updating all read.
public struct TensorEntry: Sendable {
    /// Hugging Face's name; for a method's tensors the module's name with the declared name behind it.
    public let name: String
    public let declaration: TensorDeclaration
    public let part: ModelPart
    private let headCount: Int

    /// `nil` for embedding, head and norms.
    public var module: LinearModule? { part.module }

    /// What decides the tensor's update rule.
    public var place: TensorPlace {
        TensorPlace(
            part, name: declaration.name, fullName: name, rows: declaration.rows, columns: declaration.columns, headCount: headCount)
    }

    /// How the weights are kept. Norm weights are, in full, whatever the model's width.
    public func format(_ storage: StorageChoice) -> StorageFormat {
        part == .norm ? .full : declaration.format ?? storage.weight(count: declaration.count)
    }

    // MARK: The list

    /// Every tensor of `shape` under `method` in one phase, in Hugging Face's order.
    public static func all(shape: ModelShape, method: any PretrainingMethod, phase: Int) -> [TensorEntry] {
        func linears(_ modules: some Collection<LinearModule>) -> [TensorEntry] {
            modules.flatMap { Self.linear($0, shape, method: method, phase: phase) }
        }
        let layers = (0..<shape.layerCount).flatMap { layer in
            let modules = shape.modules(layer: layer)
            return [inputNorm(layer: layer, shape)] + linears(modules.prefix(4)) + [middleNorm(layer: layer, shape)] + linears(modules.dropFirst(4))
        }
        return [embedding(shape)] + layers + [outputNorm(shape), head(shape)]
    }

    /// Those that the method declares as trained.
    static func trainable(_ shape: ModelShape, _ method: any PretrainingMethod, phase: Int) -> [TensorEntry] {
        all(shape: shape, method: method, phase: phase).filter(\.declaration.isTrainable)
    }

    static func embedding(_ shape: ModelShape) -> TensorEntry { table("model.embed_tokens", .embedding, shape) }
    static func head(_ shape: ModelShape) -> TensorEntry { table("lm_head", .head, shape) }
    static func outputNorm(_ shape: ModelShape) -> TensorEntry { norm("model.norm", shape) }
    static func inputNorm(layer: Int, _ shape: ModelShape) -> TensorEntry { norm("model.layers.\(layer).input_layernorm", shape) }
    static func middleNorm(layer: Int, _ shape: ModelShape) -> TensorEntry { norm("model.layers.\(layer).post_attention_layernorm", shape) }

    /// The tensors of one linear.
    static func linear(_ module: LinearModule, _ shape: ModelShape, method: any PretrainingMethod, phase: Int) -> [TensorEntry] {
        method.tensors(at: module, phase: phase).map {
            TensorEntry(name: "\(module.name).\($0.name)", declaration: $0, part: .linear(module), headCount: shape.headCount)
        }
    }

    private static func table(_ module: String, _ part: ModelPart, _ shape: ModelShape) -> TensorEntry {
        TensorEntry(
            name: "\(module).weight", declaration: TensorDeclaration(
                "weight", rows: shape.vocabularySize, columns: shape.hiddenSize, isOperand: part == .head), part: part,
            headCount: shape.headCount)
    }

    private static func norm(_ module: String, _ shape: ModelShape) -> TensorEntry {
        TensorEntry(
            name: "\(module).weight", declaration: TensorDeclaration("weight", rows: 1, columns: shape.hiddenSize, isOperand: false), part: .norm,
            headCount: shape.headCount)
    }

    // MARK: Allocation

    /// The tensor, filled with zeros.
    func allocate<Element: Scalar>(_ storage: StorageChoice, ledger: MemoryLedger) throws -> Parameter<Element> {
        try Parameter(
            name: name, rows: declaration.rows, columns: declaration.columns, isTrainable: declaration.isTrainable, format: format(storage),
            ledger: ledger)
    }
}
