import SLSpec

/// Coordinate descent at one length: which points to try next, from those tried.
///
/// It is done when some point within the tolerance of the best has no untried one-coordinate neighbour (Wen et al. 2025, arXiv:2509.02046,
/// whose code's monitor of sweeps counts such neighbours). Until then neighbours of the best are tried, one coordinate at a time.
struct DescentPhase {
    struct Tried {
        var point: [Int]
        var loss: Double
    }

    let space: SearchSpace
    let rung: Int
    /// Coordinates that may change, in the order in which they are tried.
    let active: [Int]
    let start: [Int]
    /// Points at the most.
    let most: Int
    let tolerance: Double

    private(set) var tried: [Tried] = []
    private(set) var end: SearchRecord.End?
    private var seen: Set<AnyHashable> = []
    /// Place in `active` of the coordinate that is tried.
    private var cursor = 0
    /// Where the last batch began in `tried`.
    private var lastBatch = 0

    init(space: SearchSpace, rung: Int, active: [Int], start: [Int], most: Int, tolerance: Double) {
        self.space = space
        self.rung = rung
        self.active = active
        self.start = start
        self.most = most
        self.tolerance = tolerance
    }

    /// - Parameter losses: of the points of the last batch, in its order; infinite where a trial diverged.
    mutating func take(_ points: [[Int]], _ losses: [Double]) {
        lastBatch = tried.count
        for (point, loss) in zip(points, losses) {
            tried.append(Tried(point: point, loss: loss))
            if let identity = identity(point) { seen.insert(identity) }
        }
    }

    /// The place of the lowest loss in `tried`, of equal ones the first; `nil` while nothing has finished.
    var best: Int? { tried.indices.filter { tried[$0].loss.isFinite }.min { (tried[$0].loss, $0) < (tried[$1].loss, $1) } }

    /// Points to try; `nil` at the end.
    mutating func next() -> [[Int]]? {
        guard end == nil else { return nil }
        guard !tried.isEmpty else { return most > 0 ? [start] : close(.capped) }
        guard let best else { return rescue() }
        let limit = tried[best].loss + tolerance
        if tried.contains(where: { $0.loss <= limit && isSurrounded($0.point) }) { return close(.complete) }
        guard tried.count < most else { return close(.capped) }
        // Where the last coordinate made it better, it goes on.
        if tried.count > 1, best < lastBatch { cursor += 1 }
        for turn in 0..<active.count {
            let place = (cursor + turn) % active.count
            let points = untried(tried[best].point, along: active[place])
            guard !points.isEmpty else { continue }
            cursor = place
            return Array(points.prefix(most - tried.count))
        }
        return close(.complete)
    }

    /// Nothing has finished: rates are too high before anything else is wrong, so the first coordinate with an order is lowered, then
    /// whatever else is beside the start is tried.
    private mutating func rescue() -> [[Int]]? {
        guard tried.count < most else { return close(.capped) }
        if let first = active.first(where: { space.coordinates[$0].isOrdered }) {
            let lowest = tried.map(\.point).min { $0[first] < $1[first] } ?? start
            if let lower = untried(lowest, along: first).first(where: { $0[first] < lowest[first] }) { return [lower] }
        }
        for coordinate in active {
            if let other = untried(start, along: coordinate).first { return [other] }
        }
        return close(.nothingFinished)
    }

    private mutating func close(_ end: SearchRecord.End) -> [[Int]]? {
        self.end = end
        return nil
    }

    private func isSurrounded(_ point: [Int]) -> Bool { active.allSatisfy { untried(point, along: $0).isEmpty } }

    /// Each run once.
    private func untried(_ point: [Int], along coordinate: Int) -> [[Int]] {
        var seen = seen
        return space.neighbours(of: point, along: coordinate, rung: rung).filter { other in identity(other).map { seen.insert($0).inserted } ?? false }
    }

    private func identity(_ point: [Int]) -> AnyHashable? { space.identity(SearchTrial(point: point, rung: rung)) }
}
