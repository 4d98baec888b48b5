import Foundation

extension SweepReport {
    enum Direction { case lowest, highest }

    /// `5.1234`, or `5.1234 ± 0.0012` for more than one seed.
    static func plusMinus(_ summary: SampleSummary?, _ format: (Double?) -> String) -> String {
        guard let summary else { return NumberFormat.missing }
        guard let deviation = summary.standardDeviation else { return format(summary.mean) }
        return format(summary.mean) + " ± " + format(deviation)
    }

    /// Mean and spread with the decimals that the mean has.
    package static func speed(_ summary: SampleSummary?) -> String {
        let decimals = NumberFormat.tokensPerSecondDecimals(summary?.mean ?? 0)
        return plusMinus(summary) { NumberFormat.fixed($0, decimals: decimals) }
    }

    /// A column with its best value bold. Means that read the same are equally good; where all are, none is best.
    /// A cell without a value takes no part.
    static func best(
        _ cells: [ReportCell], _ direction: Direction, _ value: (ReportCell) -> Double?, text: (ReportCell) -> String
    ) -> [String] {
        best(cells.map(text), direction, cells.map(value))
    }

    static func best(_ texts: [String], _ direction: Direction, _ values: [Double?]) -> [String] {
        let ranked = values.indices.compactMap { index in
            values[index].flatMap { $0.isFinite ? (index: index, value: $0) : nil }
        }
        guard ranked.count > 1,
            let winner = ranked.min(by: { direction == .lowest ? $0.value < $1.value : $0.value > $1.value })
        else { return texts }
        let means = texts.map { $0.components(separatedBy: " ± ")[0] }
        guard Set(ranked.map { means[$0.index] }).count > 1 else { return texts }
        let equals = Set(ranked.map(\.index).filter { means[$0] == means[winner.index] })
        return texts.indices.map { equals.contains($0) ? "**\(texts[$0])**" : texts[$0] }
    }
}
