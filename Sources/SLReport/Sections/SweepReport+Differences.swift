package import SLSpec

extension SweepReport {
    /// Every key in which the cells of a size differ, and no other: what is not here was equal for all.
    package static func differences(_ groups: [SizeGroup], catalog: [MethodDescriptor]) -> [ReportDocument.Block] {
        let tables = groups.compactMap { group -> ReportDocument.Block? in
            guard group.cells.count > 1 else { return nil }
            let differences = SpecDifferences(specs: group.cells.map(\.spec))
            guard !differences.keys.isEmpty else { return nil }
            let name = MarkdownText.inline(group.model.name)
            let columns = [ReportColumn(words: name, differences.keys.map(MarkdownText.code), name: "key")]
                + group.cells.indices.map { place in
                    let values = differences.keys.map { MarkdownText.inline(differences.value($0, of: place)) }
                    return ReportColumn(words: MarkdownText.inline(group.cells[place].label), values, .right)
                }
            return .table("settings \(group.model.name)", "Settings that differ at \(name).", columns)
        }
        guard !tables.isEmpty else { return [] }
        let intro = """
            Every key of the resolved specs in which the cells of a size differ; all others are equal. "—" means that a method has no such option \
            or that the value is not set. The complete specs are in the appendix.
            """
        return [.section("Differences in hyper-parameters"), .paragraph(intro)] + tables + recipeTable(groups, catalog)
    }

    /// Learning rates beside the authors': the key that most often decides a comparison.
    private static func recipeTable(_ groups: [SizeGroup], _ catalog: [MethodDescriptor]) -> [ReportDocument.Block] {
        let cells = groups.flatMap { group in
            group.cells.compactMap { cell in
                catalog.first { $0.name == cell.method }.map { (model: group.model.name, cell: cell, recipe: $0.recipe(group.shape)) }
            }
        }
        guard !cells.isEmpty else { return [] }
        let used = cells.map(\.cell.spec.training.learningRate)
        let columns = [
            ReportColumn(words: "model", cells.map { MarkdownText.inline($0.model) }),
            ReportColumn(words: "cell", cells.map { MarkdownText.inline($0.cell.label) }),
            ReportColumn("lr used", used.map(\.description), figures: .real("learning_rate", used)),
            ReportColumn(
                "lr of the recipe", cells.map(\.recipe.learningRate.description), figures: .real("recipe_learning_rate", cells.map(\.recipe.learningRate))),
            ReportColumn(words: "source of the recipe", cells.map { MarkdownText.inline($0.recipe.source) }),
        ]
        return [.table("recipes", "Learning rates beside those of the methods' recipes.", columns)]
    }
}
