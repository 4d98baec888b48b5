/// The published tables for pretraining on C4 that this program's methods come from.
public enum PublishedFigures {
    /// Every figure, table by table; in a table by method, then by size.
    public static let all: [PublishedFigure] = galore + sltrain + lost + cola + subspaces

    /// What all of them were made with.
    static let circumstances = "Theirs: the corpus C4 with its validation set, T5's tokenizer, the token budgets in the table."

    /// The figures of one method at one size, in the order of ``all``.
    public static func figures(method: String, size: String) -> [PublishedFigure] {
        all.filter { $0.method == method && $0.size == size }
    }

    /// The memory figure in the convention of the *paper* memory of this program (bf16, int64 indices, 1 G = 10⁹ bytes):
    /// SLTrain's tables. GaLore's own use another unit and can't be reproduced exactly.
    public static func memory(method: String, size: String) -> PublishedFigure? {
        sltrain.first { $0.method == method && $0.size == size && $0.memoryGB != nil }
    }

    /// The validation perplexity with its source: GaLore's table, for `sltrain` its own; a figure that could be checked
    /// comes before one that couldn't.
    public static func perplexity(method: String, size: String) -> PublishedFigure? {
        let candidates = figures(method: method, size: size).filter { $0.perplexity != nil }
        return candidates.first(where: \.isVerified) ?? candidates.first
    }

    /// Training tokens of the published runs of a size: 1.1, 2.2, 6.4 and 13.1 thousand million for 60m to 1b.
    public static func tokens(size: String) -> Int? {
        sizes.firstIndex(of: size).map { tokenBudgets[$0] }
    }

    package static let sizes = ["60m", "130m", "350m", "1b"]
    package static let ranks = [128, 256, 256, 512]
    static let tokenBudgets = [1_100_000_000, 2_200_000_000, 6_400_000_000, 13_100_000_000]
}
