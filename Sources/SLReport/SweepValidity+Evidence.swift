import SLSpec

extension SweepValidity {
    /// How much the seeds can show, and what they don't.
    package static func evidence(_ group: SizeGroup) -> [Threat] {
        var found: [Threat] = []
        func thin(_ words: String) { found.append(Threat(isUnequal: false, words: "\(group.model.name): \(words)")) }
        let counts = group.cells.map(\.finished.count).filter { $0 > 0 }
        guard let fewest = counts.min(), let most = counts.max() else { return [] }
        if most == 1 { thin("\(counts.count > 1 ? "one seed a row" : "one seed"): no spread is known, and small differences may be noise.") }
        guard group.cells.count > 1 else { return found }
        guard let compared = ReferenceComparison(group), !compared.rivals.isEmpty else {
            if counts.count > 1, !SeedEvidence.isEnough(seeds: fewest) { thin("\(SeedEvidence.words(seeds: fewest)).") }
            return found
        }
        if let least = compared.rivals.map(\.pairs.differences.count).min(), !SeedEvidence.isEnough(seeds: least) {
            thin("\(SeedEvidence.words(seeds: least)).")
        }
        let open = compared.rivals.filter { $0.claim == .noDifferenceShown }.map { MarkdownText.inline($0.cell.label) }
        if !open.isEmpty {
            thin("the seeds show no difference from \(MarkdownText.inline(compared.baseline.label)) for \(MarkdownText.rows(open)).")
        }
        return found
    }

    /// Rows whose speed does not compare, and those of which that is not known.
    static func speeds(_ group: SizeGroup) -> [Threat] {
        let disturbed = group.cells.filter(\.isDisturbed)
        guard let reasons = Disturbance(disturbed).reasons else { return [] }
        let labels = MarkdownText.rows(disturbed.map { MarkdownText.inline($0.label) })
        let whose = disturbed.count == group.cells.count(where: { !$0.finished.isEmpty }) ? "no row's speed compares" : "the speed of \(labels) does not compare"
        return [Threat(isUnequal: false, words: "\(group.model.name): \(whose). \(reasons).")]
    }

    /// Where the rows of a size have nothing, or not the best, to be set against.
    package static func references(_ groups: [SizeGroup]) -> [Threat] {
        let words = ReferenceWords(groups)
        return groups.filter { $0.cells.count > 1 && !$0.cells.allSatisfy(\.finished.isEmpty) }.flatMap { group in
            [
                words.lack(group).map { Threat(isUnequal: false, words: $0) },
                ReferenceWords.better(group).map { Threat(isUnequal: false, words: "\(group.model.name): \($0)") },
            ].compactMap(\.self)
        }
    }
}
