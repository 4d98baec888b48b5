/// The budget of a run: given in updates, tokens, tokens per parameter or FLOPs, resolved to updates.
///
/// Tokens are targets. Where rows are padded an update has as many as its rows have in the mean over the training part: all
/// seeds and methods make equally many updates, and what a seed's rows have in truth differs from the budget by a little.
extension SweepDecoder {
    func refuseTwoBudgets(_ keys: Set<String>, at path: String) {
        let given = TrainingKeys.budgets.filter(keys.contains)
        if given.count > 1 {
            reader.report(reader.join(path, given[1]), "given beside \(given[0])", allowed: "one of " + TrainingKeys.budgets.joined(separator: ", "))
        }
    }

    /// The same values with `steps` in the place of any other budget.
    ///
    /// - Parameters:
    ///   - spec: the cell, its steps of no meaning yet.
    ///   - path: where the budget was given.
    func inSteps(_ given: [String: OptionValue], _ spec: PredictionSpec, at path: String) -> [String: OptionValue] {
        var result = given
        result[TrainingKeys.parameterScope] = nil
        guard let key = TrainingKeys.budgets.first(where: { $0 != "steps" && given[$0] != nil }), let budget = given[key]?.real else { return result }
        result[key] = nil
        let share = targetShare(spec)
        func updates(tokens: Double) -> Double { (tokens / (Double(spec.training.tokensPerStep) * share)).rounded(.up) }
        let steps = switch key {
        case "tokens": updates(tokens: budget)
        case "flops": self.steps(flops: budget / share, spec, at: path)
        // Tokens are whole: 0.07 of 100 is 7, and not the next update for the last bit of a product.
        default: updates(tokens: (budget * Double(spec.model.sizeParameterCount(scope(given)))).rounded())
        }
        if steps > Double(Int32.max) {
            reader.report("\(path).\(key)", "\(budget) make more than \(Int32.max) updates", allowed: "a smaller budget, or a larger batch_size")
        }
        result["steps"] = .integer(Int(min(max(1, steps), Double(Int32.max))))
        return result
    }

    private func scope(_ given: [String: OptionValue]) -> ParameterScope {
        given[TrainingKeys.parameterScope]?.text.flatMap { ParameterScope(rawValue: $0) } ?? .blockLinears
    }

    /// As many updates as fit into a budget, were their rows without padding. Updates of different phases of a method cost differently, so they are searched for.
    private func steps(flops budget: Double, _ spec: PredictionSpec, at path: String) -> Double {
        func cost(_ steps: Int) -> Double? {
            var spec = spec
            spec.training.steps = steps
            return work(spec)
        }
        guard let one = cost(1), one > 0 else {
            reader.report("\(path).flops", "the work of \(spec.method) at these settings can't be told", allowed: "a budget in steps or tokens")
            return 1
        }
        var (low, high) = (1, 2)
        while high < Int(Int32.max), let needed = cost(high), needed <= budget { (low, high) = (high, high * 2) }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if let needed = cost(middle), needed <= budget { low = middle } else { high = middle }
        }
        return Double(low)
    }
}
