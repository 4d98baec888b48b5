import SLMethodKit
import SLOptimizers

/// Merges, resets and jagged learning rate of a run. Cycles are counted from the end of the full-rank warm start.
struct ReLoRALifecycle: Lifecycle {
    typealias State = Stateless

    let mergeInterval: Int
    let restartWarmup: Int
    let fullRankSteps: Int
    let pruning: StatePruning
    let restartsAge: Bool
    let totalSteps: Int

    private let factors = TensorChoice.linears(["lora_A", "lora_B"])

    init(mergeInterval: Int, restartWarmup: Int, fullRankSteps: Int, pruning: StatePruning, restartsAge: Bool, totalSteps: Int) {
        self.mergeInterval = mergeInterval
        self.restartWarmup = restartWarmup
        self.fullRankSteps = fullRankSteps
        self.pruning = pruning
        self.restartsAge = restartsAge
        self.totalSteps = totalSteps
    }

    /// After the update whose rate is 0: the (kR + 1)th of the cycles.
    func actions(after update: RunView) -> [LifecycleAction] {
        let local = update.step - 1 - fullRankSteps
        guard local >= mergeInterval, local % mergeInterval == 0 else { return [] }
        let reset: [LifecycleAction] = [.rewrite(.merge, preservesFunction: true), .editState(of: factors, .prune(pruning))]
        return restartsAge ? reset + [.setAge(of: factors, 0)] : reset
    }

    var plannedEvents: [PlannedEvent] {
        func event(_ kind: String, _ promise: PlannedEvent.Promise?) -> PlannedEvent {
            PlannedEvent(
                kind: kind, first: fullRankSteps + mergeInterval + 1, interval: mergeInterval, option: "merge_interval", promise: promise)
        }
        return [event("merge", .functionKept), event("reset", pruning == .zero ? .stateZeroed(factors) : nil)]
            + (restartsAge ? [event("age", .age(factors, 0))] : [])
    }

    /// The rate is 0 in the update before a merge, and in the first after the warm start, and back on the cosine `restart_warmup_steps` later.
    var plannedRates: LearningRatePlan {
        let first = fullRankSteps > 0 ? fullRankSteps : mergeInterval
        return LearningRatePlan(
            dips: stride(from: first, to: totalSteps, by: mergeInterval).map {
                LearningRateDip(
                    first: $0 + 1, length: restartWarmup, floor: 0, end: .afterwards, sparesWarmup: true, option: "restart_warmup_steps")
            })
    }
}
