import Glibc
import Synchronization

/// A record of the matrix products of a step, which can be run again alone: same calls, same buffers, same cut over the
/// threads. Its time is the floor that a step's time is set against.
///
/// It holds what the thread that records multiplies, and its team in regions which that thread opens; what other threads of
/// the process multiply meanwhile is theirs.
public final class ProductLog: Sendable {
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

    /// How many threads write to some log: a product looks no further while there is none.
    private static let writers = Atomic<Int>(0)
    private static let logs = Mutex<[UInt: ProductLog]>([:])

    private let state = Mutex(State())

    public init() {}

    /// Runs `body` and remembers its products, instead of those remembered before.
    public func record<Result>(_ body: () throws -> Result) rethrows -> Result {
        state.withLock { $0 = State() }
        return try Self.write(to: self, body)
    }

    /// 2·m·n·k over the remembered products.
    public var operations: Int { state.withLock { $0.operations } }

    /// Runs the remembered products again. Their operands are kept alive for it; what results hold is overwritten.
    public func replay() {
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

    /// The log that this thread writes to.
    static var current: ProductLog? {
        guard writers.load(ordering: .relaxed) > 0 else { return nil }
        let thread = UInt(pthread_self())
        return logs.withLock { $0[thread] }
    }

    /// Lets this thread write to `log` while `body` runs: a worker, for the thread whose region it works in.
    static func write<Result>(to log: ProductLog?, _ body: () throws -> Result) rethrows -> Result {
        guard let log else { return try body() }
        let thread = UInt(pthread_self())
        let before = logs.withLock { $0.updateValue(log, forKey: thread) }
        writers.add(1, ordering: .sequentiallyConsistent)
        defer {
            writers.subtract(1, ordering: .sequentiallyConsistent)
            logs.withLock { $0[thread] = before }
        }
        return try body()
    }

    /// Threads begin or end to work side by side: products after this wait for those before it.
    func boundary() { state.withLock { $0.region += 1 } }

    /// - Parameter call: keeps the operands alive.
    func add(operations: Int, _ call: @escaping @Sendable () -> Void) {
        let thread = UInt(pthread_self())
        state.withLock {
            $0.entries.append(Entry(region: $0.region, thread: thread, call: call))
            $0.operations += operations
        }
    }
}
