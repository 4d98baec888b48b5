import SLSpec

extension SweepValidity {
    /// How far below a counted model a loss is clearly so, in nats: about a tenth of the perplexity.
    private static let clearMargin = 0.1

    /// Rows that have hardly learnt more than counting gives, and rows evaluated on a handful of tokens.
    static func floors(_ group: SizeGroup) -> [Threat] {
        var found: [Threat] = []
        func thin(_ words: String) { found.append(Threat(isUnequal: false, words: "\(MarkdownText.inline(group.model.name)): \(words)")) }
        let finished = group.cells.filter { $0.evalLoss != nil }
        var named: Set<String> = []
        for order in CountedModel.Order.allCases {
            // Of several evaluated texts the lowest floor: every row must be below it to be below its own.
            guard let floor = group.counted.filter({ $0.order == order }).map(\.loss).min() else { continue }
            let near = finished.filter { !named.contains($0.label) && !isClearlyBelow($0, floor) }
            guard !near.isEmpty else { continue }
            named.formUnion(near.map(\.label))
            let rows = near.count == finished.count
                ? (near.count == 1 ? "the only row" : "all rows") : MarkdownText.rows(near.map { MarkdownText.inline($0.label) })
            let rule = "(the loss, with two standard deviations of its seeds, less than \(NumberFormat.general(clearMargin)) nats below its \(NumberFormat.loss(floor)))"
            switch order {
            case .unigram:
                thin("not clearly below the counted unigram model \(rule): \(rows). So far little more than the frequency of the tokens was learnt, and the methods can't be told apart by it.")
            case .bigram:
                thin("not clearly below the counted bigram model \(rule): \(rows). What was learnt is at most about what pairs of tokens tell; later differences may be others.")
            }
        }
        let few = finished.filter(\.isThinlyEvaluated).compactMap(\.evaluatedTokens)
        if let least = few.min() {
            thin("losses are means over \(NumberFormat.tokens(least)) evaluated tokens at the least, fewer than \(NumberFormat.tokens(EvaluationSize.fewestTokens)): the text that happened to be evaluated decides them too.")
        }
        return found
    }

    private static func isClearlyBelow(_ cell: ReportCell, _ floor: Double) -> Bool {
        guard let loss = cell.evalLoss else { return true }
        return loss.mean + 2 * (loss.standardDeviation ?? 0) <= floor - clearMargin
    }
}
