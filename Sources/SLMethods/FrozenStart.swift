import SLMethodKit
import SLNumerics
import SLSpec

/// What methods share whose linears begin as a frozen random W₀ with a cheap trained form beside it.
enum FrozenStart {
    /// - Parameter isOperand: whether passes multiply W₀ itself, and do not build another matrix from it.
    static func declaration(at module: LinearModule, isOperand: Bool = true) -> TensorDeclaration {
        TensorDeclaration("weight", rows: module.outFeatures, columns: module.inFeatures, kind: .frozen, isOperand: isOperand)
    }

    /// W₀ dense; other fresh tensors are zero already.
    static func initialize<Element: Scalar>(_ set: TensorSet<Element>, random: InitialRandomness) throws {
        if set.fresh.contains("weight") { try random.fillDense(try set.parameter("weight").value, at: set.module) }
    }

    /// Forward and input gradient through a frozen dense matrix.
    static func floatingPointOperations(at module: LinearModule) -> Double { 4 * Double(module.outFeatures) * Double(module.inFeatures) }

    /// No rate for pretraining from scratch is published for any of them.
    static let recipe: @Sendable (ModelShape) -> MethodDescriptor.Recipe = { _ in
        .init(learningRate: 1e-3, source: "none published for pretraining: that of lora here")
    }

    /// The smaller side of the model's smallest block linear.
    static func smallestSide(_ model: ModelShape) -> Int { model.modules(layer: 0).map(\.smallerSide).min() ?? 1 }
}
