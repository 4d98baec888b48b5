import SLMethodKit
import SLRandom
import Testing

@Suite struct SparseExchangeTests {
    /// Written down from the authors' words, with sets: what falls, what grows, and what would do both.
    private func plain(_ values: [Float], _ positions: [Int], _ drop: Int, _ candidates: [Int], _ scores: [Float]) -> (leaving: Set<Int>, entering: Set<Int>) {
        let byValue = values.indices.sorted { (abs(values[$0]), $0) < (abs(values[$1]), $1) }
        let outgoing = Set(byValue.prefix(drop).map { positions[$0] })
        let remaining = Set(positions).subtracting(outgoing)
        let valid = candidates.indices.filter { !remaining.contains(candidates[$0]) }.sorted { (abs(scores[$0]), -$0) > (abs(scores[$1]), -$1) }
        let incoming = Set(valid.prefix(drop).map { candidates[$0] })
        let entering = incoming.subtracting(outgoing)
        let leaving = byValue.map { positions[$0] }.filter { outgoing.contains($0) && !incoming.contains($0) }.prefix(entering.count)
        return (Set(leaving), entering)
    }

    @Test(arguments: 0..<40) func exchangesWhatTheAuthorsExchange(seed: Int) {
        var stream = RandomStream(seed: UInt64(seed), name: "exchange")
        let total = 20 + stream.below(200)
        let count = 1 + stream.below(total - 1)
        func draw() -> [Int] { stream.permutation(total).prefix(count).sorted() }
        let (positions, candidates) = (draw(), draw())
        let values = positions.map { _ in Float(stream.normalPair().0) }
        let scores = candidates.map { _ in Float(stream.normalPair().0) }
        for drop in [0, count / 3, count] {
            let exchange = SparseExchange(values: values, positions: positions, drop: drop, candidates: candidates, scores: scores)
            let expected = plain(values, positions, drop, candidates, scores)
            #expect(Set(exchange.leaving.map { positions[$0] }) == expected.leaving && Set(exchange.entering) == expected.entering)
            #expect(exchange.leaving.count == exchange.entering.count && exchange.leaving.count <= drop)
            let after = exchange.applied(to: positions)
            #expect(after.positions.count == count && zip(after.positions, after.positions.dropFirst()).allSatisfy { $0 < $1 })
            for (position, source) in zip(after.positions, after.sources) {
                #expect(source < 0 ? expected.entering.contains(position) : positions[source] == position)
            }
        }
    }

    @Test func withoutCandidatesNothingMoves() {
        let exchange = SparseExchange(values: [1, 2, 3], positions: [4, 6, 9], drop: 3, candidates: [], scores: [])
        #expect(exchange.leaving.isEmpty && exchange.applied(to: [4, 6, 9]).sources == [0, 1, 2])
    }
}
