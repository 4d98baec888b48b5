import SLSpec

/// The curve of one cell: the mean over its seeds and the band that they span.
package struct LossCurve {
    /// The seeds after the same updates.
    package struct Point: Equatable {
        /// The mean of what the seeds needed until there.
        package var amount: Double
        /// What they needed at least and at most.
        package var amounts: ClosedRange<Double>
        package var mean: Double
        package var losses: ClosedRange<Double>
    }

    package var label: String
    package var style: CellStyle
    /// Smoothed training loss, at no more than 200 steps.
    package var training: [Point]
    package var evaluation: [Point]
    /// How many seeds stand behind it.
    package var seeds: Int
    var isFinished: Bool

    /// `nil` when the cell has no point yet, or no run of it recorded what the axis counts.
    package init?(_ cell: ReportCell, style: CellStyle, over axis: LossAxis) {
        self.style = style
        isFinished = !cell.finished.isEmpty
        // A mean over runs that ended at different steps would jump where one drops out: then the longest stands alone.
        let runs = isFinished ? cell.finished : Array(cell.runs.max { $0.steps.count < $1.steps.count }.map { [$0] } ?? [])
        let curves = runs.compactMap { RunCurve($0, over: axis) }
        training = Self.joined(curves.map(\.training), points: 200)
        evaluation = Self.joined(curves.map(\.evaluations), points: 25)
        seeds = curves.count
        label = cell.legendLabel
        if training.isEmpty && evaluation.isEmpty { return nil }
    }

    /// One point for each step that all seeds have. They are averaged after the same updates and not at the same amount: the
    /// seeds of a cell do the same work, so that their times differ by the machine's mood, and a mean at equal times would
    /// end with the fastest of them.
    package static func joined(_ seeds: [[RunCurve.Point]], points: Int) -> [Point] {
        guard let first = seeds.first else { return [] }
        let others = seeds.dropFirst().map { Dictionary($0.map { ($0.step, $0) }) { _, last in last } }
        let common = first.compactMap { point in
            let all = [point] + others.compactMap { $0[point.step] }
            return all.count == seeds.count ? all : nil
        }
        return SweepReport.thinned(common, to: points).compactMap { all in
            guard let amounts = range(all.map(\.amount)), let losses = range(all.map(\.loss)) else { return nil }
            let count = Double(all.count)
            return Point(
                amount: all.reduce(0) { $0 + $1.amount } / count, amounts: amounts,
                mean: all.reduce(0) { $0 + $1.loss } / count, losses: losses)
        }
    }

    private static func range(_ values: [Double]) -> ClosedRange<Double>? {
        guard let low = values.min(), let high = values.max() else { return nil }
        return low...high
    }
}

extension ReportCell {
    /// ``label``, with what a mean over its seeds leaves out: `relora r=128, diverged`, `galore r=64, 2 of 3 seeds`.
    var legendLabel: String {
        if finished.isEmpty { return "\(label), \(unfinishedStatus)" }
        return finished.count < runs.count ? "\(label), \(seedCount) seeds" : label
    }
}
