/// A list of budgets in `training`: the ladder that every method climbs which has no budget of its own.
extension SweepDecoder {
    /// What a shared budget gives: one value for all, or the choices of a ladder.
    func sharedBudget(_ value: JSONValue, _ descriptor: OptionDescriptor, at path: String) -> (one: OptionValue?, ladder: [[String: OptionValue]]) {
        let given = values(value, descriptor, at: path)
        guard given.count > 1 else { return (given.first, []) }
        return (nil, given.map { [descriptor.name: $0] })
    }

    /// `tokens_per_parameter_of` where nothing is counted by it.
    ///
    /// - Parameter shared: the keys of `training`, a ladder's too.
    func refuseIdleScope(_ entries: [MethodEntry], shared: Set<String>) {
        let (scope, budget) = (TrainingKeys.parameterScope, "tokens_per_parameter")
        let allowed = "only beside a budget in \(budget)"
        if shared.contains(scope), !shared.contains(budget), !entries.contains(where: { $0.names(budget) }) {
            reader.report("\(TrainingKeys.place).\(scope)", "given without \(budget)", allowed: allowed)
        }
        for entry in entries where entry.names(scope) && !entry.names(budget) && (entry.hasOwnBudget || !shared.contains(budget)) {
            reader.report("\(entry.path).\(scope)", "given without \(budget)", allowed: allowed)
        }
    }
}

extension MethodEntry {
    /// Whether the method's object gives the key.
    func names(_ key: String) -> Bool { axes.contains { $0.contains { $0[key] != nil } } }

    var hasOwnBudget: Bool { TrainingKeys.budgets.contains(where: names) }

    /// The key of the ladder that it is on; `nil` where it is on none.
    var ladderKey: String? { ladder.first?.keys.first }

    /// The same on a ladder, unless it has a budget of its own.
    func climbing(_ ladder: [[String: OptionValue]]) -> MethodEntry {
        guard !ladder.isEmpty, !hasOwnBudget else { return self }
        var entry = self
        entry.ladder = ladder
        return entry
    }
}
