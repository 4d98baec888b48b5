/// What a method does about the cost of dense weights and their optimizer's state: beside which others it stands where many are compared.
/// In the order of listings and reports.
public enum MethodFamily: String, Sendable, CaseIterable {
    /// Every linear a dense matrix, all of it trained by an ordinary optimizer.
    case dense = "dense weights"
    /// A linear is a product of factors, and nothing stands beside it.
    case factored = "low-rank weights"
    /// Single entries or whole channels are trained, alone or beside factors.
    case sparse = "sparse weights"
    /// A dense random start that isn't trained, and what is added to it.
    case frozen = "frozen start"
    /// Dense weights whose steps are found in a space of few dimensions.
    case projected = "projected steps"
    /// Dense weights of which a part is trained at a time.
    case partial = "parts in turn"

    /// A half-sentence for a report's guide.
    public var help: String {
        switch self {
        case .dense: "every linear a trained dense matrix"
        case .factored: "linears that are products of factors"
        case .sparse: "single entries or channels trained, alone or beside factors"
        case .frozen: "what is added to a dense random start that isn't trained"
        case .projected: "dense weights, steps found in a space of few dimensions"
        case .partial: "dense weights, a part of them trained at a time"
        }
    }
}
