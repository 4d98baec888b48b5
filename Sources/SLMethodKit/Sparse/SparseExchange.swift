import SLNumerics

/// Which entries of a support leave it and which enter.
package struct SparseExchange: Sendable, Hashable {
    /// Places in the support, ascending.
    package var leaving: [Int]
    /// Row-major positions in the matrix, ascending, as many.
    package var entering: [Int]

    package init(leaving: [Int], entering: [Int]) {
        self.leaving = leaving
        self.entering = entering
    }

    /// Of the `drop` entries of smallest |value| those leave that others can take the place of: candidates of the largest scores that are
    /// not in the support. A candidate that is among the dropped ones stays where it is, with all that it has.
    ///
    /// - Parameters:
    ///   - positions: of the support, ascending, each with its value. - candidates: ascending, each with its score.
    package init(values: [Float], positions: [Int], drop: Int, candidates: [Int], scores: [Float]) {
        var isDropped = [Bool](repeating: false, count: positions.count)
        for entry in MagnitudeSelection.smallest(drop, of: values) { isDropped[entry] = true }
        // The candidates' places in the support, where they have one.
        let places = Self.places(of: candidates, in: positions)
        let valid = candidates.indices.filter { places[$0].map { isDropped[$0] } ?? true }
        let best = MagnitudeSelection.largest(min(drop, valid.count), of: valid.map { scores[$0] }).map { valid[$0] }
        for candidate in best { if let place = places[candidate] { isDropped[place] = false } }
        entering = best.filter { places[$0] == nil }.map { candidates[$0] }
        let dropped = isDropped.indices.filter { isDropped[$0] }
        leaving = MagnitudeSelection.smallest(entering.count, of: dropped.map { values[$0] }).map { dropped[$0] }
    }

    /// Of each of `wanted` its place in `positions`; both ascend.
    static func places(of wanted: [Int], in positions: [Int]) -> [Int?] {
        var place = 0
        return wanted.map { position in
            while place < positions.count, positions[place] < position { place += 1 }
            return place < positions.count && positions[place] == position ? place : nil
        }
    }

    /// The support afterwards, and where each of its entries was in the one before: -1 for what has entered.
    package func applied(to positions: [Int]) -> (positions: [Int], sources: [Int]) {
        var leaves = [Bool](repeating: false, count: positions.count)
        for place in leaving { leaves[place] = true }
        var after: [Int] = []
        var sources: [Int] = []
        after.reserveCapacity(positions.count)
        sources.reserveCapacity(positions.count)
        var next = 0
        func enter(upTo limit: Int) {
            while next < entering.count, entering[next] < limit {
                after.append(entering[next])
                sources.append(-1)
                next += 1
            }
        }
        for (place, position) in positions.enumerated() where !leaves[place] {
            enter(upTo: position)
            after.append(position)
            sources.append(place)
        }
        enter(upTo: Int.max)
        return (after, sources)
    }
}
