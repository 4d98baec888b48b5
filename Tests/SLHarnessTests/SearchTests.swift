import SLHarness
import SLSpec
import Testing

/// Searches on functions whose best is known.
@Suite struct SearchTests {
    typealias Coordinate = SearchSpace.Coordinate
    private static let five = Coordinate(count: 5)
    private static let range = Coordinate(count: 3, isExtensible: true)

    private static func descent(
        _ coordinates: [Coordinate], from start: [Int], most: Int = 100, hasShort: Bool = false, identity: @escaping (SearchTrial) -> AnyHashable? = { AnyHashable($0.point) }
    ) -> CoordinateDescent {
        CoordinateDescent(
            space: SearchSpace(coordinates: coordinates, start: start, identity: identity), maxTrials: most, tolerance: 0.005, hasShort: hasShort)
    }

    private static func outcome(_ loss: Double) -> SearchOutcome { loss.isFinite ? .finished(loss: loss) : .diverged }

    private static func square(_ distance: Int) -> Double { 0.1 * Double(distance * distance) }

    /// A search, a function, how many trials it takes, and where it ends.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var coordinates: [Coordinate]
        var start: [Int]
        var most = 100
        var hasShort = false
        var loss: @Sendable (SearchTrial) -> Double
        var trials: Int
        var chosen: [Int]?
        var ends: [SearchRecord.End]
        var testDescription: String { name }
        var search: CoordinateDescent { SearchTests.descent(coordinates, from: start, most: most, hasShort: hasShort) }
    }

    private static let twoLengths: @Sendable (SearchTrial) -> Double = { trial in
        let rate = 0.1 * Double(abs(trial.point[0] - (trial.rung == 0 ? 3 : 2)))
        return 5 + rate + 0.05 * Double(abs(trial.point[1] - 2)) + 0.02 * Double(1 - trial.point[2]) - Double(trial.rung)
    }
    private static let three = [five, Coordinate(count: 3, isRate: false), Coordinate(count: 2, isOrdered: false, isRate: false)]

    static let cases = [
        // Up the first coordinate and past its best, down the second, then the rest of the neighbours.
        Case(name: "a separable bowl", coordinates: [five, five], start: [0, 4], loss: { 5 + square($0.point[0] - 3) + square($0.point[1] - 1) }, trials: 11, chosen: [3, 1], ends: [.complete]),
        Case(
            name: "a wide ridge", coordinates: [five, five], start: [0, 0],
            loss: { 5 + square($0.point[0] - $0.point[1]) + 0.5 * square($0.point[0] + $0.point[1] - 8) }, trials: 0, chosen: [4, 4], ends: [.complete]),
        // One coordinate at a time leads nowhere on a ridge this narrow: that is said to be complete, and it is.
        Case(
            name: "a narrow ridge", coordinates: [five, five], start: [0, 0],
            loss: { 5 + 10 * square($0.point[0] - $0.point[1]) + 0.2 * square($0.point[0] + $0.point[1] - 8) }, trials: 3, chosen: [0, 0], ends: [.complete]),
        Case(name: "a plateau", coordinates: [five, five], start: [2, 2], loss: { _ in 5 }, trials: 5, chosen: [2, 2], ends: [.complete]),
        Case(
            name: "divergence at high rates", coordinates: [Coordinate(count: 5, isExtensible: true), five], start: [4, 2],
            loss: { $0.point[0] >= 3 ? .infinity : 5 + square($0.point[0] - 2) + square($0.point[1] - 2) }, trials: 6, chosen: [2, 2], ends: [.complete]),
        Case(name: "nothing finishes", coordinates: [Coordinate(count: 3), Coordinate(count: 2, isOrdered: false)], start: [2, 0], loss: { _ in .infinity }, trials: 4, chosen: nil, ends: [.nothingFinished]),
        Case(name: "the best beyond the upper end", coordinates: [range], start: [1], loss: { 5 + square($0.point[0] - 6) }, trials: 8, chosen: [6], ends: [.complete]),
        Case(name: "the best beyond the lower end", coordinates: [range], start: [1], loss: { 5 + square($0.point[0] + 3) }, trials: 7, chosen: [-3], ends: [.complete]),
        Case(name: "a list's end", coordinates: [Coordinate(count: 3)], start: [1], loss: { 5 + square($0.point[0] - 6) }, trials: 3, chosen: [2], ends: [.complete]),
        Case(name: "the cap", coordinates: [five, five], start: [0, 4], most: 6, loss: { 5 + square($0.point[0] - 3) + square($0.point[1] - 1) }, trials: 6, chosen: [3, 3], ends: [.capped]),
        Case(
            name: "names", coordinates: [Coordinate(count: 4, isOrdered: false), five], start: [1, 2], loss: { [5.2, 5.1, 5.4, 5][$0.point[0]] + square($0.point[1] - 2) }, trials: 6,
            chosen: [3, 2], ends: [.complete]),
        Case(name: "two lengths", coordinates: three, start: [1, 1, 0], most: 24, hasShort: true, loss: twoLengths, trials: 15, chosen: [2, 2, 1], ends: [.complete, .complete]),
        Case(name: "two lengths, few trials", coordinates: three, start: [0, 0, 0], most: 8, hasShort: true, loss: twoLengths, trials: 8, chosen: [2, 0, 0], ends: [.capped, .capped]),
    ]

    @Test(arguments: cases) func theSearchEndsWhereItShould(known: Case) {
        let progress = known.search.progress { Self.outcome(known.loss($0)) }
        #expect(progress.isOver && progress.open.isEmpty && progress.phases.map(\.end) == known.ends)
        #expect(progress.chosen.map { progress.tried[$0].trial.point } == known.chosen)
        if known.trials > 0 { #expect(progress.tried.count == known.trials, "\(progress.tried.map(\.trial))") }
        #expect(Set(progress.tried.map(\.trial)).count == progress.tried.count && progress.tried.count <= known.most)
    }

    /// Asked after any part of its trials, in whatever order they came, a search goes on as it would have: none is lost, repeated or new.
    @Test(arguments: cases) func anyPartOfTheTrialsLeadsToTheSameEnd(known: Case) {
        let whole = known.search.progress { Self.outcome(known.loss($0)) }
        for pick in 0..<12 {
            var outcomes: [SearchTrial: SearchOutcome] = [:]
            var made: [SearchTrial] = []
            var progress = known.search.progress { outcomes[$0] }
            while !progress.isOver, made.count <= known.most {
                let open = progress.open.filter { outcomes[$0] == nil }
                guard !open.isEmpty else { break }
                // First, last, or one by a rule of its own.
                let next = open[(pick * 7 + made.count * pick) % open.count]
                outcomes[next] = Self.outcome(known.loss(next))
                made.append(next)
                // What is asked for at any moment is a beginning of the whole.
                #expect(Array(whole.trials.prefix(progress.trials.count)) == progress.trials)
                progress = known.search.progress { outcomes[$0] }
            }
            #expect(progress == whole && made.count == whole.tried.count)
        }
    }

    /// A value that a method refuses ends a range; values that come to the same run are one.
    @Test func whatCannotBeIsSteppedOver() {
        let bounded = Self.descent([Self.range], from: [1]) { $0.point[0] > 4 ? nil : AnyHashable($0.point) }
            .progress { Self.outcome(5 + Self.square($0.point[0] - 6)) }
        #expect(bounded.tried.map(\.trial.point) == [[1], [0], [2], [3], [4]] && bounded.phases.map(\.end) == [.complete])
        let aliased = Self.descent([Self.five], from: [0]) { AnyHashable(max(1, $0.point[0])) }
            .progress { Self.outcome(5 + Self.square(max(1, $0.point[0]) - 3)) }
        #expect(aliased.tried.map(\.trial.point) == [[0], [2], [3], [4]])
    }

    @Test func theSecondLengthHasItsShare() {
        #expect(Self.descent(Self.three, from: [0, 0, 0], most: 24, hasShort: true).reserve == 3)
        #expect(Self.descent(Self.three, from: [0, 0, 0], most: 4, hasShort: true).reserve == 2)
        #expect(Self.descent(Self.three, from: [0, 0, 0], most: 24).reserve == 0)
    }

    // MARK: Successive halving

    private func halving(_ candidates: Int) -> SuccessiveHalving {
        let coordinates = [Self.five, Coordinate(count: 4), Coordinate(count: 3, isOrdered: false)]
        return SuccessiveHalving(space: SearchSpace(coordinates: coordinates, start: [2, 1, 0]), candidates: candidates, rungs: 3) { max(1, $0 / 3) }
    }

    @Test(arguments: [(17, [17, 5, 1]), (9, [9, 3, 1]), (5, [5, 1, 1]), (60, [60, 20, 6])]) func theBestThirdGoesOn(candidates: Int, counts: [Int]) throws {
        func loss(_ trial: SearchTrial) -> Double {
            trial.point[0] == 4 ? .infinity : 5 + Self.square(trial.point[0] - 3) + Self.square(trial.point[1] - 2) + 0.01 * Double(trial.point[2]) - Double(trial.rung)
        }
        let progress = halving(candidates).progress { Self.outcome(loss($0)) }
        #expect((0..<3).map { rung in progress.tried.count { $0.trial.rung == rung } } == counts)
        #expect(progress.isOver && progress.tried.first?.trial.point == [2, 1, 0])
        // Those that went on are the best of their rung.
        for rung in 0..<2 {
            let losses = progress.tried.filter { $0.trial.rung == rung }.map(\.outcome.loss).sorted()
            let next = progress.tried.filter { $0.trial.rung == rung + 1 }.map { loss(SearchTrial(point: $0.trial.point, rung: rung)) }.sorted()
            #expect(next == Array(losses.prefix(next.count)))
        }
        let chosen = try #require(progress.chosen)
        #expect(progress.tried[chosen].trial.rung == 2)
        if candidates == 60 { #expect(progress.tried[chosen].trial.point == [3, 2, 0]) }
        #expect(halving(candidates).progress { Self.outcome(loss($0)) } == progress)
    }

    @Test func aRungWaitsForAllOfTheLast() {
        let first = halving(9).progress { _ in nil }
        #expect(first.open.count == 9 && !first.isOver)
        let last = first.open[8]
        let waiting = halving(9).progress { $0 == last ? nil : .finished(loss: 1) }
        #expect(waiting.open == first.open && waiting.tried.isEmpty)
        let none = halving(9).progress { _ in .diverged }
        #expect(none.isOver && none.chosen == nil && none.phases.map(\.end) == [.nothingFinished])
    }
}
