import SLNumerics
import SLOptimizers
import SLRandom
import SLTestSupport
import Testing

@Suite(.compute(threads: 1)) struct StatePruningTests {
    private func prune(_ pruning: StatePruning, rows: Int = 50, columns: Int = 40, seed: UInt64 = 1) throws -> (
        before: [Float], after: [Float], reported: Int
    ) {
        let state = try Matrix<Float>.normal(rows, columns, "state")
        let before = state.elements
        var stream = RandomStream(seed: seed, name: "prune")
        let reported = pruning.apply(to: state, random: &stream)
        return (before, state.elements, reported)
    }

    @Test(arguments: [
        StatePruning.zero, .random(0), .random(0.5), .random(0.99), .random(1), .magnitude(0), .magnitude(0.9), .magnitude(1),
    ])
    func theReportIsTheTruth(pruning: StatePruning) throws {
        let result = try prune(pruning)
        #expect(result.reported == result.after.count { $0 == 0 })
        for (before, after) in zip(result.before, result.after) { #expect(after == 0 || after == before) }
    }

    @Test func zeroMeansAll() throws {
        #expect(try prune(.zero).reported == 2000)
        #expect(try prune(.random(1)).reported == 2000)
        #expect(try prune(.magnitude(1)).reported == 2000)
        #expect(try prune(.random(0)).reported == 0)
        #expect(try prune(.magnitude(0)).reported == 0)
    }

    /// Binomial: mean ratio·n, deviation √(n·p·q); five of them.
    @Test(arguments: [0.1, 0.5, 0.99]) func randomTakesItsShare(ratio: Double) throws {
        let share = Double(try prune(.random(ratio)).reported)
        #expect(abs(share - 2000 * ratio) < 5 * (2000 * ratio * (1 - ratio)).squareRoot())
        #expect(try prune(.random(ratio), seed: 1).after == prune(.random(ratio), seed: 1).after)
        #expect(try prune(.random(ratio), seed: 1).after != prune(.random(ratio), seed: 2).after)
    }

    @Test(arguments: [0.1, 0.5, 0.9, 0.999]) func magnitudeTakesTheSmallest(ratio: Double) throws {
        let result = try prune(.magnitude(ratio))
        #expect(result.reported == Int(2000 * ratio))
        let largestGone = zip(result.before, result.after).filter { $0.1 == 0 }.map { abs($0.0) }.max() ?? 0
        let smallestLeft = result.after.filter { $0 != 0 }.map { abs($0) }.min() ?? .infinity
        #expect(largestGone < smallestLeft)
    }

    @Test func entriesThatWereZeroCount() throws {
        let state = try Matrix<Float>.zeros(4, 4)
        state[1, 1] = 3
        var stream = RandomStream(seed: 1, name: "prune")
        #expect(StatePruning.random(0).apply(to: state, random: &stream) == 15)
        #expect(StatePruning.magnitude(0.5).apply(to: state, random: &stream) == 15)
        #expect(state[1, 1] == 3)
    }
}
