import Foundation
import Glibc
import SLNumerics
import SLRandom
import SLTestSupport
import Synchronization
import Testing

/// What the team of threads promises beyond single regions: what one region wrote the next one sees, whatever lies
/// between them, whoever calls, however many threads there are.
struct WorkerTeamTests {
    /// Every region reads what another worker wrote in the region before, without a lock of its own.
    private func chain(_ cells: Matrix<Float>, regions: Int) {
        cells.fill(0)
        let count = cells.columns
        for region in 0..<regions {
            let (from, to) = (cells.window(rows: region % 2..<region % 2 + 1), cells.window(rows: (region + 1) % 2..<(region + 1) % 2 + 1))
            Compute.ranges(of: count) { _, range in
                for index in range { to[0, index] = from[0, count - 1 - index] + 1 }
            }
        }
        let last = cells.window(rows: regions % 2..<regions % 2 + 1).elements
        #expect(last.allSatisfy { $0 == Float(regions) })
    }

    @Test(.compute(threads: 2)) func aRegionSeesTheOneBefore() throws { try chain(.zeros(2, 64), regions: 4000) }
    @Test(.compute(threads: 4)) func aRegionSeesTheOneBeforeOnFourThreads() throws { try chain(.zeros(2, 64), regions: 1000) }

    /// Pauses around the time a worker watches before it sleeps, so that some calls meet it falling asleep.
    @Test(.compute(threads: 2)) func pausesOfAnyLength() throws {
        var stream = RandomStream(seed: 1, name: "pauses")
        let cells = try Matrix<Float>.zeros(2, 64)
        for round in 0..<300 {
            usleep(UInt32(round % 50 == 0 ? 30_000 : stream.below(500)))
            chain(cells, regions: 3)
        }
    }

    @Test(.compute(threads: 2)) func sizesFromNothingOn() {
        for count in 0...40 {
            let seen = (0..<max(1, count)).map { _ in Counter() }
            Compute.ranges(of: count) { _, range in for index in range { seen[index].value.add(1, ordering: .relaxed) } }
            Compute.tasks(count) { _, task in seen[task].value.add(1, ordering: .relaxed) }
            Compute.ranges(of: count, grain: 3, alignment: 16) { _, range in
                for index in range { seen[index].value.add(1, ordering: .relaxed) }
            }
            #expect(seen.prefix(count).allSatisfy { $0.value.load(ordering: .relaxed) == 3 }, "\(count)")
        }
    }

    /// Threads that are no task of a test's pool, each with products and kernels of its own: the bits of a lone caller.
    @Test(.compute(threads: 2)) func callersOfTheirOwn() throws {
        let problems = try (0..<4).map { try Problem("caller/\($0)", size: 70) }
        let expected = problems.map { $0.run() }
        var threads: [pthread_t] = []
        for (index, problem) in problems.enumerated() {
            var thread = pthread_t()
            let caller = Unmanaged.passRetained(Caller(problem, expected[index]))
            let refused = pthread_create(
                &thread, nil,
                { pointer in
                    guard let pointer else { return nil }
                    Unmanaged<Caller>.fromOpaque(pointer).takeRetainedValue().call()
                    return nil
                }, caller.toOpaque())
            #expect(refused == 0)
            if refused == 0 { threads.append(thread) } else { caller.release() }
        }
        for thread in threads { pthread_join(thread, nil) }
        #expect(threads.count == 4 && Caller.wrong.load(ordering: .relaxed) == 0)
    }

    /// Threads that are used no more go away: every region would wait for them.
    @Test(.compute(threads: 2)) func aSmallerTeamKeepsNoThreads() throws {
        func count() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count }
        let problem = try Problem("fewer", size: 90)
        Compute.configure(threads: 17)
        _ = problem.run()
        let many = try count()
        Compute.configure(threads: 2)
        _ = problem.run()
        // Fifteen leave when they next look; threads of other tests come and go meanwhile.
        var left = try count()
        for _ in 0..<2000 where left > many - 8 {
            poll(nil, 0, 1)
            left = try count()
        }
        #expect(left <= many - 8, "\(left) threads, \(many) before")
    }

    /// The number of threads goes up and down between steps: the same bits whenever it is the same.
    @Test(.compute(threads: 1)) func anotherNumberOfThreadsEveryTime() throws {
        let problem = try Problem("threads", size: 90)
        var found: [Int: [Float]] = [:]
        for threads in [1, 2, 4, 3, 1, 4, 2, 3, 2, 1] {
            Compute.configure(threads: threads)
            let result = problem.run()
            if let before = found[threads] { #expect(same(before, result), "\(threads) threads") }
            found[threads] = result
        }
    }
}

final class Counter: Sendable {
    let value = Atomic<Int>(0)
}

/// Products large and small, rows and sums: one after the other, each from the result before.
private struct Problem: Sendable {
    private let a, b, c, d, weight, reciprocal: Matrix<Float>

    init(_ name: String, size: Int) throws {
        (a, b) = (try .normal(size, size, name + "/a"), try .normal(size, size, name + "/b"))
        (c, d) = (try .zeros(size, size), try .zeros(size, 3))
        (weight, reciprocal) = (try .normal(1, size, name + "/weight"), try .zeros(1, size))
    }

    func run() -> [Float] {
        c.setProduct(a, b)
        RMSNorm.forward(c, weight: weight, into: c, reciprocal: reciprocal, epsilon: 1e-6)
        d.setProduct(c, b.window(rows: 0..<b.rows, columns: 0..<3))
        return c.elements + d.elements + [Float(c.sumOfSquares())]
    }
}

private final class Caller: Sendable {
    static let wrong = Atomic<Int>(0)
    private let problem: Problem
    private let expected: [Float]

    init(_ problem: Problem, _ expected: [Float]) {
        self.problem = problem
        self.expected = expected
    }

    func call() {
        for _ in 0..<60 where problem.run() != expected { Self.wrong.add(1, ordering: .relaxed) }
    }
}
