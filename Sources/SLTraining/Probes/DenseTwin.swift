package import SLData
import SLMethodKit
package import SLModel
package import SLNumerics
import SLOptimizers
package import SLSpec

/// The plain LLaMA that a model equals: every linear as its dense matrix, in fp32 whatever the run computes in.
///
/// It is where gradients by W are taken. A pass of the run's own model would not do: a parameterization has gradients by what it keeps, may draw
/// something in every pass, and must not notice that it was looked at.
package final class DenseTwin {
    package let modules: [LinearModule]
    /// In the order of `modules`; `nil` where a linear equals no dense matrix.
    package let weights: [Matrix<Float>?]
    private let model: LlamaModel<Float>

    /// Copies the weights of a model.
    ///
    /// - Parameters:
    ///   - sequences: of the batches that gradients are taken on. - ledger: apart from the run's.
    package init(of original: LlamaModel<Float>, sequences: Int, sequenceLength: Int, threads: Int, ledger: MemoryLedger) throws {
        modules = original.shape.modules
        model = try LlamaModel(
            shape: original.shape, method: TwinMethod(gateActivation: original.method.gateActivation), sequences: sequences,
            sequenceLength: sequenceLength, threads: threads, optimizer: RunOptimizer(), options: Self.options, ledger: ledger)
        let parameters = model.parameters
        let others = Dictionary(original.parameters.map { ($0.parameter.name, $0.parameter) }) { first, _ in first }
        for entry in parameters where entry.module == nil {
            others[entry.parameter.name]?.stored.read(into: entry.parameter.value)
        }
        let linears = Dictionary(parameters.compactMap { entry in entry.module.map { ($0, entry.parameter.value) } }) { first, _ in first }
        weights = try modules.map { module in
            guard let weight = linears[module],
                try original.writeDenseEquivalent(layer: module.layer, role: module.role, into: weight)
            else { return nil }
            return weight
        }
    }

    /// A model of given dense weights.
    init(_ model: LlamaModel<Float>) {
        self.model = model
        modules = model.shape.modules
        let linears = Dictionary(model.parameters.compactMap { entry in entry.module.map { ($0, entry.parameter.value) } }) { first, _ in first }
        weights = modules.map { linears[$0] }
    }

    /// Little memory at a third more time.
    static let options = EngineOptions(recomputesBlocks: true)

    /// Whether it computes what the model does.
    package var isComplete: Bool { weights.allSatisfy { $0 != nil } }

    /// The gradient of the mean loss over all targets of the batches.
    ///
    /// - Returns: the loss, and for every linear its gradient.
    package func gradients(of batches: [TokenBatch]) throws -> (loss: Double, gradients: [Matrix<Float>?]) {
        let targets = batches.reduce(0) { $0 + $1.targetCount }
        let scale = StepRules.lossScale(targets: targets)
        var sum = 0.0
        for (index, batch) in batches.enumerated() {
            sum += try model.accumulateGradients(inputs: batch.inputs, targets: batch.targets, lossScale: scale, accumulate: index > 0).sum
        }
        let found = Dictionary(model.parameters.compactMap { entry in entry.module.map { ($0, entry.parameter.gradient) } }) { first, _ in first }
        return (targets > 0 ? sum / Double(targets) : .nan, modules.map { found[$0] ?? nil })
    }
}

/// Ordinary full matrices behind the activation that another method chose.
struct TwinMethod: PretrainingMethod {
    static let descriptor = MethodDescriptor(
        name: "dense_twin", title: "Dense twin", summary: "What a model equals.", paper: "none", family: .dense, options: [],
        recipe: { _ in .init(learningRate: 1e-3, source: "none") })

    let gateActivation: GateActivation

    init(options: MethodOptions, model: ModelShape) { self.init(gateActivation: .silu) }
    init(gateActivation: GateActivation) { self.gateActivation = gateActivation }
}
