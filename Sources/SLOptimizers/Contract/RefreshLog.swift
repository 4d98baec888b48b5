/// What subspace refreshes and other events inside one update did, summed over tensors.
///
/// Everything is kept as it came, with the place of the tensor that it came from, so that processes that update different tensors can put
/// their logs together to the one that a single process would have written.
public final class RefreshLog {
    /// One thing that happened.
    public struct Entry: Sendable, Hashable, Codable {
        /// Of the tensor that was being updated, among those of the model.
        public var place: Int
        /// `nil` for a refresh.
        public var kind: String?
        public var measurements: [String: Double]
    }

    public private(set) var entries: [Entry] = []
    /// Of the tensor that is being updated.
    public var place = 0
    /// By place: tensors that a linear's step may change and has not changed this time, by declared name.
    public private(set) var spared: [Int: Set<String>] = [:]

    public init() {}

    /// What several processes took down, in the order in which one would have.
    public init(joining logs: [[Entry]]) {
        entries = logs.joined().enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }.map(\.element)
    }

    /// An event of another kind, as it is recorded.
    public func add(event kind: String, _ measurements: [String: Double]) {
        entries.append(Entry(place: place, kind: kind, measurements: measurements))
    }

    /// Of a step that may change certain tensors: it has not changed these.
    public func spare(_ names: Set<String>) { spared[place, default: []].formUnion(names) }

    private static let (secondsName, energyName, rankName) = ("seconds", "energy", "rank")

    /// - Parameters:
    ///   - energy: share of the squared gradient norm inside the new subspace; `nil` where its basis is not orthonormal and the share no share.
    ///   - rank: of a subspace that has as many dimensions as it needs.
    func add(seconds: Double, energy: Double?, rank: Int? = nil) {
        var measured = [Self.secondsName: seconds]
        measured[Self.energyName] = energy
        measured[Self.rankName] = rank.map { Double($0) }
        entries.append(Entry(place: place, kind: nil, measurements: measured))
    }

    private var refreshes: [Entry] { entries.filter { $0.kind == nil } }

    private func values(_ name: String) -> [Double] { refreshes.compactMap { $0.measurements[name] } }
    private func mean(_ name: String) -> Double? {
        let values = values(name)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    public var matrices: Int { refreshes.count }
    public var seconds: Double { values(Self.secondsName).reduce(0, +) }

    /// Of events that are no refreshes: what was measured, summed, by the event's kind.
    public var events: [String: [String: Double]] {
        entries.reduce(into: [:]) { events, entry in
            if let kind = entry.kind { events[kind, default: [:]].merge(entry.measurements, uniquingKeysWith: +) }
        }
    }

    /// Mean over the refreshed matrices of ‖projected gradient‖² / ‖gradient‖².
    public var meanCapturedEnergy: Double? { mean(Self.energyName) }

    /// Mean over the refreshed matrices whose rank is their own choice.
    public var meanRank: Double? { mean(Self.rankName) }
}
