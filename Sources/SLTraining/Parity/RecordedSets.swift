import SLMethodKit
import SLModel
import SLNumerics
import SLSpec
import SLTensorFiles

/// Which tensors a recorded run trained and which had a gradient, after every update: a flag a tensor, in the case's order.
struct RecordedSets {
    private let file: TensorFile
    private let order: [String]
    /// Tensors whose gradients have been seen: only of these it is known how large they are.
    private var seen: Set<String> = []

    /// - Returns: `nil` where nothing of the kind is recorded.
    init?(_ file: TensorFile, order: [String]) {
        guard file.table.entries["after_0/active"] != nil else { return nil }
        self.file = file
        self.order = order
    }

    private func names(_ flags: String, after step: Int) throws -> Set<String> {
        let flags = try file.uint8s("after_\(step)/\(flags)")
        guard flags.count == order.count else {
            throw DataError(file: file.path, problem: "after_\(step) has \(flags.count) flags for \(order.count) tensors")
        }
        return Set(zip(order, flags).filter { $1 != 0 }.map(\.0))
    }

    /// The first update's tensors.
    mutating func begin(_ loop: TrainingLoop<Float>) throws {
        let active = try names("active", after: 0)
        _ = try loop.hold(true, .named(Set(order).subtracting(active)))
        _ = try loop.hold(false, .named(active))
        seen = try names("gradient", after: 0)
    }

    /// The recorded tensors in the place of those that are chosen here.
    mutating func substitute(_ action: LifecycleAction, after step: Int, _ model: LlamaModel<Float>) throws -> LifecycleAction {
        switch action {
        case .freeze: return .freeze(.named(Set(order).subtracting(try names("active", after: step))))
        case .thaw(let choice):
            try compare(choice, after: step, model)
            return .thaw(.named(try names("active", after: step)))
        case .denseGradients(_, let updates):
            let probed = try names("gradient", after: step).subtracting(try names("active", after: step))
            return .denseGradients(of: .named(probed), updates: probed.isEmpty ? 0 : updates)
        default: return action
        }
    }

    private var unlike: String?

    /// Of tensors whose gradients are known the same must be chosen, whoever looks; others are drawn.
    private mutating func compare(_ choice: TensorChoice, after step: Int, _ model: LlamaModel<Float>) throws {
        let chosen = Set(model.parameters.filter { choice.contains($0.place) }.map(\.parameter.name)).intersection(seen)
        let recorded = try names("active", after: step).intersection(seen)
        if chosen != recorded { unlike = unlike ?? "after_\(step): of tensors with known gradients \(chosen.sorted()) are chosen, recorded are \(recorded.sorted())" }
    }

    /// What was chosen otherwise, or when. A choice after the last update is for none, and is made there alone.
    ///
    /// - Parameter isLast: whether no update follows.
    mutating func difference(_ update: UpdateReport, after step: Int, isLast: Bool) throws -> String? {
        if isLast { return unlike }
        seen.formUnion(try names("gradient", after: step))
        let isRecorded = try file.uint8s("after_\(step)/reset").first == 1
        let isOurs = update.events.contains { $0.kind == "thaw" }
        if isRecorded != isOurs { return "after_\(step): the choice is made anew \(isRecorded ? "there" : "here") only" }
        return unlike
    }
}
