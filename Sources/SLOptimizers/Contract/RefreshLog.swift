/// What subspace refreshes and other events inside one update did, summed over tensors.
public final class RefreshLog {
    public private(set) var matrices = 0
    public private(set) var seconds = 0.0
    private var capturedEnergy = 0.0
    private var orthonormal = 0
    private var rank = 0
    private var ranked = 0
    /// Of events that are no refreshes: what was measured, summed, by the event's kind.
    public private(set) var events: [String: [String: Double]] = [:]

    public init() {}

    /// An event of another kind, as it is recorded.
    public func add(event kind: String, _ measurements: [String: Double]) {
        events[kind, default: [:]].merge(measurements, uniquingKeysWith: +)
    }

    /// - Parameters:
    ///   - energy: share of the squared gradient norm inside the new subspace; `nil` where its basis is not orthonormal and the share no share.
    ///   - rank: of a subspace that has as many dimensions as it needs.
    func add(seconds: Double, energy: Double?, rank: Int? = nil) {
        matrices += 1
        self.seconds += seconds
        if let energy {
            capturedEnergy += energy
            orthonormal += 1
        }
        if let rank {
            self.rank += rank
            ranked += 1
        }
    }

    /// Mean over the refreshed matrices of ‖projected gradient‖² / ‖gradient‖².
    public var meanCapturedEnergy: Double? { orthonormal == 0 ? nil : capturedEnergy / Double(orthonormal) }

    /// Mean over the refreshed matrices whose rank is their own choice.
    public var meanRank: Double? { ranked == 0 ? nil : Double(rank) / Double(ranked) }
}
