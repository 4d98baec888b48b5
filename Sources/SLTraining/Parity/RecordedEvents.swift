import Foundation
import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTensorFiles

/// events.safetensors of a parity case: what was drawn between its updates, put in the place of what is drawn here.
///
/// Keys `at_STEP/…` are used inside update STEP. Keys `after_STEP/TENSOR` hold a tensor's value right after update STEP, `after_STEP/TENSOR.STATE.keep` which entries of its
/// state were left (0: zeroed).
final class RecordedEvents {
    private let file: TensorFile
    private unowned let loop: TrainingLoop<Float>
    /// What a choice that needs no luck was made otherwise than recorded.
    private(set) var difference: String?

    /// - Returns: `nil` for a case without events.
    init?(directory: URL, loop: TrainingLoop<Float>) throws {
        let url = directory.appending(path: "events.safetensors")
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        file = try TensorFile(path: url.path)
        self.loop = loop
    }

    /// What an update rule drew or chose for a tensor inside the present update: `at_STEP/TENSOR.NAME`.
    func choice(_ name: String, of tensor: String) throws -> [Double]? {
        let key = "at_\(loop.step)/\(tensor).\(name)"
        guard let entry = file.table.entries[key] else { return nil }
        return switch entry.type {
        case .uint8: try file.uint8s(key).map { Double($0) }
        case .int32: try file.int32s(key).map { Double($0) }
        default: try file.floats(key).map { Double($0) }
        }
    }

    /// What a rule chose otherwise in the present update.
    func note(_ text: String, of tensor: String) { difference = difference ?? "at_\(loop.step)/\(tensor): \(text)" }

    /// - Returns: whether the action is done.
    func perform(_ action: LifecycleAction) throws -> Bool {
        guard case .pruneState(let names, let pruning) = action else { return false }
        for parameter in loop.model.parameters where parameter.site != nil && names.contains(parameter.declaredName) {
            let key = "after_\(loop.step)/\(parameter.parameter.name)"
            if file.table.entries[key] != nil { parameter.parameter.stored.assign(try file.floats(key)) }
        }
        for state in loop.optimizer.state where names.contains(where: { state.parameter.hasSuffix(".\($0)") }) {
            try keep("after_\(loop.step)/\(state.parameter).\(state.name).keep", in: state.value, pruning)
        }
        return true
    }

    private func keep(_ key: String, in state: StoredTensor<Float>, _ pruning: StatePruning) throws {
        let recorded = try file.uint8s(key)
        let before = state.elements
        guard recorded.count == before.count else {
            throw DataError(file: file.path, problem: "'\(key)' has \(recorded.count) entries, \(before.count) needed")
        }
        var stream = RandomStream(seed: 0, name: key)
        _ = try pruning.apply(to: state, random: &stream, ledger: loop.model.ledger)
        if case .magnitude = pruning { compare(before, ours: state.elements, recorded, key) }
        state.assign(zip(before, recorded).map { $1 == 0 ? 0 : $0 })
    }

    /// By magnitude one entry falls and another stays whoever looks, unless they are nearly the same.
    private func compare(_ before: [Float], ours: [Float], _ recorded: [UInt8], _ key: String) {
        let unlike: [Float] = before.indices.filter { before[$0] != 0 && (ours[$0] != 0) != (recorded[$0] != 0) }.map { abs(before[$0]) }
        let threshold: Float = zip(before, recorded).filter { $1 != 0 }.map { abs($0.0) }.min() ?? 0
        if unlike.contains(where: { abs($0 - threshold) > 1e-4 * threshold }) {
            difference = "\(key): \(unlike.count) of \(before.count) entries are kept or dropped otherwise"
        }
    }
}
