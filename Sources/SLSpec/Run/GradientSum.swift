/// How processes that share an update add the gradients of their shards.
public enum GradientSum: Sendable, Hashable {
    /// In the shards' tree: the bits do not depend on how many processes there are.
    case ordered
    /// By the library's own sum. Its order of additions depends on how many processes there are, and so do the bits of a run: it is a run of that
    /// many.
    case allReduce(ranks: Int)

    /// What configs call it.
    public var name: String {
        switch self {
        case .ordered: "ordered"
        case .allReduce: "all_reduce"
        }
    }

    public static let names = [GradientSum.ordered.name, GradientSum.allReduce(ranks: 1).name]

    /// - Parameter ranks: those of the config.
    /// - Returns: `nil` for a name that is none of ``names``.
    init?(_ name: String, ranks: Int) {
        guard let known = [GradientSum.ordered, .allReduce(ranks: ranks)].first(where: { $0.name == name }) else { return nil }
        self = known
    }

    /// Beside the name in a spec.
    static let ranksKey = "exchange.ranks"
}
