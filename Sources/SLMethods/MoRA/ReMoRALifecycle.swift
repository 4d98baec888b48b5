import SLMethodKit
import SLOptimizers

/// Merges, resets and jagged learning rate of a run.
struct ReMoRALifecycle: Lifecycle {
    typealias State = Stateless

    let interval: Int
    let warmup: Int
    var totalSteps = 0

    private let square = TensorChoice.linears([MoRAForm.square])

    init(interval: Int, warmup: Int) {
        self.interval = interval
        self.warmup = warmup
    }

    func actions(after update: RunView) -> [LifecycleAction] {
        guard update.step % interval == 0, !update.isLast else { return [] }
        return [.rewrite(.merge, preservesFunction: true), .editState(of: square, .prune(.zero)), .setAge(of: square, 0)]
    }

    var plannedEvents: [PlannedEvent] {
        func event(_ kind: String, _ promise: PlannedEvent.Promise) -> PlannedEvent {
            PlannedEvent(kind: kind, first: interval, interval: interval, happensAtEnd: false, option: "merge_interval", promise: promise)
        }
        return [event("merge", .functionKept), event("reset", .stateZeroed(square)), event("age", .age(square, 0))]
    }

    /// The rate is 0 in the update after a merge, and back on the cosine `restart_warmup_steps` later.
    var plannedRates: LearningRatePlan {
        LearningRatePlan(
            dips: stride(from: interval, to: totalSteps, by: interval).map {
                LearningRateDip(first: $0 + 1, length: warmup, floor: 0, end: .afterwards, sparesWarmup: true, option: "restart_warmup_steps")
            })
    }
}
