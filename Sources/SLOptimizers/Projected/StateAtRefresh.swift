/// What becomes of the inner state when the basis changes.
public enum StateAtRefresh: String, Sendable, Hashable, CaseIterable {
    /// Left as it is, in the old coordinates. Source: GaLore, arXiv:2403.03507.
    case keep
    /// Zeroed, and its age with it, so that the bias correction begins anew.
    case reset
    /// Carried over by the change of basis C: M·Cᵀ, and V·(C∘C)ᵀ, which stays non-negative.
    case rotate
    /// The momentum is carried over, the second moment left. Source: He et al. 2024, GoLore, arXiv:2410.11289, Algorithm 2.
    case rotateMomentum = "rotate_momentum"
    /// As GoLore's released code does it: the carried-over momentum serves the refreshing update alone; later ones go on from the old one,
    /// that update's gradient lost. Source: github.com/pkumelon/Golore, `golore_torch/adamw.py`.
    case turnMomentumOnce = "rotate_momentum_once"

    var turnsMomentum: Bool { self != .keep && self != .reset }

    /// Whether a tensor of inner state is turned. Sums over rows or columns have no meaning in other coordinates and are left.
    func turns(_ state: StateDeclaration, _ shape: SubspaceShape) -> Bool {
        guard turnsMomentum, (state.rows, state.columns) == shape.projected else { return false }
        return state.kind == .momentum || state.kind == .secondMoment && self == .rotate
    }
}
