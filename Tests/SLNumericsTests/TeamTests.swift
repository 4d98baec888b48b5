import Glibc
import SLNumerics
import SLTestSupport
import Synchronization
import Testing

/// The one team of threads: regions in a row, inside each other, from several callers, after a pause.
struct TeamTests {
    private func sum(_ count: Int) -> Int {
        let sums = Mutex([Int](repeating: 0, count: 8))
        Compute.ranges(of: count) { piece, range in
            let part = range.reduce(0, +)
            sums.withLock { $0[piece] += part }
        }
        return sums.withLock { $0.reduce(0, +) }
    }

    @Test(.compute(threads: 2)) func manyRegionsLoseNothing() {
        for count in 0..<3000 { #expect(sum(count) == count * (count - 1) / 2) }
    }

    @Test(.compute(threads: 2)) func aRegionInsideARegionRunsOnItsWorker() {
        let found = Atomic<Int>(0)
        Compute.tasks(10) { _, task in
            Compute.ranges(of: 100) { _, range in
                Compute.tasks(3) { _, inner in found.add(range.count * (task + 1) * (inner + 1), ordering: .relaxed) }
            }
        }
        #expect(found.load(ordering: .relaxed) == 100 * 55 * 6)
    }

    @Test(.compute(threads: 2)) func workersThatFellAsleepWakeUp() {
        for _ in 0..<5 {
            usleep(20_000)
            #expect(sum(100_000) == 100_000 * 99_999 / 2)
        }
    }

    /// A caller that finds the team at work does its region alone.
    @Test(.compute(threads: 2)) func severalCallersAtOnce() async {
        let totals = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { (0..<200).reduce(0) { total, _ in total + sum(1000) } } }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(totals == Array(repeating: 200 * 499_500, count: 8))
    }

    @Test(.compute(threads: 3)) func moreThreadsThanCores() {
        #expect(Compute.pieceCount(of: 1000, grain: 1) == 3)
        for _ in 0..<200 { #expect(sum(1000) == 499_500) }
    }

    /// A step's products can be run again: the same results from the same operands.
    @Test(.compute(threads: 2)) func recordedProductsRunAgain() throws {
        let (a, b) = (try Matrix<Float>.normal(130, 70, "a"), try Matrix<Float>.normal(90, 70, "b"))
        let (whole, parts) = (try Matrix<Float>.zeros(130, 90), try Matrix<Float>.zeros(130, 90))
        ProductLog.record {
            whole.setProduct(a, transposing: b)
            Compute.tasks(13) { _, task in
                parts.window(rows: task * 10..<task * 10 + 10)
                    .setProduct(a.window(rows: task * 10..<task * 10 + 10), transposing: b, sharedBy: 2)
            }
        }
        #expect(ProductLog.operations == 2 * 2 * 130 * 90 * 70)
        let expected = (whole.elements, parts.elements)
        whole.fill(0)
        parts.fill(0)
        ProductLog.replay()
        #expect(whole.elements == expected.0 && parts.elements == expected.1)
        #expect(Deviation(expected.1, from: expected.0.map { Double($0) }).relativeToLargest < 1e-6)
    }
}
