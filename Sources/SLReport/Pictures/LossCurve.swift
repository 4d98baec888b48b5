import SLSpec

/// The points of one cell in the picture of losses: tokens trained on against loss.
struct LossCurve {
    var label: String
    var style: CellStyle
    /// Smoothed training loss.
    var training: [(tokens: Double, loss: Double)]
    /// Mean evaluation loss over the seeds.
    var evaluation: [(tokens: Double, loss: Double)]
    var isFinished: Bool

    /// `nil` when the cell has no point yet.
    init?(_ cell: ReportCell, style: CellStyle) {
        self.style = style
        isFinished = !cell.finished.isEmpty
        // A mean over runs that ended at different steps would jump where one drops out: then the longest stands alone.
        let runs = isFinished ? cell.finished : Array(cell.runs.max { $0.steps.count < $1.steps.count }.map { [$0] } ?? [])
        guard let first = runs.first else { return nil }
        let tokens = Self.tokensByStep(first)
        func place(_ step: Int) -> Double { tokens[step] ?? Double(step * cell.spec.training.tokensPerStep) }
        training = Self.smoothed(Self.meanLosses(runs)).map { (place($0.step), $0.loss) }
        let steps = SweepReport.thinned(Set(runs.flatMap(\.evaluations).map(\.step)).sorted(), to: 25)
        evaluation = steps.compactMap { step in
            let losses = runs.compactMap { run in run.evaluations.last { $0.step == step }?.loss }.filter(\.isFinite)
            return losses.isEmpty ? nil : (place(step), losses.reduce(0, +) / Double(losses.count))
        }
        if training.isEmpty && evaluation.isEmpty { return nil }
        label = isFinished ? cell.label : "\(cell.label), \(cell.unfinishedStatus)"
        if isFinished && cell.finished.count < cell.runs.count { label += ", \(cell.seedCount) seeds" }
    }

    /// Tokens trained on after each recorded update; they are not steps times a constant where rows are padded.
    private static func tokensByStep(_ run: RunHistory) -> [Int: Double] {
        var total = 0.0
        var result: [Int: Double] = [0: 0]
        for sample in run.steps {
            total += Double(sample.tokens)
            result[sample.step] = total
        }
        return result
    }

    private static func meanLosses(_ runs: [RunHistory]) -> [(step: Int, loss: Double)] {
        var sums: [Int: (sum: Double, count: Int)] = [:]
        for sample in runs.flatMap(\.steps) where sample.loss.isFinite {
            let old = sums[sample.step] ?? (0, 0)
            sums[sample.step] = (old.sum + sample.loss, old.count + 1)
        }
        return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sum / Double($0.value.count)) }
    }

    /// A centred moving mean over a fortieth of the run, at no more than 300 points. Towards the start, where the loss
    /// falls fast, it is narrower; towards the end it keeps reaching back, because there the eye compares levels.
    static func smoothed(_ samples: [(step: Int, loss: Double)]) -> [(step: Int, loss: Double)] {
        let reach = samples.count / 80
        var sums = [0.0]
        sums.reserveCapacity(samples.count + 1)
        for sample in samples { sums.append(sums[sums.count - 1] + sample.loss) }
        return SweepReport.thinned(Array(samples.indices), to: 300).map { index in
            let back = min(reach, index)
            let ahead = min(back, samples.count - 1 - index)
            let mean = (sums[index + ahead + 1] - sums[index - back]) / Double(back + ahead + 1)
            return (samples[index].step, mean)
        }
    }
}
