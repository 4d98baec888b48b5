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
            let values = try file.floats(parameter.name).inOrder(of: try slots(parameter.name, file))
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
        // What a method counts starts at 0 and is in no case.
        if !name.contains(".sparse_"), vector.elements.allSatisfy({ $0 == 0 }) { return }
        // Flat row-major positions in [out, in], as compressed rows.
        guard let dot = name.lastIndex(of: "."), let module = model.shape.modules.first(where: { $0.name == name[..<dot] }) else {
            throw DataError(file: "init.safetensors", problem: "no tensor '\(name)'")
        }
        let flat = try file.int64s("\(module.name).sparse_index").map { Int($0) }.sorted()
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

    /// A file's positions of the entries whose values a tensor holds, which may be in any order; `nil` for other tensors.
    private func slots(_ name: String, _ file: TensorFile) throws -> [Int]? {
        guard name.hasSuffix(".sparse_value") else { return nil }
        return try file.int64s("\(name.dropLast(".sparse_value".count)).sparse_index").map { Int($0) }
    }

    /// Largest ‖ours − truth‖ / ‖truth − first‖ over tensors that the truth moved; a tensor that the truth left alone must
    /// be untouched here. Entries of a support are compared place by place in the matrix; a support that is another one is as far off as can be.
    func movementError(first: TensorFile, truth: TensorFile) throws -> Double {
        var worst = 0.0
        let kept = model.methodBuffers.filter { truth.table.entries[$0.name] != nil }.map { (name: $0.name, elements: $0.matrix.elements) }
        for (name, ours) in model.parameters.map({ ($0.parameter.name, $0.parameter.stored.elements) }) + kept {
            let before = try first.floats(name)
            let after = try truth.floats(name)
            let slots = try slots(name, truth)
            if let slots, try slots.sorted() != positions(of: name) { return .infinity }
            let moved = distance(after, before)
            let error = distance(ours, after.inOrder(of: slots))
            worst = max(worst, moved > 0 ? error / moved : (error > 0 ? .infinity : 0))
        }
        return worst
    }

    /// Row-major positions of the entries of a sparse part at present.
    private func positions(of values: String) throws -> [Int] {
        let name = values.dropLast(".sparse_value".count)
        guard let module = model.shape.modules.first(where: { $0.name == name }),
            let starts = model.indexVectors.first(where: { $0.name == "\(name).sparse_row_start" })?.vector.elements,
            let columns = model.indexVectors.first(where: { $0.name == "\(name).sparse_column" })?.vector.elements
        else { return [] }
        return (0..<module.outFeatures).flatMap { row in columns[starts[row]..<starts[row + 1]].map { row * module.inFeatures + $0 } }
    }

    private func distance(_ a: [Float], _ b: [Float]) -> Double {
        guard a.count == b.count else { return .infinity }
        return zip(a, b).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }.squareRoot()
    }
}

extension [Float] {
    /// Sorted by the positions of the elements, where they have any.
    fileprivate func inOrder(of positions: [Int]?) -> [Float] {
        guard let positions, positions.count == count else { return self }
        return positions.indices.sorted { positions[$0] < positions[$1] }.map { self[$0] }
    }
}
