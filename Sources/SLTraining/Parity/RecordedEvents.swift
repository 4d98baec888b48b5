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
final class RecordedEvents: LifecycleReplay {
    private let file: TensorFile
    private unowned let loop: TrainingLoop<Float>
    /// Which tensors are trained, where the case says so.
    private var trainedSets: RecordedSets?
    /// What a choice that needs no luck was made otherwise than recorded.
    private(set) var difference: String?

    /// - Parameter order: the case's tensors, in the order in which it says which are trained.
    /// - Returns: `nil` for a case without events.
    init?(directory: URL, order: [String]?, loop: TrainingLoop<Float>) throws {
        let url = directory.appending(path: "events.safetensors")
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        file = try TensorFile(path: url.path)
        self.loop = loop
        trainedSets = order.flatMap { RecordedSets(file, order: $0) }
        try trainedSets?.begin(loop)
    }

    /// After an update and what followed it.
    func finish(_ update: UpdateReport) throws {
        difference = try difference ?? trainedSets?.difference(update, after: loop.step, isLast: loop.step >= loop.training.steps)
    }

    /// What an update rule drew or chose for a tensor for use in the present update: inside it, `at_STEP/TENSOR.NAME`, or at the end
    /// of the one before, `after_STEP/TENSOR.NAME`; or what its linear chose in it, `after_STEP/LINEAR.NAME`.
    func choice(_ name: String, of tensor: String) throws -> [Double]? {
        let linear = tensor.lastIndex(of: ".").map { "\(tensor[..<$0]).\(name)" } ?? name
        let keys = ["at_\(loop.step)/\(tensor).\(name)", "after_\(loop.step - 1)/\(tensor).\(name)", "after_\(loop.step)/\(linear)"]
        guard let key = keys.first(where: { file.table.entries[$0] != nil }), let entry = file.table.entries[key] else { return nil }
        return switch entry.type {
        case .uint8: try file.uint8s(key).map { Double($0) }
        case .int32: try file.int32s(key).map { Double($0) }
        default: try file.floats(key).map { Double($0) }
        }
    }

    /// What a rule chose otherwise in the present update.
    func note(_ text: String, of tensor: String) { difference = difference ?? "at_\(loop.step)/\(tensor): \(text)" }

    /// Buffers that the present update filled must be what is recorded of them; they follow from the weights and the tokens.
    func compareBuffers() throws {
        for (name, matrix) in loop.model.methodBuffers {
            let key = "at_\(loop.step)/\(name)"
            guard file.table.entries[key] != nil else { continue }
            let recorded = try file.floats(key)
            guard recorded.count == matrix.count else {
                throw DataError(file: file.path, problem: "'\(key)' has \(recorded.count) entries, \(matrix.count) needed")
            }
            compare(matrix.elements, recorded, key)
        }
    }

    func substitute(_ action: LifecycleAction) throws -> LifecycleAction { try trainedSets?.substitute(action, after: loop.step, loop.model) ?? action }

    func replace(_ action: LifecycleAction) throws -> Bool {
        guard case .editState(let choice, .prune(let pruning)) = action else { return false }
        let chosen = loop.model.parameters.filter { choice.contains($0.place) }.map(\.parameter)
        let states = loop.optimizer.state.filter { state in chosen.contains { $0.name == state.parameter } }
        guard states.contains(where: { file.table.entries[key($0)] != nil }) else { return false }
        for parameter in chosen {
            let key = "after_\(loop.step)/\(parameter.name)"
            if file.table.entries[key] != nil { parameter.stored.assign(try file.floats(key)) }
        }
        for state in states { try keep(key(state), in: state.value, pruning) }
        return true
    }

    private func key(_ state: (parameter: String, name: String, value: StoredTensor<Float>)) -> String {
        "after_\(loop.step)/\(state.parameter).\(state.name).keep"
    }

    func choices(after rewrite: Rewrite, of linear: String) -> RecordedChoices {
        RecordedChoices(
            { [file, unowned loop] name in
                let key = "after_\(loop.step)/\(linear).\(name)"
                return file.table.entries[key] == nil ? nil : try file.int64s(key).map { Double($0) }
            },
            difference: { [unowned self] text in difference = difference ?? "after_\(loop.step)/\(linear): \(text)" })
    }

    func follow(_ action: LifecycleAction) throws {
        guard case .rewrite(.refactor, _) = action else { return }
        try alignComponents()
    }

    /// Exact steps on the manifold of a rank end with a decomposition, too.
    func follow(update events: Set<String>) throws {
        if events.contains("exact_step") { try alignComponents() }
    }

    /// A decomposition leaves the sign of every component open: row i of A and column i of B are turned to the recorded side. What they
    /// are then must be what is recorded; the run goes on with that, because directions whose singular values lie close together turn by
    /// the last bits, and fresh moments make steps of one length in all of them.
    private func alignComponents() throws {
        let parameters = Dictionary(uniqueKeysWithValues: loop.model.parameters.map { ($0.parameter.name, $0.parameter.stored) })
        for (name, down) in parameters.sorted(by: { $0.key < $1.key }) where name.hasSuffix("_A") {
            let other = "\(name.dropLast())B"
            let (key, otherKey) = ("after_\(loop.step)/\(name)", "after_\(loop.step)/\(other)")
            guard file.table.entries[key] != nil, let up = parameters[other] else { continue }
            let (recorded, recordedUp) = (try file.floats(key), try file.floats(otherKey))
            guard recorded.count == down.count, recordedUp.count == up.count, up.columns == down.rows else {
                throw DataError(file: file.path, problem: "'\(key)' has \(recorded.count) entries, \(down.count) needed")
            }
            var (a, b) = (down.elements, up.elements)
            for row in 0..<down.rows {
                let range = row * down.columns..<(row + 1) * down.columns
                guard range.reduce(0.0, { $0 + Double(a[$1]) * Double(recorded[$1]) }) < 0 else { continue }
                for index in range { a[index].negate() }
                for index in stride(from: row, to: b.count, by: up.columns) { b[index].negate() }
            }
            compare(a, recorded, key)
            compare(b, recordedUp, otherKey)
            down.assign(recorded)
            up.assign(recordedUp)
        }
    }

    /// What is decomposed is the same on both sides up to rounding, and so are the factors.
    private func compare(_ ours: [Float], _ recorded: [Float], _ key: String) {
        let (distance, norm) = zip(ours, recorded).reduce((0.0, 0.0)) { sum, pair in
            let (mine, theirs) = (Double(pair.0), Double(pair.1))
            return (sum.0 + (mine - theirs) * (mine - theirs), sum.1 + theirs * theirs)
        }
        if distance > 1e-6 * norm { difference = "\(key): differs by \((distance / norm).squareRoot()) of its norm" }
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
