import Dispatch
import Foundation
import SLNumerics
import SLRandom
import SLTestSupport
import Testing

/// A recorded step's products, run again alone: in their order, however they were shared out.
@Suite(.serialized) struct ProductReplayTests {
    /// A chain in which every product reads all of the one before: large ones, which threads share, and small ones,
    /// which do not.
    private func check(_ sizes: [Int], rounds: Int) throws {
        let rows = 96
        let first = try Matrix<Float>.normal(rows, sizes[0], "first", deviation: 0.3)
        var chain = [first]
        let factors = try zip(sizes, sizes.dropFirst()).enumerated().map { index, pair in
            try Matrix<Float>.normal(pair.0, pair.1, "factor/\(index)", deviation: 0.1)
        }
        for size in sizes.dropFirst() { chain.append(try .zeros(rows, size)) }
        let log = ProductLog()
        log.record {
            for (index, factor) in factors.enumerated() { chain[index + 1].setProduct(chain[index], factor) }
        }
        #expect(log.operations == factors.reduce(0) { $0 + 2 * rows * $1.rows * $1.columns })
        let expected = chain.map(\.elements)
        for round in 0..<rounds {
            for matrix in chain.dropFirst() { matrix.fill(.nan) }
            log.replay()
            for (index, matrix) in chain.enumerated() {
                let same = matrix.elements == expected[index]
                #expect(same, "round \(round), product \(index) of \(sizes)")
            }
        }
    }

    @Test(.compute(threads: 1)) func onOneThread() throws { try check([80, 70, 2, 90, 3], rounds: 2) }

    /// Products that a region shares follow each other.
    @Test(.compute(threads: 2)) func large() throws { try check([256, 300, 280, 310], rounds: 20) }

    /// A small product reads all that both workers wrote before it.
    @Test(.compute(threads: 2)) func smallAfterLarge() throws { try check([700, 600, 1, 200, 3, 500, 1], rounds: 10) }

    /// Attention's products, which workers make for themselves, between products that they share.
    @Test(.compute(threads: 2)) func attention() throws {
        let (length, heads, size) = (70, 3, 8)
        let (x, out) = (try Matrix<Float>.normal(2 * length, 24, "x"), try Matrix<Float>.zeros(2 * length, 24))
        let weights = try (0..<4).map { try Matrix<Float>.normal(24, 24, "w\($0)", deviation: 0.2) }
        let parts = try (0..<4).map { _ in try Matrix<Float>.zeros(2 * length, 24) }
        let logSumExp = try Matrix<Float>.zeros(heads, 2 * length)
        let attention = try Attention<Float>(
            sequenceLength: length, heads: heads, headSize: size, threads: 2, ledger: MemoryLedger())
        var expected = 0
        let log = ProductLog()
        log.record {
            for index in 0..<3 { parts[index].setProduct(x, transposing: weights[index]) }
            attention.forward(query: parts[0], key: parts[1], value: parts[2], into: parts[3], logSumExp: logSumExp)
            out.setProduct(parts[3], transposing: weights[3])
            expected = 4 * 2 * 2 * length * 24 * 24
            // Two products of 6 heads over blocks of 64 and 6 queries.
            expected += 2 * 2 * 6 * size * (64 * 64 + 6 * 70)
        }
        #expect(log.operations == expected)
        let projected = parts.prefix(3).map(\.elements)
        for part in parts.prefix(3) { part.fill(.nan) }
        log.replay()
        let same = parts.prefix(3).map(\.elements) == projected
        #expect(same)
    }

    /// A second record replaces the first, and what happens outside one is not remembered.
    @Test(.compute(threads: 2)) func onlyTheLastRecord() throws {
        let (a, b, c) = (try Matrix<Float>.normal(64, 64, "a"), try Matrix<Float>.normal(64, 64, "b"), try Matrix<Float>.zeros(64, 64))
        let log = ProductLog()
        log.record { c.setProduct(a, b) }
        log.record { c.setProduct(a, transposing: b) }
        c.setProduct(transposing: a, b)
        #expect(log.operations == 2 * 64 * 64 * 64)
        log.record {}
        c.fill(5)
        log.replay()
        #expect(log.operations == 0 && c.elements.allSatisfy { $0 == 5 })
    }

    /// What another thread of the process multiplies meanwhile is not the step's.
    @Test(.compute(threads: 2)) func anotherThreadsProductsAreItsOwn() async throws {
        let (a, b, c) = (try Matrix<Float>.normal(64, 64, "a"), try Matrix<Float>.normal(64, 64, "b"), try Matrix<Float>.zeros(64, 64))
        let log = ProductLog()
        let (recording, multiplied) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let stranger = Thread {
            recording.wait()
            if let result = try? Matrix<Float>.zeros(64, 64) { result.setProduct(a, b) }
            multiplied.signal()
        }
        stranger.start()
        log.record {
            recording.signal()
            multiplied.wait()
            c.setProduct(a, b)
        }
        #expect(log.operations == 2 * 64 * 64 * 64)
    }
}
