import Foundation
import SLRandom
import Testing

struct RandomStreamTests {
    /// A stream's values are part of every result that a database holds: they must not change. The numbers come from a
    /// second implementation of xoshiro256** and SplitMix64.
    @Test func firstValuesArePinned() {
        var stream = RandomStream(seed: 1, name: "pinned")
        #expect((0..<3).map { _ in stream.next() } == [0x330b1b9e18736fc1, 0xea137028412edf0a, 0x4fe16865b11f0562])
        #expect(stream.uniform() == 0.4366500111261503)
        #expect(stream.below(1000) == 547)
        let pair = stream.normalPair()
        #expect(abs(pair.0 - -1.0443640661228906) < 1e-14 && abs(pair.1 - 1.0727771439043294) < 1e-14)
    }

    @Test func nameAndSeedDecide() {
        func first(_ seed: UInt64, _ name: String) -> [UInt64] {
            var stream = RandomStream(seed: seed, name: name)
            return (0..<4).map { _ in stream.next() }
        }
        #expect(first(1, "a") == first(1, "a"))
        let all = (0..<50).flatMap { seed in ["a", "b", "ab", "ba", ""].map { first(UInt64(seed), $0) } }
        #expect(Set(all).count == all.count)
    }

    /// Streams of neighbouring names and seeds are uncorrelated.
    @Test(arguments: [(1, "init/0", 1, "init/1"), (1, "x", 2, "x"), (0, "x", 1, "y")])
    func neighboursAreIndependent(seedA: Int, nameA: String, seedB: Int, nameB: String) {
        var (a, b) = (RandomStream(seed: UInt64(seedA), name: nameA), RandomStream(seed: UInt64(seedB), name: nameB))
        let n = 20_000
        let sum = (0..<n).reduce(0.0) { total, _ in total + (a.uniform() - 0.5) * (b.uniform() - 0.5) }
        // Each product has deviation 1/12: five of the mean's.
        #expect(abs(sum / Double(n)) < 5 / 12 / Double(n).squareRoot())
    }

    @Test func uniformFillsItsInterval() {
        var stream = RandomStream(seed: 3, name: "uniform")
        let values = (0..<100_000).map { _ in stream.uniform() }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(values.reduce(0, +) / 1e5 - 0.5) < 0.005)
        #expect(chiSquare(values.map { Int($0 * 20) }, cells: 20) < 45)  // 19 degrees of freedom, p = 0.0007
        let signed = (0..<1000).map { _ in stream.uniform(bound: 0.25) }
        #expect(signed.allSatisfy { $0 >= -0.25 && $0 < 0.25 } && signed.contains { $0 < -0.2 } && signed.contains { $0 > 0.2 })
    }

    @Test(arguments: [1, 2, 3, 7, 10, 64]) func belowIsUniform(count: Int) {
        var stream = RandomStream(seed: 5, name: "below")
        let draws = (0..<50_000).map { _ in stream.below(count) }
        #expect(draws.allSatisfy { (0..<count).contains($0) })
        // Mean d, deviation √2d: five of them.
        let freedom = Double(count - 1)
        #expect(chiSquare(draws, cells: count) <= freedom + 5 * (2 * freedom).squareRoot())
    }

    @Test func belowReachesHugeBounds() {
        var stream = RandomStream(seed: 5, name: "huge")
        let draws = (0..<1000).map { _ in stream.below(Int.max) }
        #expect(draws.contains { $0 > Int.max / 2 } && draws.contains { $0 < Int.max / 2 } && draws.allSatisfy { $0 >= 0 })
    }

    @Test func normalsHaveTheirMoments() {
        var stream = RandomStream(seed: 6, name: "normal")
        let pairs = (0..<100_000).map { _ in stream.normalPair() }
        let values = pairs.flatMap { [$0.0, $0.1] }
        let n = Double(values.count)
        func moment(_ k: Int) -> Double { values.reduce(0.0) { $0 + pow($1, Double(k)) } / n }
        #expect(abs(moment(1)) < 5 / n.squareRoot())
        #expect(abs(moment(2) - 1) < 5 * (2 / n).squareRoot())
        #expect(abs(moment(3)) < 5 * (15 / n).squareRoot())
        #expect(abs(moment(4) - 3) < 5 * (96 / n).squareRoot())
        #expect(abs(pairs.reduce(0.0) { $0 + $1.0 * $1.1 } / 1e5) < 5 / 1e5.squareRoot(), "the two of a pair are independent")
        #expect(values.contains { $0 > 3.5 } && values.contains { $0 < -3.5 })
    }

    /// A saved stream goes on where it was.
    @Test func survivesEncoding() throws {
        var stream = RandomStream(seed: 9, name: "saved")
        for _ in 0..<17 { _ = stream.next() }
        var copy = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
        #expect(copy == stream)
        #expect((0..<5).map { _ in copy.next() } == (0..<5).map { _ in stream.next() })
    }

    private func chiSquare(_ draws: [Int], cells: Int) -> Double {
        var counts = [Int](repeating: 0, count: cells)
        for draw in draws { counts[draw] += 1 }
        let expected = Double(draws.count) / Double(cells)
        return counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    }
}
