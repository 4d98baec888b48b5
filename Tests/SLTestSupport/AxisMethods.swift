public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// Axis 4 on its own: dense weights whose parameterizations keep their own copy of the input, so that the engine needs none.
public struct CompressedInputMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "compressed_input", title: "Compressed input", summary: "Keeps its own copy of the input.", paper: "none", family: .dense, options: [],
        recipe: { _ in .init(learningRate: 1e-3, source: "none") })

    public init(options: MethodOptions, model: ModelShape) {}

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        CompressedInputParameterization(weight: try set.parameter("weight"))
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(input: .compressed, columns: module.inFeatures) }
}

final class CompressedInputParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>

    init(weight: Parameter<Element>) { self.weight = weight }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) throws
    {
        guard let saved else { throw ContractError.missingInput(module: weight.name) }
        saved.copy(from: x)
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        // An engine that hands the input over all the same is storing it for nothing.
        guard let saved, x == nil else { throw ContractError.missingInput(module: weight.name) }
        weight.gradient?.setProduct(transposing: outputGradient, saved, keep: accumulate ? 1 : 0)
        dx.setProduct(outputGradient, weight, keep: accumulateInput ? 1 : 0)
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        return true
    }
}

/// Axis 4 with a loss: of each input only its first columns are saved. Derivatives by the input are exact, and so are those by the
/// weights of the saved columns; the others are 0.
public struct SampledInputMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "sampled_input", title: "Sampled input", summary: "Saves some columns of the input.", paper: "none", family: .dense,
        options: [OptionDescriptor(name: "columns", domain: .integer(1...8), help: "How many.", source: "none", defaultValue: 3)],
        recipe: { _ in .init(learningRate: 1e-3, source: "none") })

    let columns: Int

    public init(options: MethodOptions, model: ModelShape) throws { columns = try options.integer("columns") }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        SampledInputParameterization(weight: try set.parameter("weight"), columns: columns)
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(input: .compressed, columns: columns) }
}

final class SampledInputParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>
    private let columns: Int

    init(weight: Parameter<Element>, columns: Int) {
        self.weight = weight
        self.columns = columns
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) throws
    {
        guard let saved else { throw ContractError.missingInput(module: weight.name) }
        saved.copy(from: x.window(rows: 0..<x.rows, columns: 0..<columns))
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let saved, x == nil else { throw ContractError.missingInput(module: weight.name) }
        if let gradient = weight.gradient {
            if !accumulate { gradient.fill(0) }
            gradient.window(rows: 0..<gradient.rows, columns: 0..<columns).setProduct(transposing: outputGradient, saved, keep: accumulate ? 1 : 0)
        }
        dx.setProduct(outputGradient, weight, keep: accumulateInput ? 1 : 0)
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        return true
    }
}

/// Axis 2 on its own: block linears by AdamW, embedding, head and norm weights by a rule without state.
public struct OwnRuleMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "own_rule", title: "Own rule", summary: "Descent by the gradient's sign outside the blocks.", paper: "none", family: .dense, options: [],
        recipe: { _ in .init(learningRate: 1e-3, source: "none") })

    public init(options: MethodOptions, model: ModelShape) {}

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        tensor.module == nil ? SignRule() : optimizer.rule(for: tensor)
    }
}

/// w ← w − lr · sign(g). Keeps nothing.
public struct SignRule: UpdateRule {
    public init() {}

    public func state(rows: Int, columns: Int) -> [StateDeclaration] { [] }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        SignUpdater<Element>()
    }
}

final class SignUpdater<Element: Scalar>: TensorUpdater {
    var state: [(name: String, value: StoredTensor<Element>)] { [] }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        for row in 0..<gradient.rows {
            for column in 0..<gradient.columns where gradient[row, column] != 0 { gradient[row, column] = gradient[row, column] > 0 ? 1 : -1 }
        }
        return context.learningRate
    }
}
