import Foundation

/// Everything that a search may try for a cell: a place on each of its coordinates.
public struct TuningSpace: Sendable {
    public let coordinates: [TuningCoordinate]
    let maker: TrialMaker

    /// The cell as the config has it.
    public var start: [Int] { coordinates.map(\.start) }

    /// - Parameter share: length of the trial as a share of the full one.
    /// - Returns: `nil` where there is no such place, and for values that don't go together.
    public func trial(at places: [Int], share: Double) -> TuningPlan.Trial? {
        let reader = ConfigReader(file: maker.file, overridden: [])
        let trial = trial(at: places, share: share, reader)
        return reader.issues.isEmpty ? trial : nil
    }

    /// The cell with each value that the config names, one at a time.
    public var namedDrafts: [CellDraft] {
        coordinates.indices.flatMap { number in
            coordinates[number].choices.indices.compactMap { place in
                var places = start
                places[number] = place
                return trial(at: places, share: 1)?.final
            }
        }
    }

    /// The same; the reader knows what does not go together.
    func trial(at places: [Int], share: Double, _ reader: ConfigReader) -> TuningPlan.Trial? {
        var (shown, laid): ([String: OptionValue], [String: OptionValue]) = ([:], [:])
        for (coordinate, place) in zip(coordinates, places) {
            guard let choice = coordinate.choice(at: place) else { return nil }
            shown.merge(choice.shown) { $1 }
            laid.merge(choice.laid) { $1 }
        }
        return maker.trial(shown, laid, share: share, reader)
    }
}

/// Makes a cell's trials, each from what it lays over the cell's own values.
struct TrialMaker: Sendable {
    let catalog: Catalog
    /// The config's.
    let file: String
    let model: ModelShape
    let descriptor: MethodDescriptor
    /// Where the method stands.
    let path: String
    let combination: [String: OptionValue]
    let base: [String: OptionValue]
    /// The cell as the config has it.
    let draft: CellDraft
    /// Updates of a trial at full length; `nil` for those of the run.
    let steps: Int?

    /// Whether the cell's budget is counted in something else than updates, so that a batch of another size has others.
    private var isCounted: Bool {
        let own = TrainingKeys.budgets.filter { combination[$0] != nil }
        return !(own.isEmpty ? TrainingKeys.budgets.filter { base[$0] != nil } : own).allSatisfy { $0 == "steps" }
    }

    func trial(_ shown: [String: OptionValue], _ laid: [String: OptionValue], share: Double, _ reader: ConfigReader) -> TuningPlan.Trial? {
        var chosen = SweepDecoder.merge(laid, over: combination)
        // One of the two, and the tried one counts.
        if laid["warmup_steps"] != nil { chosen["warmup_ratio"] = nil }
        let final = isCounted ? counted(chosen, reader) : made(chosen, draft.evaluation, reader)
        // A trial is looked at once, at its end.
        var atTheEnd = draft.evaluation
        atTheEnd.every = 0
        let length = max(1, Int((share * Double(steps ?? final.training.steps)).rounded()))
        var short = with(steps: length, chosen)
        if length != final.training.steps {
            // The whole schedule is as much shorter.
            let share = Double(length) / Double(max(1, final.training.steps))
            short["warmup_ratio"] = nil
            short["warmup_steps"] = .integer(Int((Double(final.training.warmupSteps) * share).rounded()))
        }
        return TuningPlan.Trial(values: shown, draft: made(short, atTheEnd, reader), final: final)
    }

    /// With as many updates as make the cell's budget in tokens.
    private func counted(_ chosen: [String: OptionValue], _ reader: ConfigReader) -> CellDraft {
        let same = made(with(steps: draft.training.steps, chosen), draft.evaluation, reader)
        let (before, now) = (draft.training.tokensPerStep, same.training.tokensPerStep)
        guard before != now else { return same }
        let steps = (Double(draft.training.steps) * Double(before) / Double(max(1, now))).rounded(.up)
        return made(with(steps: Int(max(1, min(steps, Double(Int32.max)))), chosen), draft.evaluation, reader)
    }

    private func with(steps: Int, _ chosen: [String: OptionValue]) -> [String: OptionValue] {
        var chosen = chosen.filter { !TrainingKeys.budgets.contains($0.key) }
        chosen["steps"] = .integer(steps)
        return chosen
    }

    /// Its budget is in updates by now, so nobody is asked what a budget of another kind comes to.
    private func made(_ chosen: [String: OptionValue], _ evaluation: EvaluationSpec, _ reader: ConfigReader) -> CellDraft {
        let decoder = SweepDecoder(
            reader: reader, catalog: catalog, folder: URL(filePath: "."), work: { _ in nil }, measure: { _, _ in nil }, targetShare: { _ in 1 })
        return decoder.draft(model, MethodEntry(descriptor: descriptor, path: path, axes: []), chosen, base, evaluation)
    }
}
