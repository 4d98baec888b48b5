public import SLSpec

/// Memory that papers print for methods here, in tables that the report does not quote with their perplexities.
public enum PublishedEstimates {
    /// In the order of the tables; empty where nothing was found that could be checked.
    public static func memory(method: String) -> [MemoryFigure] { tables[method] ?? [] }

    private static let tables: [String: [MemoryFigure]] = [
        "galore": galore, "fira": fira, "apollo": apollo + ownAPOLLO + ownHalfAPOLLO, "apollo_mini": mini + ownMini,
    ]

    private static let ranks = ["60m": 128, "130m": 256, "350m": 256, "1b": 512]
    private static let rankOne = ["60m": 1, "130m": 1, "350m": 1, "1b": 1, "7b": 1]

    private static let galore = MemoryFigure.row(
        ["7b": 18], ranks: ["7b": 1024], states: .eightBit, hasPaperConvention: false, source: MemoryFigure.sevenBillionTable,
        note: MemoryFigure.sevenBillionNote)

    // MARK: SCALE's table

    private static let misprint = "SLTrain's misprint of GaLore's figure, taken over: 144.04M parameters of projectors where rank 256 makes 44.04M"
    private static let drawn = "GaLore's formula, with projectors, which are drawn from a seed and not kept"

    private static let fira = MemoryFigure.row(
        ["60m": 0.28, "130m": 0.61, "350m": 1.59, "1b": 4.76], ranks: ranks, source: MemoryFigure.scaleTable, notes: ["350m": misprint])

    private static let apollo = MemoryFigure.row(
        ["60m": 0.28, "130m": 0.61, "350m": 1.59, "1b": 4.76], ranks: ranks, source: MemoryFigure.scaleTable, note: drawn,
        notes: ["350m": "\(drawn); \(misprint)"])
        + MemoryFigure.row(["7b": 16.14], ranks: ["7b": 256], source: MemoryFigure.scaleTable)

    private static let mini = MemoryFigure.row(
        ["60m": 0.25, "130m": 0.46, "350m": 1, "1b": 3.20, "7b": 14.53], ranks: rankOne, source: MemoryFigure.scaleTable)

    // MARK: APOLLO's own table

    private static let own = "APOLLO (Zhu et al. 2024, arXiv 2412.05270v4), Table 2"

    private static let ownAPOLLO = MemoryFigure.row(
        ["60m": 0.24, "130m": 0.52, "350m": 1.22, "1b": 4.38], ranks: ranks, hasPaperConvention: false, source: own,
        note: "the figures of GaLore's own table, in its unit")

    /// An eighth of the hidden size, which at 130m is another rank than half of 256.
    private static let ownHalfAPOLLO = MemoryFigure.row(
        ["60m": 0.18, "350m": 0.95, "1b": 3.49], ranks: ["60m": 64, "350m": 128, "1b": 256], hasPaperConvention: false, source: own,
        note: "half the rank, in GaLore's unit")

    private static let ownMini = MemoryFigure.row(
        ["60m": 0.12, "130m": 0.25, "350m": 0.69, "1b": 2.60], ranks: rankOne, hasPaperConvention: false, source: own,
        note: "little more than the weights, in GaLore's unit")
}
