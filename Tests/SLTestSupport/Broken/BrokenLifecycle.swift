import SLMethodKit
import SLNumerics
import SLOptimizers

/// Merges and resets after every third update, which it counts itself; at most one defect.
struct BrokenLifecycle: Lifecycle {
    struct State: Codable, Sendable {
        var updates = 0
    }

    let defect: Defect?
    private var updates = 0

    init(defect: Defect?) { self.defect = defect }

    var state: State {
        get { State(updates: defect == .unsavedController ? 0 : updates) }
        set { updates = newValue.updates }
    }

    private static let factors = TensorChoice.linears(["lora_A", "lora_B"])

    mutating func actions(after update: RunView) -> [LifecycleAction] {
        updates += 1
        guard updates % 3 == 0, defect != .brokenPromise else { return [] }
        return [
            .rewrite(.merge, preservesFunction: true), .editState(of: defect == .keptMoments ? .linears(["lora_A"]) : Self.factors, .prune(.zero)),
            .setAge(of: Self.factors, defect == .keptAge ? 3 : 0),
        ]
    }

    var plannedEvents: [PlannedEvent] {
        guard defect != .silentPromise else { return [] }
        let promises: [(String, PlannedEvent.Promise)] = [
            ("merge", .functionKept), ("reset", .stateZeroed(Self.factors)), ("age", .age(Self.factors, 0)),
        ]
        return promises.map { PlannedEvent(kind: $0.0, first: 3, interval: 3, option: "none", promise: $0.1) }
    }
}

/// Descent by a running mean of gradients that no checkpoint knows of.
struct HiddenMomentumRule: UpdateRule {
    func state(rows: Int, columns: Int) -> [StateDeclaration] { [] }

    func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        HiddenMomentumUpdater<Element>()
    }
}

private final class HiddenMomentumUpdater<Element: Scalar>: TensorUpdater {
    private var mean: [Element] = []

    var state: [(name: String, value: StoredTensor<Element>)] { [] }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        let new = gradient.elements
        mean = mean.isEmpty ? new : zip(mean, new).map { 0.5 * ($0 + $1) }
        gradient.assign(mean)
        return context.learningRate
    }
}
