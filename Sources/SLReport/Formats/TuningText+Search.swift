public import SLSpec

extension TuningText {
    /// What a reader must know of how a cell's search ended, in sentences without the cell's name.
    public static func searchNotes(_ cell: TunedCell) -> [String] {
        guard let search = cell.search, search.isOver else { return [] }
        var words: [String] = []
        let capped = search.phases.filter { $0.end == .capped }
        if !capped.isEmpty {
            let which = search.phases.count > 1 ? " of \(MarkdownText.joined(capped.map { "\($0.steps) updates" }))" : ""
            words.append("the search\(which) reached its most trials (\(search.maxTrials) in all) before every neighbour of a nearly best one was tried")
        }
        for (key, low, high) in cell.extensions {
            let declared = search.coordinates.first { $0.key == key }
            words.append(
                "the best `\(key)` lay on the edge of \(NumberFormat.general(declared?.low)) to \(NumberFormat.general(declared?.high)), so "
                    + "\(NumberFormat.general(low)) to \(NumberFormat.general(high)) was tried")
        }
        return words
    }

    /// `lr 0.002 → 0.004` for each key in which a trial differs from another.
    static func change(_ trial: TunedCell.Trial, from other: TunedCell.Trial) -> String {
        TrialCurve.difference(trial, other).map { key in
            "\(key) \(other.values[key]?.description ?? NumberFormat.missing) → \(trial.values[key]?.description ?? NumberFormat.missing)"
        }.joined(separator: ", ")
    }
}
