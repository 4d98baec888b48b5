public import SLMethodKit
public import SLNumerics
public import SLSpec

/// W = W₀ + DᵀMC with W₀ the frozen random init and M a trained square matrix between two maps without weights.
///
/// Source: Jiang et al. 2024, arXiv:2405.12130, §4; code: github.com/kongds/MoRA, `peft-mora`, `lora/layer.py` (`_apply_mora`): M has the
/// side r̂ that gives it as many elements as LoRA's factors of rank r, starts at 0 and has no scale. C and D are ``MoRAType``.
///
/// Deviation: where r̂ is more than twice a linear's inputs, which the authors' code can't continue by their beginning, they are continued
/// again and again. Dropout on the input is left out.
public struct MoRAMethod: PretrainingMethod {
    static let code = "github.com/kongds/MoRA, train.py"

    public static let descriptor = MethodDescriptor(
        name: "mora", title: "MoRA", summary: "Frozen random W0 plus a trained square matrix between fixed maps.",
        paper: "Jiang et al. 2024, arXiv:2405.12130", family: .frozen,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "mora_type", domain: .numbers(MoRAType.allCases.map(\.rawValue)),
                help: "How inputs are compressed and outputs spread: 1 shares every r̂th value (for large ranks), 2 groups neighbours, 3 groups"
                    + " inputs, 4 groups outputs, 6 rotates chunks (for small ranks).",
                source: "arXiv:2405.12130, Eq. 6 and 9; default and 2 to 4: \(code)", defaultValue: 1),
        ],
        recipe: recipe)

    static let recipe: @Sendable (ModelShape) -> MethodDescriptor.Recipe = { _ in
        .init(learningRate: 5e-4, source: "pretraining command of github.com/kongds/MoRA")
    }

    let rank: Int
    let type: MoRAType

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        let number = try options.integer("mora_type")
        guard let type = MoRAType(rawValue: number) else {
            throw MethodOptionError(option: "mora_type", value: .integer(number), wanted: "1, 2, 3, 4 or 6")
        }
        self.type = type
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        MoRAForm.declarations(at: module, side: type.side(at: module, rank: rank))
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try FrozenStart.initialize(set, random: random)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        MoRAParameterization(
            weight: try set.parameter("weight"), square: try set.parameter(MoRAForm.square), rank: rank, types: [type], merges: nil,
            module: set.module)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        MoRAForm.scratchCount(type.input(at: module, rank: rank), pass: pass)
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        MoRAForm.floatingPointOperations(at: module, type.input(at: module, rank: rank))
    }
}
