import Foundation

/// `tuning` with a search in the place of a grid.
extension SweepDecoder {
    /// - Parameters: as of ``tuning(_:_:of:_:)``; `plan` has the search and the seeds.
    func search(
        _ value: JSONValue, _ tuned: [(ModelShape, MethodEntry)], of cells: [CellDraft], _ base: [String: OptionValue], _ plan: TuningPlan, steps: Int?
    ) -> TuningPlan? {
        var plan = plan
        for key in TuningKeys.ofGrid where value[key] != nil {
            reader.report(key.path, "given beside a search", allowed: "\"coordinates\"", hint: "what a search may change stands in \(TuningKeys.coordinates.path)")
        }
        let idle = plan.search == .coordinateDescent ? [TuningKeys.eta, TuningKeys.rungs] : [TuningKeys.tolerance, TuningKeys.short]
        for key in idle where value[key] != nil {
            reader.report(key.path, "has no effect on \(plan.search.rawValue)", allowed: "leave it out")
        }
        plan.settings = settings(value)
        if plan.search == .successiveHalving, plan.settings.maxTrials < plan.settings.rungs {
            reader.report(TuningKeys.maxTrials.path, "\(plan.settings.maxTrials) given", allowed: "one for each of the \(plan.settings.rungs) rungs at least")
        }
        let shared = value[TuningKeys.coordinates].map { coordinates($0, nil, at: TuningKeys.coordinates.path) } ?? []
        for entry in tuned.map(\.1) {
            let own = entry.tune.map(\.key)
            if shared.isEmpty, own.isEmpty, value[TuningKeys.coordinates] == nil {
                reader.report(TuningKeys.coordinates.path, "missing", allowed: "what to try, e.g. {\"lr\": {\"factor\": 2}}")
                return nil
            }
            for one in shared where entry.sweeps(one.key) && !own.contains(one.key) {
                reader.report("\(entry.path).\(one.key)", "is swept, and tuned too", allowed: "one of the two")
            }
        }
        let known = Set(cells.map { $0.with(seed: 0) })
        for (model, entry) in tuned {
            // What a cell has of its own takes the place of what all have.
            let given = shared.map { one in entry.tune.first { $0.key == one.key } ?? one }
                + entry.tune.filter { one in !shared.contains { $0.key == one.key } }
            for combination in entry.combinations {
                let draft = draft(model, entry, combination, base, cells.first?.evaluation ?? EvaluationSpec())
                guard known.contains(draft), !plan.cells.contains(where: { $0.draft == draft }) else { continue }
                let maker = TrialMaker(
                    catalog: catalog, file: reader.file, model: model, descriptor: entry.descriptor, path: entry.path, combination: combination, base: base,
                    draft: draft, steps: steps)
                let space = TuningSpace(coordinates: given.compactMap { coordinate($0, maker) }, maker: maker)
                checkPlaces(space)
                var cell = TuningPlan.Cell(draft: draft, trials: [], space: space)
                cell.trials = plan.lengths(of: cell).first.flatMap { space.trial(at: space.start, share: $0) }.map { [$0] } ?? []
                plan.cells.append(cell)
            }
        }
        checkEqualCandidates(plan)
        return plan
    }

    private func settings(_ value: JSONValue) -> TuningPlan.Settings {
        var settings = TuningPlan.Settings()
        if let most = read(TuningKeys.maxTrials, in: value)?.integer { settings.maxTrials = most }
        if let tolerance = read(TuningKeys.tolerance, in: value)?.real { settings.tolerance = tolerance }
        if let short = read(TuningKeys.short, in: value)?.real { settings.short = short }
        if let eta = read(TuningKeys.eta, in: value)?.integer { settings.eta = eta }
        if let rungs = read(TuningKeys.rungs, in: value)?.integer { settings.rungs = rungs }
        return settings
    }

    /// A coordinate of one cell.
    private func coordinate(_ given: GivenCoordinate, _ maker: TrialMaker) -> TuningCoordinate? {
        let own = maker.own(given.key)
        let made = TuningCoordinate(given, own: own) { laid in
            let quiet = ConfigReader(file: reader.file, overridden: [])
            return maker.trial([:], laid, share: 1, quiet)?.final == maker.draft
        }
        if made == nil {
            reader.report(
                given.path, "the own value of \(maker.descriptor.name) is \(own?.description ?? "none")", allowed: "a number above 0 to multiply",
                hint: "give \"from\" and \"to\", or a list")
        }
        return made
    }

    /// Whatever the config names must be possible, beside the cell's other values at least.
    private func checkPlaces(_ space: TuningSpace) {
        for (number, coordinate) in space.coordinates.enumerated() {
            for place in coordinate.choices.indices where place != coordinate.start {
                var places = space.start
                places[number] = place
                let found = ConfigReader(file: reader.file, overridden: reader.overridden)
                _ = space.trial(at: places, share: 1, found)
                reader.adopt(found)
            }
        }
    }

    /// A search that draws its candidates must find equally many for every cell.
    private func checkEqualCandidates(_ plan: TuningPlan) {
        guard plan.search == .successiveHalving else { return }
        let counts = plan.cells.map { plan.candidates(of: $0) }
        guard let most = counts.max() else { return }
        for (cell, count) in zip(plan.cells, counts) where count < most {
            reader.report(
                "\(cell.draft.origin).tune", "\(count) combinations to begin with, \(most) for other cells", allowed: "equally many for every cell",
                hint: "a smaller \(TuningKeys.maxTrials.path), or more values")
        }
    }
}

extension TrialMaker {
    /// What the cell has under a key; `nil` for what no single value is.
    func own(_ key: String) -> OptionValue? {
        if descriptor.option(named: key) != nil || LayoutKeys.isLayoutKey(key) {
            return draft.options.filled(from: descriptor.options, model: model.unmatched)[key]
        }
        let flat = flatTraining
        if let value = flat[key] { return value }
        if key == "warmup_ratio" {
            return .real(TuningCoordinate.rounded(Double(draft.training.warmupSteps) / Double(max(1, draft.training.steps)))).canonical
        }
        if key.hasPrefix(GroupKeys.prefix), key.hasSuffix(".\(GroupKeys.learningRateFactor.name)") { return 1 }
        if key.hasPrefix(GroupKeys.prefix), key.hasSuffix(".\(GroupKeys.weightDecay.name)") { return flat[GroupKeys.weightDecay.name] }
        return TrainingKeys.descriptor(key) != nil ? flat[key] ?? .null : nil
    }

    private var flatTraining: [String: OptionValue] {
        guard let data = try? JSONEncoder().encode(draft.training) else { return [:] }
        return ((try? JSONDecoder().decode([String: OptionValue].self, from: data)) ?? [:]).mapValues(\.canonical)
    }
}

extension TuningPlan {
    /// Lengths of a cell's trials as shares of the full one, ascending; the last is the full one.
    public func lengths(of cell: Cell) -> [Double] {
        switch search {
        case .grid: return [1]
        case .coordinateDescent:
            let hasOthers = cell.space?.coordinates.contains { !$0.isRate } ?? false
            return hasOthers && settings.short < 1 ? [settings.short, 1] : [1]
        case .successiveHalving:
            return (0..<settings.rungs).reversed().map { rung in 1 / (0..<rung).reduce(1.0) { power, _ in power * Double(settings.eta) } }
        }
    }

    /// How many trials successive halving begins with: as many as `max_trials` allows, and no more than there are combinations.
    public func candidates(of cell: Cell) -> Int {
        let all = cell.space?.coordinates.reduce(1.0) { $0 * Double($1.choices.count) } ?? 1
        return Int(min(all, Double(settings.mostCandidates)))
    }
}

extension TuningPlan.Settings {
    /// How many of a rung's trials go on.
    public func survivors(of count: Int) -> Int { max(1, count / eta) }

    /// The most that successive halving can begin with.
    var mostCandidates: Int {
        func total(_ count: Int) -> Int {
            var (sum, left) = (count, count)
            for _ in 1..<rungs {
                left = survivors(of: left)
                sum += left
            }
            return sum
        }
        return (1...maxTrials).last { total($0) <= maxTrials } ?? 1
    }
}
