import SLSpec

extension CheckpointPolicy {
    /// Checkpoints that are asked for and will not be written.
    func silences(_ training: TrainingSpec) -> [String] {
        guard everyMinutes == nil, let everySteps, everySteps >= training.steps else { return [] }
        return ["no checkpoint before the end of \(training.steps) updates: the first is due after update \(everySteps) (checkpoint.every_steps)"]
    }
}
