import SLSpec

extension SweepReport {
    /// Every key in which the cells of a size differ, and no other: what is not here was equal for all.
    static func differences(_ groups: [SizeGroup], catalog: [MethodDescriptor]) -> [ReportDocument.Block] {
        let tables = groups.compactMap { group -> ReportDocument.Block? in
            guard group.cells.count > 1 else { return nil }
            let differences = SpecDifferences(specs: group.cells.map(\.spec))
            guard !differences.keys.isEmpty else { return nil }
            let name = MarkdownText.inline(group.model.name)
            let columns = [TextTable.Column(name, .left)] + group.cells.map { TextTable.Column(MarkdownText.inline($0.label)) }
            let rows = differences.keys.map { key in
                [MarkdownText.code(key)] + group.cells.indices.map { MarkdownText.inline(differences.value(key, of: $0)) }
            }
            return .table("settings \(group.model.name)", "Settings that differ at \(name).", TextTable(columns: columns, rows: rows))
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
        guard !rows.isEmpty else { return [] }
        let columns: [TextTable.Column] = [
            .init("model", .left), .init("cell", .left), .init("lr used"), .init("lr of the recipe"), .init("source of the recipe", .left),
        ]
        return [.table("recipes", "Learning rates beside those of the published recipes.", TextTable(columns: columns, rows: rows))]
    }
}
