/// What subspace refreshes of one update did, summed over tensors.
public final class RefreshLog {
    public private(set) var matrices = 0
    public private(set) var seconds = 0.0
    private var capturedEnergy = 0.0
    private var orthonormal = 0
    private var rank = 0
    private var ranked = 0

    public init() {}

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
