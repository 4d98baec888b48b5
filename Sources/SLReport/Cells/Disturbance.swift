import SLSpec

/// What keeps a speed from being compared: others that had the processors meanwhile.
struct Disturbance {
    /// Where others took more of the processor time than this, a speed counts for no comparison (as in the benchmarks).
    static let bound = 0.05

    /// † in tables.
    static let mark = "†"

    private let results: [RunResult]
    /// The terms on which those were made that are not those of most.
    private let otherTerms: [SpeedTerms]

    init(_ cells: [ReportCell]) {
        results = cells.flatMap(\.results)
        otherTerms = cells.filter(\.isElsewhere).flatMap(\.speedTerms).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    var hadCompanions: Bool { results.contains { ($0.companionRuns ?? 0) > 0 } }
    /// Those above the bound, ascending.
    var foreignShares: [Double] { results.compactMap(\.foreignProcessorShare).filter { $0 > Self.bound }.sorted() }
    var isThere: Bool { hadCompanions || !foreignShares.isEmpty || !otherTerms.isEmpty }

    /// What the mark means in a table of these cells; `nil` where none of them has it.
    var note: String? { reasons.map { "\(Self.mark) \($0): the speed does not compare." } }

    /// `Other runs were in training on the machine meanwhile`, `Other processes took 12.0 % to 47.0 % of the processor time …`
    var reasons: String? {
        var words: [String] = []
        if hadCompanions { words.append("other runs were in training on the machine meanwhile") }
        if let least = foreignShares.first, let most = foreignShares.last {
            let (low, high) = (NumberFormat.share(least), NumberFormat.share(most))
            let taken = low == high ? low : "\(low) to \(high)"
            words.append("other processes took \(taken) of the processor time during the updates (above \(NumberFormat.share(Self.bound)) counts)")
        }
        if !otherTerms.isEmpty {
            words.append("the runs were made on other terms than most of the rows (\(otherTerms.map(\.words).joined(separator: "; ")))")
        }
        guard !words.isEmpty else { return nil }
        let joined = words.joined(separator: "; ")
        return SeedEvidence.capitalized(joined)
    }

    /// What is not known; `nil` where all is.
    var unknown: String? {
        func count(_ isKnown: (RunResult) -> Bool) -> String? {
            let unknown = results.count { !isKnown($0) }
            guard unknown > 0 else { return nil }
            return unknown == results.count ? "these runs" : "\(unknown) of \(results.count) runs"
        }
        let words = [
            count { $0.companionRuns != nil }.map { "Whether other runs were in training meanwhile is not known of \($0)." },
            count { $0.foreignProcessorShare != nil }.map { "How much of the processor time others took is not known of \($0)." },
        ].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}

extension ReportCell {
    /// Whether the speed of one of these runs does not compare.
    var isDisturbed: Bool { Disturbance([self]).isThere }

    /// Mean tokens/s, where it compares.
    var undisturbedSpeed: Double? { isDisturbed ? nil : tokensPerSecond?.mean }

    /// A figure of speed with the mark, where there is a figure and it does not compare; a quotient with what it is relative to.
    func marked(_ text: String, beside other: ReportCell? = nil) -> String {
        guard text != NumberFormat.missing, isDisturbed || other?.isDisturbed == true else { return text }
        return text + " " + Disturbance.mark
    }
}
