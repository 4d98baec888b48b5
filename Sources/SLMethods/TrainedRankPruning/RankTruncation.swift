import SLMethodKit
import SLSpec

extension Rewrite {
    /// Cut the weight to its largest singular values.
    static let truncate = Rewrite("truncate")
}

/// Truncates at intervals, as long as an update follows.
struct TruncationLifecycle: Lifecycle {
    typealias State = Stateless

    let interval: Int

    func actions(after update: RunView) -> [LifecycleAction] {
        update.step % interval == 0 && !update.isLast ? [.rewrite(.truncate, preservesFunction: true)] : []
    }

    var plannedEvents: [PlannedEvent] {
        [PlannedEvent(kind: Rewrite.truncate.name, first: interval, interval: interval, happensAtEnd: false, option: "period")]
    }
}
