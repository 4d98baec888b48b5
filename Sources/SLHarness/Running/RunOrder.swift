public import SLSpec

/// In which order the cells of a sweep are run.
public enum RunOrder {
    /// Seed by seed, size by size, and within these the methods in turns.
    ///
    /// A machine's speed drifts with the hour and with what else it does. Runs whose speeds are compared lie side by side
    /// this way, so that a drift hits all methods alike; and the first seed's comparison is whole before the second begins.
    public static func interleaved(_ cells: [PlannedCell]) -> [PlannedCell] { order(of: cells.map(\.spec)).map { cells[$0] } }

    /// - Returns: the places of the cells, in the order in which they are run.
    public static func order(of specs: [RunSpec]) -> [Int] {
        var seeds = Places<UInt64>()
        var sizes = Places<String>()
        var methods = Places<String>()
        var turns: [Group: Int] = [:]
        let keyed = specs.enumerated().map { index, spec in
            let group = Group(
                seed: seeds.place(of: spec.seed), size: sizes.place(of: spec.model.name), method: methods.place(of: spec.method))
            let turn = turns[group, default: 0]
            turns[group] = turn + 1
            return (place: index, key: [group.seed, group.size, turn, group.method, index])
        }
        return keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.place)
    }

    private struct Group: Hashable {
        let seed: Int
        let size: Int
        let method: Int
    }

    /// Values by the order in which they first came.
    private struct Places<Value: Hashable> {
        private var known: [Value: Int] = [:]

        mutating func place(of value: Value) -> Int {
            let place = known[value] ?? known.count
            known[value] = place
            return place
        }
    }
}
