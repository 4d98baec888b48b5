import SLSpec

extension SweepReport {
    /// Every key in which the cells of a size differ, and no other: what is not here was equal for all.
    static func differences(_ groups: [SizeGroup], catalog: [MethodDescriptor]) -> String {
        let tables = groups.compactMap { group -> String? in
            guard group.cells.count > 1 else { return nil }
            let differences = SpecDifferences(specs: group.cells.map(\.spec))
            guard !differences.keys.isEmpty else { return nil }
            let columns = [TextTable.Column(group.model.name, .left)] + group.cells.map { TextTable.Column($0.label) }
            let rows = differences.keys.map { key in
                [MarkdownText.code(key)] + group.cells.indices.map { MarkdownText.inline(differences.value(key, of: $0)) }
            }
            return TextTable(columns: columns, rows: rows).markdown()
        }
        guard !tables.isEmpty else { return "" }
        let intro = """
            ## Differences in hyper-parameters

            Every key of the resolved specs in which the cells of a size differ; all others are equal. "—" means that a method has no such option \
            or that the value is not set. The complete specs are in the appendix.

            """
        let recipes = recipeTable(groups, catalog)
        return ([intro] + tables + (recipes.isEmpty ? [] : [recipes])).joined(separator: "\n")
    }

    /// Learning rates beside the authors': the key that most often decides a comparison.
    private static func recipeTable(_ groups: [SizeGroup], _ catalog: [MethodDescriptor]) -> String {
        let rows = groups.flatMap { group in
            group.cells.compactMap { cell -> [String]? in
                guard let entry = catalog.first(where: { $0.name == cell.method }) else { return nil }
                let recipe = entry.recipe(group.model)
                return [
                    MarkdownText.inline(group.model.name), MarkdownText.inline(cell.label), cell.spec.training.learningRate.description,
                    recipe.learningRate.description, MarkdownText.inline(recipe.source),
                ]
            }
        }
        guard !rows.isEmpty else { return "" }
        let columns: [TextTable.Column] = [
            .init("model", .left), .init("cell", .left), .init("lr used"), .init("lr of the recipe"), .init("source of the recipe", .left),
        ]
        return TextTable(columns: columns, rows: rows).markdown()
    }
}
