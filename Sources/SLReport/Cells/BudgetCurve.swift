package import SLSpec

/// The evaluations of one run over what it had used by then.
package struct BudgetCurve {
    package struct Point {
        /// Without what the run didn't record.
        package var amounts: [LossAxis: Double]
        package var loss: Double
    }

    /// By updates, ascending; without the untrained model.
    package let points: [Point]

    package init(_ run: RunHistory) {
        let recorded = LossAxis.allCases.compactMap { axis in axis.amounts(run).map { (axis, $0) } }
        let usable = run.evaluations.filter { $0.step > 0 && $0.step <= run.steps.count && $0.loss.isFinite }.sorted { $0.step < $1.step }
        points = usable.map { evaluation in
            let used = recorded.map { axis, amounts in (axis, amounts[evaluation.step - 1]) }
            return Point(amounts: Dictionary(uniqueKeysWithValues: used), loss: evaluation.loss)
        }
    }

    /// Interpolated between the evaluations around an amount; `nil` before the first and after the last.
    package func point(at amount: Double, of axis: LossAxis) -> Point? {
        let used = points.compactMap { $0.amounts[axis] }
        guard used.count == points.count, let after = used.firstIndex(where: { $0 >= amount * (1 - 1e-12) }) else { return nil }
        if used[after] <= amount * (1 + 1e-12) { return points[after] }
        guard after > 0 else { return nil }
        let (left, right) = (points[after - 1], points[after])
        let share = (amount - used[after - 1]) / (used[after] - used[after - 1])
        func between(_ a: Double, _ b: Double) -> Double { a + share * (b - a) }
        return Point(amounts: left.amounts.merging(right.amounts, uniquingKeysWith: between), loss: between(left.loss, right.loss))
    }
}

extension LossAxis {
    /// The largest amount that every run reached; `nil` where one doesn't say, and where all used the same, so that there is
    /// nothing to cut.
    package func shared(_ runs: [BudgetCurve]) -> Double? {
        let totals = runs.compactMap { $0.points.last?.amounts[self] }
        guard totals.count == runs.count, let least = totals.min(), let most = totals.max(), least > 0, most > least * (1 + 1e-9) else { return nil }
        return least
    }

    /// What a spreadsheet calls it, unit included.
    package var figure: String {
        switch self {
        case .tokens: "tokens"
        case .operations: "training_flops"
        case .seconds: "training_seconds"
        }
    }

    /// An amount with its unit.
    package func text(_ amount: Double) -> String {
        switch self {
        case .tokens: NumberFormat.tokens(Int(amount)) + " tokens"
        case .operations: NumberFormat.operations(amount) + " FLOPs"
        case .seconds: NumberFormat.duration(seconds: amount)
        }
    }
}
