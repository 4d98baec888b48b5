import Foundation
public import SLMethodKit
package import SLModel
package import SLNumerics
public import SLSpec
package import SLTensorFiles

/// Weights that a run starts from instead of drawing its own: a safetensors file under Hugging Face's names.
///
/// A block linear is given dense, `….q_proj.weight`, to a method that makes its first values from a dense weight; or as the tensors that
/// the method keeps, under the names that it declares: `….q_proj.lora_A`. What a dense weight leaves open (a LoRA's factors) is drawn
/// as ever.
public struct InitialWeights: Sendable {
    package let file: TensorFile

    /// - Throws: `DataError` when there is no such file or it is no safetensors file.
    public init(path: String) throws(DataError) { file = try TensorFile(path: path) }

    /// The weights that a run is to start from, found to be those that its spec names.
    ///
    /// - Returns: `nil` for a run that draws its own.
    /// - Throws: `DataError` when the file is not named, can't be read, or holds other weights.
    package static func of(_ spec: RunSpec, path: String?) throws(DataError) -> InitialWeights? {
        guard let expected = spec.initialization else { return nil }
        guard let path else {
            throw DataError(
                file: expected, problem: "the run starts from the weights of this digest, and no file was named",
                fix: "slbench train CONFIG --init FILE.safetensors", isMissingFile: true)
        }
        let weights = try InitialWeights(path: path)
        guard try weights.digest() == expected else {
            throw DataError(file: path, problem: "these are not the weights that the run was planned with", fix: "plan it again with --init")
        }
        return weights
    }

    /// SHA-256 of what the file says, whatever the order of its tensors: part of the run's identity.
    public func digest() throws(DataError) -> String { try file.contentDigest() }

    /// - Throws: `DataError` with everything that keeps a model of this shape and method from starting from the file.
    public func check(shape: ModelShape, method: any PretrainingMethod) throws(DataError) { _ = try fit(shape: shape, method: method) }

    /// Gives a model all its first values.
    ///
    /// - Throws: `DataError` as ``check(shape:method:)``.
    package func initialize<Element: Scalar>(_ model: LlamaModel<Element>, seed: UInt64) throws {
        let fit = try fit(shape: model.shape, method: model.method)
        try model.initialize(seed: seed) { [self] module in try dense(module, fit) }
        try fill(model.parameters.map(\.parameter), model.indexVectors, fit)
        do {
            try model.checkSupports()
        } catch ContractError.supportOutside(let module) {
            throw outside(module)
        }
    }

    /// The dense weight that a linear starts from; `nil` for one that is not given so.
    func dense(_ module: LinearModule, _ fit: Fit) throws -> [Float]? {
        fit.denseModules.contains(module.name) ? try file.weights("\(module.name).weight") : nil
    }

    /// The tensors of one linear that are kept as they are in the file.
    func fill<Element: Scalar>(_ linear: StartingLinear<Element>, _ fit: Fit) throws { try fill(linear.parameters, linear.indexVectors, fit) }

    private func fill<Element: Scalar>(_ parameters: [Parameter<Element>], _ supports: [(name: String, vector: IndexVector)], _ fit: Fit) throws {
        for parameter in parameters where fit.asKept.contains(parameter.name) {
            parameter.stored.assign(try file.weights(parameter.name).lazy.map { Element($0) })
        }
        for (name, vector) in supports where fit.asKept.contains(name) {
            for (index, position) in try file.integers(name).enumerated() {
                guard 0...Int(Int32.max) ~= position else { throw outside(name) }
                vector[index] = position
            }
        }
    }

    private func outside(_ name: String) -> DataError {
        DataError(file: file.path, problem: "\(name): positions of the sparse part lie outside its matrix or out of order")
    }
}
