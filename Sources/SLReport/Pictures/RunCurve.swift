package import SLSpec

/// The losses of one run, with what a ``LossAxis`` counts up to them.
package struct RunCurve {
    package struct Point: Equatable {
        /// Updates done: where the seeds of a cell meet.
        var step: Int
        var amount: Double
        var loss: Double
    }

    /// Smoothed training loss, finite and positive, by ascending step.
    var training: [Point]
    var evaluations: [Point]

    /// `nil` when the run didn't record what the axis counts.
    package init?(_ run: RunHistory, over axis: LossAxis) {
        // Before the first update only the untrained model can be placed.
        guard let amounts = run.steps.isEmpty ? [] : axis.amounts(run) else { return nil }
        let usable = run.steps.indices.filter { run.steps[$0].loss.isFinite && run.steps[$0].loss > 0 }
        let losses = Self.smoothed(usable.map { run.steps[$0].loss })
        training = zip(usable, losses).map { Point(step: run.steps[$0].step, amount: amounts[$0], loss: $1) }
        evaluations = []
        var done = 0
        for evaluation in run.evaluations.sorted(by: { $0.step < $1.step }) where evaluation.loss.isFinite && evaluation.loss > 0 {
            while done < run.steps.count, run.steps[done].step <= evaluation.step { done += 1 }
            guard done > 0 || evaluation.step == 0 else { continue }
            evaluations.append(Point(step: evaluation.step, amount: done > 0 ? amounts[done - 1] : 0, loss: evaluation.loss))
        }
    }

    /// A centred moving mean over a fortieth of the run. Towards the start, where the loss falls fast, it is narrower;
    /// towards the end it keeps reaching back, because there the eye compares levels.
    package static func smoothed(_ losses: [Double]) -> [Double] {
        let reach = losses.count / 80
        return losses.indices.map { index in
            let back = min(reach, index)
            let ahead = min(back, losses.count - 1 - index)
            let window = losses[(index - back)...(index + ahead)]
            return window.reduce(0, +) / Double(window.count)
        }
    }
}
