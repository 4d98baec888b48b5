package import SLSpec

/// What a loss is drawn over: how far a run had come.
public enum LossAxis: Sendable, Hashable, CaseIterable {
    case tokens
    /// Floating-point operations of the updates, by formula.
    case operations
    /// Time spent in updates.
    case seconds

    /// What a picture's file ends with.
    package var suffix: String {
        switch self {
        case .tokens: "loss"
        case .operations: "loss-flops"
        case .seconds: "loss-time"
        }
    }

    /// How far a run was after each of its recorded updates; `nil` when it didn't record that.
    package func amounts(_ run: RunHistory) -> [Double]? {
        let parts: [Double]
        switch self {
        case .tokens: parts = run.steps.map { Double($0.tokens) }
        case .operations:
            guard let share = Self.operationsPerToken(run) else { return nil }
            parts = run.steps.map { Double($0.tokens) * share }
        case .seconds: parts = run.steps.map(\.seconds)
        }
        var total = 0.0
        let sums = parts.map { part in
            total += part
            return total
        }
        return total.isFinite && total > 0 && parts.allSatisfy { $0 >= 0 } ? sums : nil
    }

    private static func operationsPerToken(_ run: RunHistory) -> Double? {
        guard let result = run.result, result.tokens > 0, let total = result.trainingFloatingPointOperations, total > 0, total.isFinite
        else { return nil }
        return total / Double(result.tokens)
    }

    /// The unit of an axis up to `largest`, and what it is called.
    package func unit(_ largest: Double) -> (scale: Double, title: String) {
        let units: [(Double, String)]
        switch self {
        case .tokens:
            units = [(1, "tokens trained on"), (1e3, "tokens trained on (thousands)"), (1e6, "tokens trained on (millions)"),
                (1e9, "tokens trained on (10⁹)")]
            return units.last { largest >= $0.0 * 5 } ?? units[0]
        case .operations:
            units = [(1, "FLOP"), (1e9, "GFLOP (10⁹)"), (1e12, "TFLOP (10¹²)"), (1e15, "PFLOP (10¹⁵)"), (1e18, "EFLOP (10¹⁸)")]
                .map { ($0.0, "training " + $0.1) }
            return units.last { largest >= $0.0 } ?? units[0]
        case .seconds:
            units = [(1, "s"), (60, "minutes"), (3600, "hours"), (86_400, "days")].map { ($0.0, "training time (\($0.1))") }
            return units.last { largest >= $0.0 * 2 } ?? units[0]
        }
    }
}
