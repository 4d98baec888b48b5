/// What subspace refreshes of one update did, summed over tensors.
public final class RefreshLog {
    public private(set) var matrices = 0
    public private(set) var seconds = 0.0
    private var capturedEnergy = 0.0

    public init() {}

    /// - Parameter energy: share of the squared gradient norm inside the new subspace.
    func add(seconds: Double, energy: Double) {
        matrices += 1
        self.seconds += seconds
        capturedEnergy += energy
    }

    /// Mean over the refreshed matrices of ‖projected gradient‖² / ‖gradient‖².
    public var meanCapturedEnergy: Double? { matrices == 0 ? nil : capturedEnergy / Double(matrices) }
}
