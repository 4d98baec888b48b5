import Synchronization

/// Time spent inside matrix products, for the benchmark's "share of time in matrix products".
///
/// Products inside ``Compute/tasks(_:_:)`` run on several threads at once; each adds its time divided by the number of
/// workers, so that the sum is wall time and not thread time.
public enum ProductClock {
    private static let nanoseconds = Atomic<Int>(0)
    private static let floatingPointOperations = Atomic<Int>(0)

    /// Seconds since the process started.
    public static var seconds: Double { Double(nanoseconds.load(ordering: .relaxed)) * 1e-9 }
    /// 2·m·n·k of every product since the process started.
    public static var operations: Int { floatingPointOperations.load(ordering: .relaxed) }

    @inline(__always)
    static func measure(operations: Int, sharedBy workers: Int = 1, _ body: () -> Void) {
        let start = MonotonicClock.nanoseconds
        body()
        nanoseconds.wrappingAdd((MonotonicClock.nanoseconds - start) / workers, ordering: .relaxed)
        floatingPointOperations.wrappingAdd(operations, ordering: .relaxed)
    }
}
