import SLMethodKit
import SLModel
import SLNumerics
import SLSpec
import SLTensorFiles

/// The model's tensors against the files' tensors, which have the same names; supports are flat positions there. Of what methods keep besides
/// only that which the files have is loaded and compared.
struct ParityTensors {
    let model: LlamaModel<Float>

    /// Overwrites every weight and support.
    func load(_ file: TensorFile) throws {
        for parameter in model.parameters.map(\.parameter) {
            let values = try file.floats(parameter.name)
            guard values.count == parameter.count else {
                throw DataError(file: "init.safetensors", problem: "'\(parameter.name)' has \(values.count) values, \(parameter.count) needed")
            }
            parameter.stored.assign(values)
        }
        for (name, vector) in model.indexVectors { try load(name, vector, file) }
        for (name, matrix) in model.methodBuffers where file.table.entries[name] != nil {
            let values = try file.floats(name)
            guard values.count == matrix.count else {
                throw DataError(file: "init.safetensors", problem: "'\(name)' has \(values.count) values, \(matrix.count) needed")
            }
            matrix.assign(values)
        }
    }

    private func load(_ name: String, _ vector: IndexVector, _ file: TensorFile) throws {
        if file.table.entries[name] != nil {
            try assign(try file.int64s(name).map { Int($0) }, to: vector, name)
            return
        }
        // Flat row-major positions in [out, in], as compressed rows.
        guard let dot = name.lastIndex(of: "."), let module = model.shape.modules.first(where: { $0.name == name[..<dot] }) else {
            throw DataError(file: "init.safetensors", problem: "no tensor '\(name)'")
        }
        let flat = try file.int64s("\(module.name).sparse_index").map { Int($0) }
        if name.hasSuffix(".sparse_column") {
            try assign(flat.map { $0 % module.inFeatures }, to: vector, name)
        } else {
            var starts = [Int](repeating: 0, count: module.outFeatures + 1)
            for position in flat where position >= 0 && position / module.inFeatures < module.outFeatures { starts[position / module.inFeatures + 1] += 1 }
            for row in 1...module.outFeatures { starts[row] += starts[row - 1] }
            try assign(starts, to: vector, name)
        }
    }

    private func assign(_ values: [Int], to vector: IndexVector, _ name: String) throws {
        guard values.count == vector.count else {
            throw DataError(file: "init.safetensors", problem: "'\(name)' has \(values.count) positions, \(vector.count) needed")
        }
        for (index, value) in values.enumerated() { vector[index] = value }
    }

    /// Largest ‖ours − truth‖ / ‖truth − first‖ over tensors that the truth moved; a tensor that the truth left alone must
    /// be untouched here.
    func movementError(first: TensorFile, truth: TensorFile) throws -> Double {
        var worst = 0.0
        let kept = model.methodBuffers.filter { truth.table.entries[$0.name] != nil }.map { (name: $0.name, elements: $0.matrix.elements) }
        for (name, ours) in model.parameters.map({ ($0.parameter.name, $0.parameter.stored.elements) }) + kept {
            let before = try first.floats(name)
            let after = try truth.floats(name)
            let moved = distance(after, before)
            let error = distance(ours, after)
            worst = max(worst, moved > 0 ? error / moved : (error > 0 ? .infinity : 0))
        }
        return worst
    }

    private func distance(_ a: [Float], _ b: [Float]) -> Double {
        guard a.count == b.count else { return .infinity }
        return zip(a, b).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }.squareRoot()
    }
}
