/// What a search may try, as places on coordinates: nothing is known here of what the places mean.
public struct SearchSpace {
    public struct Coordinate: Sendable, Hashable {
        /// Places that are named, from 0.
        public var count: Int
        /// Whether the places beside one are its neighbours; else all others are.
        public var isOrdered: Bool
        /// Whether places go on beyond both ends.
        public var isExtensible: Bool
        /// Whether it is tried again at full length.
        public var isRate: Bool

        public init(count: Int, isOrdered: Bool = true, isExtensible: Bool = false, isRate: Bool = true) {
            self.count = count
            self.isOrdered = isOrdered
            self.isExtensible = isExtensible
            self.isRate = isRate
        }
    }

    public var coordinates: [Coordinate]
    public var start: [Int]
    /// What run a trial is: trials that come to the same run are one. `nil` for one that can't be.
    public var identity: (SearchTrial) -> AnyHashable?

    public init(coordinates: [Coordinate], start: [Int], identity: @escaping (SearchTrial) -> AnyHashable? = { AnyHashable($0.point) }) {
        self.coordinates = coordinates
        self.start = start
        self.identity = identity
    }

    /// The points one step from another along one coordinate, the smaller first. What can't be, or is no other run, is stepped over as far
    /// as places are named.
    func neighbours(of point: [Int], along number: Int, rung: Int) -> [[Int]] {
        let coordinate = coordinates[number]
        func identity(_ point: [Int]) -> AnyHashable? { self.identity(SearchTrial(point: point, rung: rung)) }
        let own = identity(point)
        func moved(to place: Int) -> [Int] {
            var other = point
            other[number] = place
            return other
        }
        guard coordinate.isOrdered else {
            return (0..<coordinate.count).filter { $0 != point[number] }.map(moved).filter { other in identity(other).map { $0 != own } ?? false }
        }
        return [-1, 1].compactMap { step in
            var place = point[number] + step
            while (0..<coordinate.count).contains(place) || coordinate.isExtensible {
                let other = moved(to: place)
                if let found = identity(other), found != own { return other }
                // Beyond the end there is nothing to step to.
                let isOutwards = step < 0 ? place < 0 : place >= coordinate.count
                if isOutwards { return nil }
                place += step
            }
            return nil
        }
    }
}

/// A point, tried at one of the lengths of a search.
public struct SearchTrial: Sendable, Hashable {
    public var point: [Int]
    /// Place of its length among those of the search, the full one last.
    public var rung: Int

    public init(point: [Int], rung: Int) {
        self.point = point
        self.rung = rung
    }
}

/// What became of a trial.
public enum SearchOutcome: Sendable, Hashable {
    case finished(loss: Double)
    case diverged

    /// Infinite for one that diverged.
    public var loss: Double { if case .finished(let loss) = self, loss.isFinite { loss } else { .infinity } }
}
