import SLReport
import Testing

@Suite struct ParetoFrontTests {
    @Test func keepsWhatNothingBeats() {
        #expect(ParetoFront.indices([(3, 1), (1, 3), (2, 2), (2.5, 2.5), (4, 1)]) == [1, 2, 0])
        #expect(ParetoFront.indices([]).isEmpty)
        #expect(ParetoFront.indices([(5, 5)]) == [0])
        #expect(ParetoFront.indices([(1, 1), (1, 2), (2, 1)]) == [0], "as good on one axis and worse on the other")
    }

    @Test func equalPointsStandTogether() {
        #expect(ParetoFront.indices([(1, 2), (1, 2), (2, 1), (2, 1)]) == [0, 1, 2, 3])
        let stairs = ParetoFront.staircase([(1, 2), (1, 2), (2, 1), (2, 1)], right: 3, top: 4)
        #expect(stairs.map(\.x) == [1, 1, 2, 2, 3] && stairs.map(\.y) == [4, 2, 2, 1, 1])
    }

    @Test func whatIsNoNumberIsNoPoint() {
        #expect(ParetoFront.indices([(.nan, 1), (1, .nan), (-.infinity, 0), (2, 2)]) == [3])
        #expect(ParetoFront.staircase([(.nan, .nan)], right: 1, top: 1).isEmpty)
    }

    /// Against the definition, over a grid with many ties.
    @Test func agreesWithTheDefinition() {
        let points: [(x: Double, y: Double)] = (0..<60).map { (number: Int) -> (x: Double, y: Double) in
            (x: Double(number * 7 % 11), y: Double(number * number * 5 % 13))
        }
        func beats(_ one: (x: Double, y: Double), _ other: (x: Double, y: Double)) -> Bool {
            guard one.x <= other.x, one.y <= other.y else { return false }
            return one.x < other.x || one.y < other.y
        }
        let expected = points.indices.filter { place in !points.contains { beats($0, points[place]) } }
        #expect(Set(ParetoFront.indices(points)) == Set(expected))
    }
}
