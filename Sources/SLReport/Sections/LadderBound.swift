/// How factors of tokens are told that a ladder of budgets holds, and those that it does not.
package struct LadderBound {
    package enum Side: String, Sendable { case below = "upper bound", within = "estimate", above = "lower bound" }

    private let range: ClosedRange<Double>

    package init(_ range: ClosedRange<Double>) { self.range = range }

    /// Whether the law was fitted where a factor of so many tokens points to. Rounding does not count: the ladder's own ends lie within.
    package func side(_ factor: Double, of tokens: Double) -> Side {
        let effective = factor * tokens
        if effective < range.lowerBound * (1 - 1e-9) { return .below }
        return effective > range.upperBound * (1 + 1e-9) || effective.isNaN ? .above : .within
    }

    /// `0.71×`, `<0.25×`, `>4.00×`
    package func factor(_ factor: Double, of tokens: Double) -> String {
        if factor.isNaN { return NumberFormat.missing }
        return switch side(factor, of: tokens) {
        case .below: "<" + NumberFormat.ratio(range.lowerBound / tokens)
        case .within: NumberFormat.ratio(factor)
        case .above: ">" + NumberFormat.ratio(range.upperBound / tokens)
        }
    }

    /// `710.0K`, `<250.0K`
    package func tokens(_ factor: Double, of tokens: Double) -> String {
        func text(_ count: Double) -> String { NumberFormat.tokens(Int(count.rounded())) }
        if factor.isNaN { return NumberFormat.missing }
        return switch side(factor, of: tokens) {
        case .below: "<" + text(range.lowerBound)
        case .within: text(factor * tokens)
        case .above: ">" + text(range.upperBound)
        }
    }

    /// `0.65× … 0.78×`, ends beyond the ladder as bounds.
    package func interval(_ estimate: EffectiveData.Estimate, of tokens: Double) -> String {
        guard let low = estimate.low, let high = estimate.high else { return NumberFormat.missing }
        let ends = [factor(low, of: tokens), factor(high, of: tokens)]
        // Where all of it lies beyond one end, that is all that can be said.
        return ends[0] == ends[1] && side(low, of: tokens) != .within ? ends[0] : ends.joined(separator: " … ")
    }

    /// The same cut at the ladder's ends; `nil` where all of it lies beyond one.
    package func clipped(_ estimate: EffectiveData.Estimate, of tokens: Double) -> ClosedRange<Double>? {
        guard let low = estimate.low, let high = estimate.high else { return nil }
        let (least, most) = (range.lowerBound / tokens, range.upperBound / tokens)
        let ends = (max(low, least), min(high, most))
        return ends.0 <= ends.1 ? ends.0...ends.1 : nil
    }

    /// Of one factor for several budgets.
    static func interval(_ estimate: EffectiveData.Estimate?) -> String {
        guard let low = estimate?.low, let high = estimate?.high else { return NumberFormat.missing }
        return "\(NumberFormat.ratio(low)) … \(high.isFinite ? NumberFormat.ratio(high) : "∞")"
    }

    static func range(_ estimate: EffectiveData.Estimate?) -> ClosedRange<Double>? {
        guard let low = estimate?.low, let high = estimate?.high, high.isFinite, low <= high else { return nil }
        return low...high
    }
}
