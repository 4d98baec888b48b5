import SLMethodKit
import SLModel
import SLNumerics
import SLSpec
import SLTensorFiles

/// A piece of a run's state under the name that it has in a file.
package struct NamedPart {
    let name: String
    let part: StoredPart

    var type: TensorType {
        switch part.kind {
        case .float64: .float64
        case .float32: .float32
        case .bfloat16: .bfloat16
        case .uint8: .uint8
        case .int32: .int32
        }
    }

    /// Overwrites the part.
    ///
    /// - Throws: `DataError` when the file lacks it or holds it in another type or shape.
    func read(from file: TensorFile) throws { try part.withMutableBytes { try file.read(name, type, part.shape, into: &$0) } }

    /// As the next tensor of a file.
    ///
    /// - Throws: `FileError`.
    func write(to writer: TensorFileWriter) throws { try part.withBytes { try writer.write($0) } }

    static func all<Element: Scalar>(of tensor: StoredTensor<Element>, _ name: String) -> [NamedPart] {
        tensor.parts.map { NamedPart(name: $0.suffix.isEmpty ? name : "\(name)/\($0.suffix)", part: $0) }
    }
}

extension LlamaModel {
    /// Every weight and support as it is kept, by its name in the model.
    package var weightParts: [NamedPart] {
        parameters.flatMap { NamedPart.all(of: $0.parameter.stored, $0.parameter.name) }
            + indexVectors.map { NamedPart(name: $0.name, part: $0.vector.part) }
    }

    /// What methods keep besides.
    var bufferParts: [NamedPart] { methodBuffers.flatMap { NamedPart.all(of: StoredTensor($0.matrix), "buffer/\($0.name)") } }

    /// Overwrites weights and supports.
    ///
    /// - Throws: `DataError` when the file lacks a tensor or holds it in another type or shape; ``ContractError`` when a
    ///   support points outside its matrix. The model is of no use then.
    func readWeights(_ file: TensorFile) throws {
        for item in weightParts { try item.read(from: file) }
        try checkSupports()
    }
}

extension TrainingLoop {
    /// Weights, supports, buffers and optimizer state, as far as this process keeps it: with the position, all that the next update depends on. Random streams are
    /// named by seed and step and have no state between updates.
    package var stateParts: [NamedPart] { model.weightParts + keptParts }

    /// What no weights file holds: the methods' buffers and the optimizer's state.
    private var keptParts: [NamedPart] { model.bufferParts + ownState }

    /// Of the optimizer, what this process keeps.
    var ownState: [NamedPart] { optimizer.state.flatMap { NamedPart.all(of: $0.value, "optimizer/\($0.parameter)/\($0.name)") } }

    /// Overwrites weights, supports, buffers and optimizer state.
    ///
    /// - Throws: as ``LlamaModel/readWeights(_:)``.
    func restore(from file: TensorFile) throws {
        try model.readWeights(file)
        for item in keptParts { try item.read(from: file) }
        // Buffers may hold positions, too.
        try model.checkSupports()
        try compareRanks()
    }
}
