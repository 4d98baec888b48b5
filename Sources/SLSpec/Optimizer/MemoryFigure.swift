/// Memory of training as a paper printed it, by the paper's own estimate. It is set beside what is computed here and never mixed with it.
public struct MemoryFigure: Sendable, Hashable {
    /// What the number is of.
    public enum Quantity: Sendable, Hashable {
        /// Weights and optimizer state of a preset, in the paper's G.
        case weightsAndState(model: String, gigabytes: Double)
        /// Optimizer state as a share of AdamW's for the same weights, at every size.
        case shareOfAdamW(Double)
    }

    public let quantity: Quantity
    /// `nil` where there is none.
    public let rank: Int?
    /// How optimizer state is kept in the figure.
    public let states: MemoryOptions.States
    /// Whether it counts what the *paper* memory of this program counts, in the same unit, so that one can be subtracted from the other:
    /// 2 bytes for every weight and element of state, 8 for every position, 1 G = 10⁹ bytes. Source: Han et al. 2024, arXiv:2406.02214,
    /// Appendix F.
    public let hasPaperConvention: Bool
    /// Paper and table.
    public let source: String
    /// What a reader must know before comparing; empty when there is nothing.
    public let note: String

    public init(
        _ quantity: Quantity, rank: Int? = nil, states: MemoryOptions.States = .likeWeights, hasPaperConvention: Bool = true, source: String,
        note: String = ""
    ) {
        self.quantity = quantity
        self.rank = rank
        self.states = states
        self.hasPaperConvention = hasPaperConvention
        self.source = source
        self.note = note
    }

    /// Of weights and state, in the paper's G; `nil` for a figure of another preset or kind.
    public func gigabytes(of model: String) -> Double? {
        guard case .weightsAndState(let named, let amount) = quantity, named == model else { return nil }
        return amount
    }

    /// State beside AdamW's; `nil` for a figure of another kind.
    public var shareOfAdamW: Double? {
        guard case .shareOfAdamW(let share) = quantity else { return nil }
        return share
    }
}

extension MemoryFigure {
    /// One row of a table: a figure for each preset, in G.
    ///
    /// - Parameters:
    ///   - ranks: by preset; empty for a row without ranks.
    ///   - notes: of single presets, in place of `note`.
    public static func row(
        _ gigabytes: KeyValuePairs<String, Double>, ranks: [String: Int] = [:], states: MemoryOptions.States = .likeWeights,
        hasPaperConvention: Bool = true, source: String, note: String = "", notes: [String: String] = [:]
    ) -> [MemoryFigure] {
        gigabytes.map { pair in
            MemoryFigure(
                .weightsAndState(model: pair.key, gigabytes: pair.value), rank: ranks[pair.key], states: states,
                hasPaperConvention: hasPaperConvention, source: source, note: notes[pair.key] ?? note)
        }
    }

    /// The table that several optimizers' and methods' figures are from.
    public static let scaleTable = """
        SCALE (Glentis et al. 2025, arXiv 2506.16659), table in the README of github.com/OptimAI-Lab/Minimalist_LLM_Pretraining @11b547a
        """

    /// The same for GaLore's 7B runs and their 8-bit baseline.
    public static let sevenBillionTable = "GaLore (Zhao et al. 2024, arXiv 2403.03507), Table 3"

    /// What all figures of ``sevenBillionTable`` have in common.
    public static let sevenBillionNote = "whole G, in a unit that can't be reproduced exactly"
}
