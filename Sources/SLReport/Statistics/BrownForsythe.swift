/// Whether groups of values have one variance: an analysis of variance of the distances from each group's median.
///
/// Medians instead of Levene's means keep the level for values that are not normal.
///
/// Source: Brown & Forsythe 1974, Robust tests for the equality of variances, J. Amer. Statist. Assoc. 69, 364–367.
package struct BrownForsythe: Sendable, Hashable {
    package let statistic: Double
    package let pValue: Double

    /// `nil` with fewer than two groups, a group of fewer than two values, and without any spread of the distances.
    package init?(_ groups: [[Double]]) {
        guard groups.count > 1, groups.allSatisfy({ $0.count > 1 }) else { return nil }
        let distances = groups.map { group in
            let median = group.median
            return group.map { abs($0 - median) }
        }
        let all = distances.joined()
        let count = Double(all.count)
        let grand = all.reduce(0, +) / count
        var (between, within) = (0.0, 0.0)
        for group in distances {
            let mean = group.reduce(0, +) / Double(group.count)
            between += Double(group.count) * (mean - grand) * (mean - grand)
            within += group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        let (numerator, denominator) = (Double(groups.count - 1), count - Double(groups.count))
        guard within > 0, let p = FisherF.upperTail(between / numerator / (within / denominator), numerator, denominator) else { return nil }
        statistic = between / numerator / (within / denominator)
        pValue = p
    }
}
