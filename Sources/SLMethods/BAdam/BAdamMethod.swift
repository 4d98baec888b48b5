public import SLMethodKit
public import SLSpec

/// Block-coordinate descent: of dense weights one transformer layer at a time is trained, for some updates, with AdamW that begins anew.
///
/// Source: Luo et al. 2024, BAdam, arXiv:2404.02827, Algorithm 1; code: github.com/Ledzy/BAdam, `block_optim.py`. A layer's norms belong to its
/// block. Gradients and optimizer state exist for the present block only. A method of fine-tuning: from scratch embedding and head are better
/// trained (`tables`), which the authors leave frozen unless asked.
///
/// Deviations: every block has the same number of updates, where the code's counter gives the first one less; a copy of the block in fp32 beside
/// weights in half precision is not kept, because nothing here is trained in less than is asked for.
public struct BAdamMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "badam", title: "BAdam", summary: "Dense weights, one transformer layer trained at a time.",
        paper: "Luo et al. 2024, arXiv:2404.02827", family: .partial,
        options: [
            OptionDescriptor(
                name: "switch_interval", domain: .integer(1...Int.max), help: "Updates of a block before the next one's turn.",
                authorsName: "switch_block_every", source: "block_optim.py of github.com/Ledzy/BAdam @1633297; K in arXiv:2404.02827", defaultValue: 50).ofTheRun,
            OptionDescriptor(
                name: "order", domain: .choice(BAdamLifecycle.Order.allCases.map(\.rawValue)),
                help: "In which order blocks are trained; random draws another for every round.", authorsName: "switch_mode",
                source: "block_optim.py of github.com/Ledzy/BAdam @1633297", defaultValue: "descending").ofTheRun,
            OptionDescriptor(
                name: "tables", domain: .choice(BAdamTables.allCases.map(\.rawValue)),
                help: "Embedding, head and last norm: frozen, two blocks of their own, or trained all the while.",
                authorsName: "include_embedding / include_lm_head / active_modules", source: "block_optim.py of github.com/Ledzy/BAdam @1633297",
                defaultValue: "frozen").ofTheRun,
        ],
        recipe: { _ in .init(learningRate: 1e-3, source: "no published value for pretraining; full-rank's") })

    private let interval: Int
    private let order: BAdamLifecycle.Order
    private let tables: BAdamTables

    public init(options: MethodOptions, model: ModelShape) throws {
        interval = try options.integer("switch_interval")
        order = try options.choice("order", of: BAdamLifecycle.Order.self)
        tables = try options.choice("tables", of: BAdamTables.self)
    }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { [BAdamLifecycle(interval: interval, order: order, tables: tables)] }

    /// A block after the other.
    public func trainedSets(of tensors: [TensorPlace], phase: Int) -> [TrainedSet] {
        let blocks = BAdamBlocks(tensors, tables: tables)
        let sets = blocks.blocks.indices.map { TrainedSet(held: blocks.held(but: $0)) }
        return sets.isEmpty ? [TrainedSet(held: Set(blocks.frozen))] : sets
    }
}
