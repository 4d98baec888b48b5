/// Processor time that others took while updates ran, over all processes of a run.
package struct ForeignLoad: Sendable, Hashable, Codable {
    /// Seconds of the stretches looked at.
    package var wallSeconds = 0.0
    /// Processor seconds that others took in them.
    package var foreignSeconds = 0.0
    /// Processor seconds that there were.
    package var capacitySeconds = 0.0

    package init(wallSeconds: Double = 0.0, foreignSeconds: Double = 0.0, capacitySeconds: Double = 0.0) {
        self.wallSeconds = wallSeconds
        self.foreignSeconds = foreignSeconds
        self.capacitySeconds = capacitySeconds
    }

    /// The kernel counts in ticks of a hundredth of a second: over a shorter time a share is made of their rounding.
    static let leastSeconds = 0.25

    /// 0…1; `nil` when too little was looked at.
    package var share: Double? {
        guard wallSeconds >= Self.leastSeconds, capacitySeconds > 0 else { return nil }
        return min(1, max(0, foreignSeconds / capacitySeconds))
    }

    package static func + (_ one: ForeignLoad, _ other: ForeignLoad) -> ForeignLoad {
        ForeignLoad(
            wallSeconds: one.wallSeconds + other.wallSeconds, foreignSeconds: one.foreignSeconds + other.foreignSeconds,
            capacitySeconds: one.capacitySeconds + other.capacitySeconds)
    }

    enum CodingKeys: String, CodingKey {
        case wallSeconds = "wall_seconds"
        case foreignSeconds = "foreign_seconds"
        case capacitySeconds = "capacity_seconds"
    }
}

/// Looks at the counters where stretches of updates begin and end. What lies between (evaluations, checkpoints) is not looked
/// at, as no speed is taken of it.
///
/// Every other process counts as foreign, other runs of the same sweep among them: they disturb all the same. So does what a
/// machine's host takes away.
package final class ForeignLoadMeter {
    private let counters: () -> ProcessorCounters?
    private var began: ProcessorCounters?
    private var known = ForeignLoad()

    package init(counters: @escaping () -> ProcessorCounters? = { ProcessorProbe().counters() }) { self.counters = counters }

    /// Begins a stretch, unless one is under way.
    package func resume() { if began == nil { began = counters() } }

    /// Ends the stretch.
    package func pause() {
        if let began, let now = counters() { known = known + Self.load(began, now) }
        began = nil
    }

    /// Up to now; a stretch under way goes on.
    package var load: ForeignLoad {
        guard let began, let now = counters() else { return known }
        return known + Self.load(began, now)
    }

    /// Of machine and control groups the one from which others took the largest share.
    private static func load(_ before: ProcessorCounters, _ after: ProcessorCounters) -> ForeignLoad {
        let (wall, own) = (after.wallSeconds - before.wallSeconds, after.ownSeconds - before.ownSeconds)
        guard wall > 0 else { return ForeignLoad() }
        let loads = after.shares.compactMap { share -> ForeignLoad? in
            guard let earlier = before.shares.first(where: { $0.name == share.name }), share.capacity > 0 else { return nil }
            return ForeignLoad(
                wallSeconds: wall, foreignSeconds: share.busySeconds - earlier.busySeconds - own, capacitySeconds: wall * share.capacity)
        }
        return loads.max { $0.foreignSeconds / $0.capacitySeconds < $1.foreignSeconds / $1.capacitySeconds } ?? ForeignLoad()
    }
}
