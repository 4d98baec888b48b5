import COpenBLAS
import Dispatch
import Synchronization

/// The threads of this process: fixed once, before the first product, and the same for OpenBLAS and our kernels.
public enum Compute {
    private static let threadCount = Atomic<Int>(1)

    /// Fixes the number of threads. Results are bit-identical for the same number only.
    public static func configure(threads: Int) {
        precondition(threads >= 1, "at least one thread")
        threadCount.store(threads, ordering: .sequentiallyConsistent)
        openblas_set_num_threads(Int32(threads))
    }

    public static var threads: Int { threadCount.load(ordering: .relaxed) }

    /// Runs `body` for 0 ..< pieces on all threads and waits.
    static func concurrently(_ pieces: Int, _ body: @Sendable (Int) -> Void) {
        if pieces <= 1 || threads == 1 {
            for piece in 0..<pieces { body(piece) }
        } else {
            DispatchQueue.concurrentPerform(iterations: pieces, execute: body)
        }
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

    private static func bounds(of piece: Int, in pieces: Int, count: Int, alignment: Int) -> Range<Int> {
        let units = (count + alignment - 1) / alignment
        let lower = units * piece / pieces * alignment
        let upper = units * (piece + 1) / pieces * alignment
        return min(lower, count)..<min(upper, count)
    }

    /// Runs `tasks` side by side, each with OpenBLAS on one thread: for many small products instead of one large.
    ///
    /// - Parameters:
    ///   - most: how many workers there is space for.
    ///   - body: worker and task; tasks of one worker run one after the other, in order.
    public static func tasks(_ tasks: Int, workers most: Int = .max, _ body: @Sendable (_ worker: Int, _ task: Int) -> Void) {
        let workers = min(threads, tasks, most)
        guard workers > 1 else {
            for task in 0..<tasks { body(0, task) }
            return
        }
        openblas_set_num_threads(1)
        defer { openblas_set_num_threads(Int32(threads)) }
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            for task in stride(from: worker, to: tasks, by: workers) { body(worker, task) }
        }
    }
}
