import SLMethodKit
import SLModel
import SLSpec
import SLTensorFiles

extension InitialWeights {
    /// How a file's tensors become a model's.
    struct Fit: Sendable {
        /// Linears that are given dense and start from that.
        var denseModules: Set<String> = []
        /// Tensors that the model keeps as they are in the file.
        var asKept: Set<String> = []
    }

    /// Compares what the model needs with what there is, by names, types and shapes.
    ///
    /// - Throws: `DataError` with every problem.
    func fit(shape: ModelShape, method: any PretrainingMethod) throws(DataError) -> Fit {
        var fit = Fit()
        var problems = Problems()
        let present = file.table.entries
        for entry in TensorEntry.all(shape: shape, method: method, phase: 0) where entry.module == nil {
            if problems.look(at: present[entry.name], entry.name, entry.declaration) { fit.asKept.insert(entry.name) }
        }
        for module in shape.modules {
            let kept = method.tensors(at: module, phase: 0).filter { !$0.isBuffer }.map { (name: "\(module.name).\($0.name)", declaration: $0) }
            let dense = "\(module.name).weight"
            let others = kept.filter { $0.name != dense && present[$0.name] != nil }
            if present[dense] != nil, others.isEmpty, !kept.allSatisfy({ present[$0.name] != nil }) {
                let declaration = TensorDeclaration("weight", rows: module.outFeatures, columns: module.inFeatures)
                if !method.startsFromDense(at: module) {
                    problems.unsuited.append(dense)
                    problems.needed = kept.map(\.declaration.name)
                } else if problems.look(at: present[dense], dense, declaration) {
                    fit.denseModules.insert(module.name)
                }
                problems.known.insert(dense)
            } else {
                for tensor in kept where problems.look(at: present[tensor.name], tensor.name, tensor.declaration) { fit.asKept.insert(tensor.name) }
            }
        }
        // Older checkpoints carry the frequencies of the rotary embedding, which follow from the shape.
        problems.unexpected = present.keys.filter { !problems.known.contains($0) && !$0.hasSuffix(".rotary_emb.inv_freq") }.sorted()
        if let text = problems.text(method: type(of: method).descriptor.name) { throw DataError(file: file.path, problem: text, fix: problems.fix) }
        return fit
    }

    private struct Problems {
        var known: Set<String> = []
        var missing: [String] = []
        var misshapen: [String] = []
        var unexpected: [String] = []
        /// Dense weights of a method that can't start from them, and the tensors of a linear that it needs instead.
        var unsuited: [String] = []
        var needed: [String] = []

        /// - Returns: whether the tensor can be used.
        mutating func look(at entry: TensorTable.Entry?, _ name: String, _ declaration: TensorDeclaration) -> Bool {
            known.insert(name)
            guard let entry else {
                missing.append(name)
                return false
            }
            let shapes = [[declaration.rows, declaration.columns]] + (declaration.rows == 1 ? [[declaration.columns]] : [])
            let types = declaration.isIndices ? [.int32, .int64] : TensorFile.weightTypes
            guard shapes.contains(entry.shape), types.contains(entry.type) else {
                let wanted = types.map(\.rawValue).joined(separator: " or ")
                misshapen.append("\(name) is \(entry.type.rawValue) \(entry.shape), \(wanted) \(shapes[shapes.count - 1]) needed")
                return false
            }
            return true
        }

        func text(method: String) -> String? {
            var sentences: [String] = []
            if !unsuited.isEmpty {
                sentences.append(
                    "\(method) does not start from dense weights, and \(Self.counted(unsuited, "linear is", "linears are")) given so; it needs "
                        + "\(needed.joined(separator: ", ")) of each")
            }
            if !missing.isEmpty { sentences.append("\(Self.counted(missing, "tensor is", "tensors are")) missing: \(Self.some(missing))") }
            if !misshapen.isEmpty {
                sentences.append("\(Self.counted(misshapen, "tensor is", "tensors are")) of another type or shape: \(Self.some(misshapen))")
            }
            if !unexpected.isEmpty { sentences.append("the model has no use for \(Self.counted(unexpected, "tensor", "tensors")): \(Self.some(unexpected))") }
            return sentences.isEmpty ? nil : "does not fit the model: " + sentences.joined(separator: "; ")
        }

        var fix: String? { unsuited.isEmpty ? nil : "write a run's own tensors with `slbench export RUN --to safetensors --factored`" }

        private static func counted(_ names: [String], _ one: String, _ several: String) -> String {
            names.count == 1 ? "1 \(one)" : "\(names.count) \(several)"
        }

        private static func some(_ names: [String]) -> String {
            names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
        }
    }
}
