import SLMethodKit
import SLOptimizers

/// What follows an exact step, as long as an update does: state is thrown away, and the rate warms up again.
struct LOROLifecycle: Lifecycle {
    typealias State = Stateless

    /// Whose optimizer state begins anew.
    enum Refresh: String, Sendable, Hashable, CaseIterable {
        case none
        /// The factors'.
        case factors
        /// That of embedding, head and norms.
        case others
        case all

        var choice: TensorChoice? {
            switch self {
            case .none: nil
            case .factors: .linears(["lora_A", "lora_B"])
            case .others: .outsideLinears
            case .all: .all
            }
        }
    }

    let interval: Int
    let refresh: Refresh
    let restartWarmup: Int
    let totalSteps: Int

    func actions(after update: RunView) -> [LifecycleAction] {
        guard update.step % interval == 0, !update.isLast, let choice = refresh.choice else { return [] }
        return [.editState(of: choice, .prune(.zero)), .setAge(of: choice, 0)]
    }

    var plannedEvents: [PlannedEvent] {
        func event(_ kind: String, _ promise: PlannedEvent.Promise) -> PlannedEvent {
            PlannedEvent(kind: kind, first: interval, interval: interval, happensAtEnd: false, option: "exact_every", promise: promise)
        }
        return refresh.choice.map { [event("reset", .stateZeroed($0)), event("age", .age($0, 0))] } ?? []
    }

    /// The rate is 0 in the first update after an exact step.
    var plannedRates: LearningRatePlan {
        guard restartWarmup > 0 else { return LearningRatePlan() }
        return LearningRatePlan(
            dips: stride(from: interval, to: totalSteps, by: interval).map {
                LearningRateDip(
                    first: $0 + 1, length: restartWarmup, floor: 0, end: .afterwards, sparesWarmup: true, option: "restart_warmup_steps")
            })
    }
}
