public import SLMethodKit
public import SLNumerics
public import SLSpec

/// W = W₀ + s·B·A with W₀ and A frozen: B alone is trained, so that the backward pass needs x·Aᵀ and not x.
///
/// Source: Zhang et al. 2023, arXiv:2308.03303v1 (v2 corrects B's gradient besides, which is not done here). First values as `lora`'s.
public struct LoRAFAMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "lora_fa", title: "LoRA-FA", summary: "Frozen random W0 and A, trained s·BA; the input is not kept.",
        paper: "Zhang et al. 2023, arXiv:2308.03303v1", family: .frozen,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "alpha", domain: .positiveReal(upTo: .infinity), help: "Scale: s = alpha / rank.",
                source: "none published for pretraining: that of lora", defaultValue: 32),
        ],
        recipe: { _ in .init(learningRate: 1e-3, source: "none published for pretraining: that of lora here") })

    let rank: Int
    let scale: Double

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        scale = try options.real("alpha") / Double(rank)
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        [
            TensorDeclaration("weight", rows: module.outFeatures, columns: module.inFeatures, kind: .frozen),
            TensorDeclaration("lora_A", rows: rank, columns: module.inFeatures, kind: .frozen),
            TensorDeclaration("lora_B", rows: module.outFeatures, columns: rank),
        ]
    }

    /// Fresh tensors are zero, as B begins.
    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        if set.fresh.contains("weight") { try random.fillDense(try set.parameter("weight").value, at: set.module) }
        try set.initializeUniform("lora_A", fanIn: set.module.inFeatures, random: random)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        LoRAFAParameterization(
            weight: try set.parameter("weight"), down: try set.parameter("lora_A"), up: try set.parameter("lora_B"), scale: Element(scale), module: set.module)
    }

    /// z in an evaluation, dz in a backward pass.
    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int { pass.operandCount(pass.tokens * rank) }

    /// z of every token, in place of the input.
    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations {
        SavedActivations(input: .compressed, columns: rank)
    }

    /// Forward: W₀, A, B. Backward: ∂x through W₀, B, A; ∂B.
    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        let (out, `in`, r) = (Double(module.outFeatures), Double(module.inFeatures), Double(rank))
        return 4 * out * `in` + r * (6 * out + 4 * `in`)
    }
}
