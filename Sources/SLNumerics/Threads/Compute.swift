import COpenBLAS
import Synchronization

/// The threads of this process, the same for products and our kernels: a run fixes them before its first product.
///
/// OpenBLAS itself runs on one thread; products are cut over the team here. So there is one pool, a product inside a
/// parallel region stays on its worker, and how work is cut depends on shapes and the number of threads only.
public enum Compute {
    private static let threadCount = Atomic<Int>(1)
    private static let team = Mutex<(team: WorkerTeam?, size: Int)>((nil, 0))

    /// Fixes the number of threads. Results are bit-identical for the same number only.
    public static func configure(threads: Int) {
        precondition(threads >= 1, "at least one thread")
        threadCount.store(threads, ordering: .sequentiallyConsistent)
        openblas_set_num_threads(1)
        team.withLock { current in
            guard threads - 1 != current.size else { return }
            current.team?.retire()
            current = (threads > 1 ? WorkerTeam(size: threads - 1) : nil, threads - 1)
        }
    }

    public static var threads: Int { threadCount.load(ordering: .relaxed) }

    /// Runs `body` for 0 ..< pieces side by side and waits; one after the other inside a region that runs already.
    static func concurrently(_ pieces: Int, _ body: @Sendable (Int) -> Void) {
        if pieces > 1, threads > 1 {
            if let team = team.withLock({ $0.team }), team.run(workers: pieces, body) { return }
        }
        for piece in 0..<pieces { body(piece) }
    }

    /// Cuts 0 ..< count into one contiguous range a thread and runs them side by side.
    ///
    /// The cut depends on `count`, `alignment` and the number of threads only, so sums that are kept a piece each and
    /// added in order are reproducible. Below `grain` elements a piece everything stays on the calling thread.
    ///
    /// - Parameter body: piece index and its range.
    public static func ranges(of count: Int, grain: Int = 1, alignment: Int = 1, _ body: @Sendable (Int, Range<Int>) -> Void) {
        let pieces = pieceCount(of: count, grain: grain)
        guard pieces > 1 else {
            if count > 0 { body(0, 0..<count) }
            return
        }
        concurrently(pieces) { piece in
            let range = bounds(of: piece, in: pieces, count: count, alignment: alignment)
            if !range.isEmpty { body(piece, range) }
        }
    }

    /// How many pieces ``ranges(of:grain:alignment:_:)`` makes.
    public static func pieceCount(of count: Int, grain: Int) -> Int { max(1, min(threads, count / max(1, grain))) }

    static func bounds(of piece: Int, in pieces: Int, count: Int, alignment: Int) -> Range<Int> {
        let units = (count + alignment - 1) / alignment
        let lower = units * piece / pieces * alignment
        let upper = units * (piece + 1) / pieces * alignment
        return min(lower, count)..<min(upper, count)
    }

    /// Runs `tasks` side by side: for many small products instead of one large.
    ///
    /// - Parameters:
    ///   - most: how many workers there is space for.
    ///   - body: worker and task; tasks of one worker run one after the other, in order.
    public static func tasks(_ tasks: Int, workers most: Int = .max, _ body: @Sendable (_ worker: Int, _ task: Int) -> Void) {
        let workers = max(1, min(threads, tasks, most))
        concurrently(workers) { worker in
            for task in stride(from: worker, to: tasks, by: workers) { body(worker, task) }
        }
    }
}
