import SLHarness
import SLSpec
import Testing

@Suite struct StandingExcerptTests {
    private func run(_ id: Int, _ status: RunStatus?) -> RunStanding {
        RunStanding(runID: "\(id)", size: "9m", method: "galore", rank: 8, seed: id, status: status, step: 0, steps: 10)
    }

    private var many: [RunStanding] {
        [.finished, .finished, nil, nil, .failed, nil, .running, nil, .diverged, .running, nil, .interrupted].enumerated().map { run($0, $1) }
    }

    @Test func whatIsAtWorkComesFirst() {
        let excerpt = StandingExcerpt(many, lines: 6)
        #expect(excerpt.shown.map(\.runID) == ["6", "9", "4", "8", "11"])
        #expect(excerpt.rest == "and 7 more: 5 waiting, 2 finished")
    }

    @Test func allAreShownInTheirOrderWhereTheyFit() {
        #expect(StandingExcerpt(many, lines: 12).shown == many && StandingExcerpt(many, lines: 12).rest == nil)
        #expect(StandingExcerpt(many, lines: nil).shown == many)
    }

    @Test func aScreenOfOneLineHoldsTheCount() {
        let excerpt = StandingExcerpt(many, lines: 1)
        #expect(excerpt.shown.isEmpty && excerpt.rest == "and 12 more: 2 running, 1 failed, 1 diverged, 1 interrupted, 5 waiting, 2 finished")
        #expect(StandingExcerpt([], lines: 1).rest == nil)
    }
}
