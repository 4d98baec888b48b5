import SLMethodKit
import SLMethods
import SLReport
import SLSpec

/// What papers print of the memory that one row of an estimate is about.
struct PrintedMemory {
    private let model: String
    /// Counted as the paper memory is, so that the two can be compared.
    let figure: MemoryFigure?
    /// Counted otherwise.
    let otherwise: MemoryFigure?
    /// At other ranks, where there is neither of these.
    let atOtherRanks: [MemoryFigure]
    /// State beside AdamW's.
    let share: MemoryFigure?

    /// In G.
    var gigabytes: Double? { figure?.gigabytes(of: model) }
    /// In the paper's G.
    var gigabytesOtherwise: Double? { otherwise?.gigabytes(of: model) }
    var isEmpty: Bool { figure == nil && otherwise == nil && share == nil && atOtherRanks.isEmpty }

    init(method: MethodDescriptor, optimizer: OptimizerChoice, model: String, rank: Int?) {
        let figures = Self.figures(method: method, optimizer: optimizer)
        let amounts = figures.filter { $0.gigabytes(of: model) != nil }
        let mine = amounts.filter { $0.rank == nil || $0.rank == rank }
        self.model = model
        figure = mine.first { $0.hasPaperConvention }
        otherwise = mine.first { !$0.hasPaperConvention }
        atOtherRanks = mine.isEmpty ? amounts : []
        share = figures.first { $0.shareOfAdamW != nil }
    }

    /// Every figure of a method under an optimizer, wherever it is kept: at all sizes and ranks. An optimizer's own are of dense weights.
    static func figures(method: MethodDescriptor, optimizer: OptimizerChoice) -> [MemoryFigure] {
        var figures: [MemoryFigure] = []
        if optimizer.isStandard { figures += quoted(method.name) + PublishedEstimates.memory(method: method.name) }
        if method.name == Program.registry.descriptors.first?.name { figures += optimizer.descriptor.published }
        return figures.filter { $0.states == optimizer.states }
    }

    /// Methods whose quoted memory is with 8-bit moments, which the figures themselves say in words only.
    private static let eightBit: Set = ["q_galore"]

    /// Those that the report quotes beside their perplexities.
    private static func quoted(_ method: String) -> [MemoryFigure] {
        PublishedFigures.all.filter { $0.method == method }.compactMap { figure in
            guard let amount = figure.memoryGB else { return nil }
            let isComparable = figure == PublishedFigures.memory(method: method, size: figure.size)
            return MemoryFigure(
                .weightsAndState(model: figure.size, gigabytes: amount), rank: figure.rank,
                states: eightBit.contains(method) ? .eightBit : .likeWeights, hasPaperConvention: isComparable, source: figure.source,
                note: figure.note.isEmpty && !isComparable ? "in a unit of its own" : figure.note)
        }
    }
}
