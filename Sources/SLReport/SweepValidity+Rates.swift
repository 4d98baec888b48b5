import SLSpec

extension SweepValidity {
    /// Whether some rows could give their linears another learning rate than embedding, head and norms, and others not: a lead may then be
    /// that of the split and not that of the method.
    static func rateSplits(_ group: SizeGroup, _ methods: [MethodDescriptor]) -> [Threat] {
        let rows = group.cells.map { cell in
            (
                label: MarkdownText.inline(cell.label), groups: cell.spec.training.groups.contains { $0.learningRateFactor != nil },
                own: methods.first { $0.name == cell.method }?.ownRates(with: cell.spec.options)
            )
        }
        let split = rows.filter { $0.groups || $0.own != nil }
        let shared = rows.filter { !$0.groups && $0.own == nil }.map(\.label)
        guard !split.isEmpty, !shared.isEmpty else { return [] }
        let reasons = split.map { row in
            let why = [row.groups ? "by its groups" : nil, row.own].compactMap(\.self).joined(separator: "; ")
            return "\(row.label) (\(why))"
        }
        return [
            Threat(
                isUnequal: true,
                words: "\(group.model.name): \(MarkdownText.rows(shared)) \(shared.count == 1 ? "has" : "have") one learning rate for embedding, head, norms and linears; "
                    + "the linears of \(MarkdownText.rows(reasons)) have another than the rest. What separates them may be the split of rates and not the method: "
                    + "`groups.linears.lr_factor` gives every method the same freedom.")
        ]
    }
}
