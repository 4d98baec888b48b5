public import SLMethodKit
public import SLNumerics
public import SLSpec

/// W = W₀ + ΔW where one small block serves a whole row of blocks of the frozen random W₀.
///
/// - `bone`: one trained matrix [r, out]; every r inputs share it, so y = x·W₀ᵀ + (Σ over blocks of x)·bone.
/// - `bat`: a trained block B [r, r] for every r rows; each block of W₀ there becomes W₀ + W₀·B + B.
///
/// Source: Kang 2024, Bone (later DiSHA), arXiv:2409.15371, §3; code: github.com/JL-er/PEFT-Bone, `bone/layer.py` (in peft as `BoneConfig`).
/// All trained values start at 0.
///
/// Deviations: where r does not divide a side, the last block is a part of one: `bone` pads with zeros as the authors' forward pass does (their merge
/// of such a linear subtracts instead); `bat`, which the authors refuse there, takes the part of B that meets the block.
public struct BoneMethod: PretrainingMethod {
    enum Form: String, CaseIterable { case bone, bat }

    public static let descriptor = MethodDescriptor(
        name: "bone", title: "Bone", summary: "Frozen random W0 plus one trained block shared along each row of blocks.",
        paper: "Kang 2024, arXiv:2409.15371", family: .frozen,
        options: [
            OptionDescriptor(
                name: "rank", domain: .rank, help: "Side r of a block.", authorsName: "r", source: "BoneConfig of github.com/JL-er/PEFT-Bone",
                published: [:], otherwise: "64, or the smallest side of a linear", rule: { .integer(min(64, FrozenStart.smallestSide($0))) }),
            OptionDescriptor(
                name: "form", domain: .choice(Form.allCases.map(\.rawValue)),
                help: "bone adds shared blocks; bat multiplies the frozen blocks with them, too.", authorsName: "init_weights",
                source: "arXiv:2409.15371, §3", defaultValue: "bone"),
        ],
        recipe: FrozenStart.recipe)

    let rank: Int
    let form: Form
    private static let tensor = "bone_block"

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        form = try options.choice("form", of: Form.self)
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        let block =
            switch form {
            case .bone: TensorDeclaration(Self.tensor, rows: rank, columns: module.outFeatures)
            case .bat: TensorDeclaration(Self.tensor, rows: (module.outFeatures + rank - 1) / rank * rank, columns: rank)
            }
        return [FrozenStart.declaration(at: module), block]
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try FrozenStart.initialize(set, random: random)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        let (weight, block) = (try set.parameter("weight"), try set.parameter(Self.tensor))
        return switch form {
        case .bone: BoneParameterization(weight: weight, block: block, module: set.module)
        case .bat: BatParameterization(weight: weight, blocks: block, module: set.module)
        }
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        switch form {
        case .bone: pass.operandCount(pass.tokens * rank) + pass.tokens * rank
        case .bat: module.outFeatures * module.inFeatures
        }
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        let (dense, side) = (Double(module.outFeatures) * Double(module.inFeatures), Double(rank))
        return switch form {
        case .bone: FrozenStart.floatingPointOperations(at: module) + 6 * side * Double(module.outFeatures)
        // Three dense products a token; W twice and the gradient of B once, shared by all tokens.
        case .bat: 6 * dense + 6 * dense * side / Double(max(1, pass.tokens))
        }
    }
}
