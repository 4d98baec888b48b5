package import SLSpec

extension SweepValidity {
    /// What was done to find each row's settings.
    package static func tuning(_ group: SizeGroup, _ tuned: TunedCells, _ methods: [MethodDescriptor]) -> [Threat] {
        let found = group.cells.map { (cell: $0, tuned: tuned.of($0)) }
        let name = group.model.name
        guard found.contains(where: { $0.tuned != nil }) else { return withoutTuning(group, methods) }
        var threats: [Threat] = []
        if !group.cells.areTested, group.cells.contains(where: { !$0.finished.isEmpty }) {
            threats.append(Threat(
                isUnequal: false,
                words: "\(name): settings were chosen by the loss on the very validation text that is reported, which flatters whatever was tuned most; `data.test` keeps text apart for the report."))
        }
        // A search ends when it is done: what it might have made is the same for all.
        let counts = found.map { $0.tuned?.search?.maxTrials ?? $0.tuned?.trials.count ?? 0 }
        if Set(counts).count > 1 {
            threats.append(Threat(
                isUnequal: true, words: "\(name): the settings of the rows were chosen by unequal numbers of trials, \(counts.min() ?? 0) to \(counts.max() ?? 0)."))
        }
        threats += searches(name, found)
        let edges = found.filter { !($0.tuned?.edgeKeys.isEmpty ?? true) }.map { MarkdownText.inline($0.cell.label) }
        if !edges.isEmpty {
            threats.append(Threat(
                isUnequal: false,
                words: "\(name): the best of what was tried lies on its edge for \(MarkdownText.rows(edges)): the true best may lie beyond."))
        }
        let ties = found.filter { $0.tuned.flatMap { NearBest($0) }?.isTie ?? false }.map { MarkdownText.inline($0.cell.label) }
        if !ties.isEmpty {
            threats.append(Threat(
                isUnequal: false,
                words: "\(name): several settings were as good as those taken for \(MarkdownText.rows(ties)): which of them is best the trials can't tell."))
        }
        if let cell = found.first(where: { ($0.tuned?.steps ?? .max) < $0.cell.spec.training.steps }), let steps = cell.tuned?.steps {
            threats.append(Threat(
                isUnequal: false,
                words: "\(name): settings were chosen by trials of \(steps) updates for runs of \(cell.cell.spec.training.steps): what is best early may not be best at the end."))
        }
        return threats
    }

    /// How the searches of the rows ended.
    private static func searches(_ name: String, _ found: [(cell: ReportCell, tuned: TunedCell?)]) -> [Threat] {
        var threats: [Threat] = []
        let kinds = Set(found.compactMap { $0.tuned.map { $0.search?.search.words ?? TuningPlan.Search.grid.words } })
        if kinds.count > 1 {
            threats.append(Threat(isUnequal: true, words: "\(name): the settings of the rows were chosen in differing ways: \(MarkdownText.joined(kinds.sorted()))."))
        }
        let capped = found.filter { $0.tuned?.search?.phases.contains { $0.end == .capped } ?? false }.map { MarkdownText.inline($0.cell.label) }
        if !capped.isEmpty {
            threats.append(Threat(
                isUnequal: false,
                words: "\(name): the search for settings ended at its most trials, not at a best without untried neighbours, for \(MarkdownText.rows(capped))."))
        }
        return threats
    }

    private static func withoutTuning(_ group: SizeGroup, _ methods: [MethodDescriptor]) -> [Threat] {
        let rates = RatesOfMethods(group, methods)
        let counts = rates.entries.map(\.rates.count)
        if Set(counts).count > 1 {
            let words = "methods were given unequal numbers of learning rates: \(counts.min() ?? 1) to \(counts.max() ?? 1)."
            return [Threat(isUnequal: true, words: "\(group.model.name): \(words)")]
        }
        return rates.words.map { [Threat(isUnequal: false, words: "\(group.model.name): \($0)")] } ?? []
    }
}

/// The learning rates that the methods of a size ran with, beside those of their published recipes.
struct RatesOfMethods {
    struct Entry {
        var method: String
        var rates: [Double]
        /// `nil` where nothing is known of the method.
        var recipe: Double?

        /// Whether its one rate is the recipe's; `nil` where that is not known or there are several.
        var followsRecipe: Bool? {
            guard rates.count == 1, let recipe else { return nil }
            return abs(rates[0] - recipe) <= 1e-9 * recipe
        }
    }

    let entries: [Entry]

    init(_ group: SizeGroup, _ methods: [MethodDescriptor]) {
        entries = MarkdownText.distinct(group.cells.map(\.method)).map { name in
            Entry(
                method: name, rates: Set(group.cells.filter { $0.method == name }.map(\.spec.training.learningRate)).sorted(),
                recipe: methods.first { $0.name == name }?.recipe(group.shape).learningRate)
        }
    }

    /// How the rates of methods that were not tuned came about, as far as the rates themselves tell; `nil` where methods had
    /// several, which is a search of its own.
    var words: String? {
        guard entries.count > 1 || entries.first?.followsRecipe == false, entries.allSatisfy({ $0.rates.count == 1 }) else { return nil }
        let isShared = entries.count > 1 && Set(entries.flatMap(\.rates)).count == 1
        var parts = [
            (entries.count > 1 ? "each method" : MarkdownText.inline(entries[0].method)) + " ran with one learning rate"
                + (isShared ? ", \(NumberFormat.general(entries[0].rates[0])) for all" : "")
        ]
        let following = entries.filter { $0.followsRecipe == true }.map { MarkdownText.inline($0.method) }
        let others = entries.filter { $0.followsRecipe == false }.map {
            "\(MarkdownText.inline($0.method)) (\(NumberFormat.general($0.rates[0])) in place of \(NumberFormat.general($0.recipe)))"
        }
        if following.count == entries.count {
            parts.append("that of its recipe")
        } else {
            if !following.isEmpty { parts.append("\(MarkdownText.rows(following)) with the recipe's") }
            if !others.isEmpty { parts.append("not the recipe's: \(MarkdownText.rows(others))") }
        }
        return parts.joined(separator: "; ") + "; no trials chose \(entries.count > 1 ? "them" : "it")."
    }
}
