import SLSpec

/// What a run may be allowed equally much of.
enum Budget: CaseIterable {
    case tokens, floatingPointOperations, seconds

    /// The largest amount that every run reached; `nil` where one doesn't say, and where all used the same, so that there is
    /// nothing to cut.
    func shared(_ runs: [BudgetCurve]) -> Double? {
        let totals = runs.map { $0.points.last.flatMap { self.amount($0) } }
        let known = totals.compactMap(\.self)
        guard known.count == totals.count, let least = known.min(), let most = known.max(), least > 0, most > least * (1 + 1e-9) else { return nil }
        return least
    }

    func amount(_ point: BudgetCurve.Point) -> Double? {
        switch self {
        case .tokens: point.tokens
        case .floatingPointOperations: point.floatingPointOperations
        case .seconds: point.seconds
        }
    }

    func text(_ amount: Double) -> String {
        switch self {
        case .tokens: NumberFormat.tokens(Int(amount)) + " tokens"
        case .floatingPointOperations: NumberFormat.operations(amount) + " FLOPs"
        case .seconds: NumberFormat.duration(seconds: amount)
        }
    }
}

/// The evaluations of one run over what it had used by then.
struct BudgetCurve {
    struct Point {
        var tokens: Double
        /// By formula, as if every token cost the same; `nil` in old records.
        var floatingPointOperations: Double?
        /// In updates.
        var seconds: Double
        var loss: Double
    }

    /// By tokens, ascending; without the untrained model.
    let points: [Point]

    init(_ run: RunHistory) {
        var tokens = [0.0]
        var seconds = [0.0]
        for sample in run.steps {
            tokens.append(tokens[tokens.count - 1] + Double(sample.tokens))
            seconds.append(seconds[seconds.count - 1] + sample.seconds)
        }
        let perToken = run.result.flatMap { result in
            result.tokens > 0 ? result.trainingFloatingPointOperations.map { $0 / Double(result.tokens) } : nil
        }
        let usable = run.evaluations.filter { $0.step > 0 && $0.step < tokens.count && $0.loss.isFinite }.sorted { $0.step < $1.step }
        points = usable.map { evaluation in
            let used = tokens[evaluation.step]
            return Point(
                tokens: used, floatingPointOperations: perToken.map { $0 * used }, seconds: seconds[evaluation.step], loss: evaluation.loss)
        }
    }

    /// Interpolated between the evaluations around an amount; `nil` before the first and after the last.
    func point(at amount: Double, of budget: Budget) -> Point? {
        let amounts = points.compactMap { budget.amount($0) }
        guard amounts.count == points.count, let after = amounts.firstIndex(where: { $0 >= amount * (1 - 1e-12) }) else { return nil }
        if amounts[after] <= amount * (1 + 1e-12) { return points[after] }
        guard after > 0 else { return nil }
        let share = (amount - amounts[after - 1]) / (amounts[after] - amounts[after - 1])
        func between(_ value: (Point) -> Double) -> Double { value(points[after - 1]) + share * (value(points[after]) - value(points[after - 1])) }
        return Point(
            tokens: between(\.tokens),
            floatingPointOperations: points[after].floatingPointOperations == nil ? nil : between { $0.floatingPointOperations ?? 0 },
            seconds: between(\.seconds), loss: between(\.loss))
    }
}
