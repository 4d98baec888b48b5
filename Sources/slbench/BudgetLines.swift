import SLHarness
import SLReport
import SLSpec

/// What the runs of a config are given, size by size and budget by budget, before any text is read.
enum BudgetLines {
    static func of(_ config: SweepConfig) -> [String] {
        var budgets: [(size: ModelShape, tokens: Int, cells: [CellDraft])] = []
        for cell in config.cells {
            let (size, tokens) = (cell.model.unmatched, cell.training.totalTokens)
            if let place = budgets.firstIndex(where: { $0.size == size && $0.tokens == tokens }) {
                budgets[place].cells.append(cell)
            } else {
                budgets.append((size, tokens, [cell]))
            }
        }
        // What is padding only the text tells.
        let unit = config.data.packing == .truncate ? "positions" : "tokens"
        return budgets.map { budget in
            let perParameter = [ParameterScope.blockLinears, .all].map { scope in
                NumberText.fixed(Double(budget.tokens) / Double(max(1, budget.size.sizeParameterCount(scope))), decimals: 2)
            }
            let work = Set(budget.cells.map(\.prediction)).compactMap { SweepPlanner.trainingFloatingPointOperations($0, registry: Program.registry) }
            let runs = budget.cells.count == 1 ? "1 run" : "\(budget.cells.count) runs"
            return "  \(budget.size.name): \(NumberFormat.tokens(budget.tokens)) \(unit) a run, \(perParameter[0]) for each parameter of the block linears "
                + "(\(perParameter[1]) for each of all)\(range(work)); \(runs)"
        }
    }

    private static func range(_ work: [Double]) -> String {
        guard let least = work.min(), let most = work.max() else { return "" }
        let (low, high) = (NumberFormat.operations(least), NumberFormat.operations(most))
        return ", \(low == high ? low : "\(low) to \(high)") FLOPs"
    }
}
