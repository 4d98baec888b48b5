import Glibc
import Synchronization

/// A record of the matrix products of a step, which can be run again alone: same calls, same buffers, same cut over the
/// threads. Its time is the floor that a step's time is set against.
public enum ProductLog {
    private struct Entry: Sendable {
        let region: Int
        let thread: UInt
        let call: @Sendable () -> Void
    }

    private struct State: Sendable {
        var region = 0
        var entries: [Entry] = []
        var operations = 0
    }

    private static let recording = Atomic<Bool>(false)
    private static let state = Mutex(State())

    /// Runs `body` and remembers its products.
    public static func record<Result>(_ body: () throws -> Result) rethrows -> Result {
        state.withLock { $0 = State() }
        recording.store(true, ordering: .sequentiallyConsistent)
        defer { recording.store(false, ordering: .sequentiallyConsistent) }
        return try body()
    }

    /// 2·m·n·k over the remembered products.
    public static var operations: Int { state.withLock { $0.operations } }

    /// Lets the remembered products and their operands go.
    public static func forget() { state.withLock { $0 = State() } }

    /// Runs the remembered products again. Their operands are kept alive for it; what results hold is overwritten.
    public static func replay() {
        let entries = state.withLock { $0.entries }
        var start = 0
        while start < entries.count {
            let end = entries[start...].firstIndex { $0.region != entries[start].region } ?? entries.count
            let region = Dictionary(grouping: entries[start..<end], by: \.thread).sorted { $0.key < $1.key }.map(\.value)
            Compute.concurrently(region.count) { piece in
                for entry in region[piece] { entry.call() }
            }
            start = end
        }
    }

    /// Threads begin or end to work side by side: products after this wait for those before it.
    static func boundary() {
        guard isRecording else { return }
        state.withLock { $0.region += 1 }
    }

    static var isRecording: Bool { recording.load(ordering: .relaxed) }

    /// - Parameter call: keeps the operands alive.
    static func add(operations: Int, _ call: @escaping @Sendable () -> Void) {
        let thread = UInt(pthread_self())
        state.withLock {
            $0.entries.append(Entry(region: $0.region, thread: thread, call: call))
            $0.operations += operations
        }
    }
}
