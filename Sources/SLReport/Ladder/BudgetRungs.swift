import SLSpec

/// Tells which cells of a size were given the same budget, where rows were trained on several.
///
/// A row is what cells have in common that differ in nothing but their budget, its warm-up, and what a tuning chose for each. Without a row
/// that was trained on two budgets there is no ladder: rows that a method's own budget sets apart stay in one table, which says so. Budgets
/// are equal where their tokens are, up to an update that was rounded up. By a ladder in FLOPs every row has tokens of its own, in the same
/// proportions: its rungs are those of the rows in ascending order.
struct BudgetRungs {
    /// Of each cell: its rung from 0, the smallest budget first.
    let places: [Int]
    /// Of each cell: its row, the same number on every rung.
    let rows: [Int]
    let count: Int

    private static let budget: Set<String> = ["training.steps", "training.warmup_steps", "seed"]

    /// - Parameter tuned: keys that a tuning chose.
    /// - Returns: `nil` where no row has two budgets.
    init?(_ cells: [ReportCell], tuned: Set<String>) {
        let families = Self.families(cells, tuned)
        guard families.contains(where: { $0.count > 1 }) else { return nil }
        let tokens = cells.map(\.spec.expectedTargets)
        let climbing = families.filter { $0.count > 1 }.map { family in family.sorted { tokens[$0] < tokens[$1] } }
        let clusters = Self.clusters(cells, tokens)
        var places = cells.indices.map { cell in clusters.firstIndex { $0.contains(tokens[cell]) } ?? 0 }
        if Self.isProportional(climbing, cells, tokens), let height = climbing.first?.count, clusters.count > height {
            // A row of one budget is on the nearest rung.
            let middles = (0..<height).map { rung in climbing.reduce(0) { $0 + tokens[$1[rung]] } / Double(climbing.count) }
            places = cells.indices.map { cell in
                for family in climbing { if let rung = family.firstIndex(of: cell) { return rung } }
                return middles.indices.min { abs(middles[$0] - tokens[cell]) < abs(middles[$1] - tokens[cell]) } ?? 0
            }
        }
        let used = Set(places).sorted()
        self.places = places.map { used.firstIndex(of: $0) ?? 0 }
        count = used.count
        rows = cells.indices.map { cell in families.firstIndex { $0.contains(cell) } ?? 0 }
        guard count > 1 else { return nil }
    }

    // MARK: Rows

    /// Cells by row, in the order of their first.
    private static func families(_ cells: [ReportCell], _ tuned: Set<String>) -> [[Int]] {
        let fields = cells.map { SpecFields($0.spec).values }
        func isTuned(_ key: String) -> Bool { tuned.contains(SpecFields.shortName(key)) }
        /// From loose to strict: a row has a budget once.
        let ignored: [(String) -> Bool] = [{ budget.contains($0) || isTuned($0) }, { budget.contains($0) }, { $0 == "training.steps" || $0 == "seed" }]
        func split(_ part: [Int], _ level: Int) -> [[Int]] {
            guard level < ignored.count else { return part.map { [$0] } }
            let keys = part.map { cell in fields[cell].filter { !ignored[level]($0.key) } }
            return MarkdownText.distinct(keys).flatMap { key -> [[Int]] in
                let alike = part.indices.filter { keys[$0] == key }.map { part[$0] }
                let budgets = Set(alike.map { cells[$0].spec.training.steps })
                if budgets.count == alike.count { return [alike] }
                let strict = split(alike, level + 1)
                return strict.allSatisfy { $0.count == budgets.count } ? strict : inOrder(alike, cells) ?? strict
            }
        }
        return split(Array(cells.indices), 0).sorted { ($0.first ?? 0) < ($1.first ?? 0) }
    }

    /// Rows that only what was tuned sets apart, by their order in the plan, which is the same on every budget; `nil` where budgets have not
    /// equally many.
    private static func inOrder(_ alike: [Int], _ cells: [ReportCell]) -> [[Int]]? {
        let byBudget = Dictionary(grouping: alike) { cells[$0].spec.training.steps }.sorted { $0.key < $1.key }.map(\.value)
        guard let first = byBudget.first, byBudget.count > 1, byBudget.allSatisfy({ $0.count == first.count }) else { return nil }
        return first.indices.map { place in byBudget.map { $0[place] } }
    }

    // MARK: Budgets

    /// How far tokens may be from proportional, and FLOPs from equal: updates are whole.
    private static let slack = 0.05

    /// Whether all rows climb alike, by tokens that are their own: as many rungs, in the same proportions, and of equal work where that is known.
    private static func isProportional(_ climbing: [[Int]], _ cells: [ReportCell], _ tokens: [Double]) -> Bool {
        guard let first = climbing.first, climbing.allSatisfy({ $0.count == first.count }) else { return false }
        func isNear(_ values: [Double]) -> Bool { (values.max() ?? 0) <= (values.min() ?? 0) * (1 + slack) }
        return first.indices.allSatisfy { rung in
            let steps = climbing.map { tokens[$0[rung]] / max(1, tokens[$0[0]]) }
            let work = climbing.compactMap { cells[$0[rung]].floatingPointOperations }
            return isNear(steps) && (work.count < climbing.count || isNear(work))
        }
    }

    /// Ranges of tokens that are one budget, ascending: neighbours that are less than an update apart.
    private static func clusters(_ cells: [ReportCell], _ tokens: [Double]) -> [ClosedRange<Double>] {
        let known = zip(tokens, cells.map(\.spec.targetsPerUpdate)).sorted { $0.0 < $1.0 }
        var clusters: [(range: ClosedRange<Double>, update: Double)] = []
        for (amount, update) in known {
            if let last = clusters.last, amount - last.range.lowerBound < max(update, last.update) * (1 - 1e-9) {
                clusters[clusters.count - 1] = (last.range.lowerBound...amount, max(update, last.update))
            } else {
                clusters.append((amount...amount, update))
            }
        }
        return clusters.map(\.range)
    }
}
