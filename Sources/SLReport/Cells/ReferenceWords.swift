import SLSpec

/// Which rows the others are set against, by which rule, and where there is none.
struct ReferenceWords {
    private let groups: [SizeGroup]

    init(_ groups: [SizeGroup]) { self.groups = groups }

    /// Empty when no size has a reference.
    var sentences: [String] {
        let named = groups.compactMap { group in group.baseline.map { (size: group.model.name, label: $0.label) } }
        guard !named.isEmpty else { return [] }
        return ["The reference is \(names(named)): \(rule)."] + groups.compactMap(lack)
    }

    private func names(_ named: [(size: String, label: String)]) -> String {
        let labels = MarkdownText.distinct(named.map(\.label))
        return labels.map { label in
            let sizes = named.filter { $0.label == label }.map(\.size)
            let place = groups.count == 1 ? "" : sizes.count == groups.count ? " at every size" : " at " + sizes.joined(separator: ", ")
            return MarkdownText.inline(label + place)
        }.joined(separator: ", ")
    }

    private var rule: String {
        let rivals = groups.map { $0.cells.count { $0.method == ReferenceRule.method } }
        guard rivals.contains(where: { $0 > 1 }) || groups.count > 1 else { return "the only full-rank cell" }
        guard rivals.contains(where: { $0 > 1 }) else { return "the full-rank cells with the memory options that most sizes have" }
        return "of the full-rank cells those by AdamW with one rate for all tensors, of these those with the plainest memory options that every size has "
            + "(ordinary before changed, in the order states, storage, rounding, block size, update, recompute), then the learning rate nearest to the recipe's, then the lowest "
            + "settings; neither their order nor their losses decide"
    }

    /// Why nothing is relative at a size; `nil` where something is.
    func lack(_ group: SizeGroup) -> String? {
        guard group.baseline == nil else { return nil }
        let size = MarkdownText.inline(group.model.name)
        let full = group.cells.filter { $0.method == ReferenceRule.method }
        guard !full.isEmpty else { return "\(size) has no full_rank cell, so there is nothing to be relative to." }
        guard let chosen = full.first(where: { $0.prediction == group.reference }) else {
            guard full.contains(where: \.canBeCompared) else {
                return "No full_rank run finished at \(size), so there is nothing to be relative to."
            }
            return "\(size) lacks the full_rank cell that the other sizes are set against, so nothing is relative there."
        }
        let standing = chosen.unfinishedStatus.isEmpty ? "without a loss" : chosen.unfinishedStatus
        return "The reference \(MarkdownText.inline(chosen.label)) has not finished at \(size) (\(standing)), so there is nothing to be relative to."
    }

    /// A full-rank cell that reads better than the one the others are set against.
    static func better(_ group: SizeGroup) -> String? {
        guard let baseline = group.baseline, let loss = baseline.evalLoss?.mean else { return nil }
        let full = group.cells.filter { $0.method == ReferenceRule.method && ($0.evalLoss?.mean ?? .infinity) < loss }
        guard let best = full.min(by: { ($0.evalLoss?.mean ?? 0) < ($1.evalLoss?.mean ?? 0) }) else { return nil }
        return "the reference \(MarkdownText.inline(baseline.label)) is not the full-rank cell with the lowest loss: "
            + "\(MarkdownText.inline(best.label)) reads \(NumberFormat.loss(best.evalLoss?.mean)), the reference \(NumberFormat.loss(loss))."
    }
}
