package import SLSpec

/// Every decision of a training step: how the loss is scaled, whether an update is applied and how it is clipped, whether the run has
/// diverged, and what is due before the next update. What controllers want is decided by them, from the same facts (`RunView`).
///
/// Decisions rest on facts that a reduction over processes can make alike for all of them: sums, counts, squared norms, one process's
/// clock, and whether any was asked to stop. So processes that share a run need to agree on nothing else.
package struct StepRules: Sendable {
    package let totalSteps: Int
    /// Updates between evaluations; 0 for the end only.
    package let evaluationInterval: Int
    package let gradientClip: Double?
    package let bound: DivergenceBound
    /// `nil` for a run that writes none.
    package let checkpoints: CheckpointPolicy?
    /// Seconds that the process may train.
    package let timeout: Double?

    package init(
        _ training: TrainingSpec, vocabularySize: Int, evaluationInterval: Int = 0, checkpoints: CheckpointPolicy? = nil, timeout: Double? = nil
    ) {
        totalSteps = training.steps
        gradientClip = training.gradientClip
        bound = DivergenceBound(vocabularySize: vocabularySize)
        self.evaluationInterval = evaluationInterval
        self.checkpoints = checkpoints
        self.timeout = timeout
    }

    // MARK: An update

    /// What the summed loss of an update is multiplied with, known before its backward pass: 1 / its targets.
    package static func lossScale(targets: Int) -> Double { targets > 0 ? 1 / Double(targets) : 0 }

    package enum Verdict: Sendable, Hashable {
        /// The gradients are scaled by `clip`, and the weights move. With a divergence this is the run's last update.
        case apply(clip: Double, Divergence?)
        /// The weights stay as they are.
        case refuse(Divergence)
    }

    package func verdict(on update: UpdateFacts) -> Verdict {
        let (loss, norm) = (update.loss, update.gradientNorm)
        guard loss.isFinite, norm.isFinite else {
            let what = loss.isFinite ? "the gradient's norm" : "the loss"
            return .refuse(Divergence(.notANumber, "\(what) of update \(update.number) is not a finite number"))
        }
        // As torch.nn.utils.clip_grad_norm_: max_norm / (norm + 1e-6), never above 1.
        let clip = gradientClip.map { min(1, $0 / (norm + 1e-6)) } ?? 1
        guard loss > bound.duringTraining(first: update.firstLoss ?? loss) else { return .apply(clip: clip, nil) }
        return .apply(clip: clip, Divergence(.lossBound, "the loss of update \(update.number) is \(loss), above \(bound.words)"))
    }

    // MARK: An evaluation

    /// Whether the model is evaluated after so many updates.
    package func isEvaluationDue(after step: Int) -> Bool {
        step == totalSteps || (evaluationInterval > 0 && step % evaluationInterval == 0)
    }

    package func divergence(in evaluation: EvaluationFacts) -> Divergence? {
        let step = evaluation.step
        guard evaluation.loss.isFinite else {
            return Divergence(.notANumber, "the evaluation loss after \(step) updates is not a finite number")
        }
        // The untrained model is nobody's divergence.
        guard let first = evaluation.firstLoss else { return nil }
        let mean = evaluation.meanLoss
        guard mean > (step == totalSteps ? bound.atTheEnd : bound.duringTraining(first: first)) else { return nil }
        return Divergence(.lossBound, "the evaluation loss after \(step) updates is \(mean), above \(bound.words)")
    }

    // MARK: Between updates

    package func isEnd(_ step: Int) -> Bool { step >= totalSteps }

    /// Whether a checkpoint is due; never after the last update.
    ///
    /// - Parameters:
    ///   - last: updates before the last one, or before the process began.
    ///   - seconds: since then.
    package func isCheckpointDue(after step: Int, last: Int, seconds: Double) -> Bool {
        guard let checkpoints, !isEnd(step) else { return false }
        if let steps = checkpoints.everySteps, step - last >= steps { return true }
        if let minutes = checkpoints.everyMinutes, seconds >= minutes * 60 { return true }
        return false
    }

    /// Why a run ends before its last update.
    package enum Stop: Sendable, Hashable {
        case asked
        case overdue(limit: Double)
    }

    package func stop(isAsked: Bool, elapsed: Double) -> Stop? {
        if let timeout, elapsed > timeout { return .overdue(limit: timeout) }
        return isAsked ? .asked : nil
    }
}
