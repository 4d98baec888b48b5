import Synchronization

/// Seconds spent in calls; read from any thread.
final class WaitingTime: Sendable {
    private let total = Mutex<Duration>(.zero)

    var seconds: Double {
        let total = total.withLock { $0 }
        return Double(total.components.seconds) + Double(total.components.attoseconds) * 1e-18
    }

    func add(since start: ContinuousClock.Instant) { total.withLock { $0 += ContinuousClock.now - start } }
}
