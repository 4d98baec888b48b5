import Foundation
import SLData
import SLModel
import SLNumerics
import SLSpec

/// The loss of a model on the run's fixed evaluation set.
struct Evaluator {
    let set: EvaluationSet
    /// Sequences whose mean counts once in the mean of batch means; `nil` for the mean over all tokens.
    let averaging: Int?
    /// Sequences that are computed at a time: the training micro-batch, which decides no figure.
    let piece: Int

    /// - Parameter shouldStop: asked between batches.
    /// - Returns: the sample, and the mean over all tokens whatever the sample's average is; `nil` when stopped.
    func evaluate<Element: Scalar>(_ model: LlamaModel<Element>, step: Int, shouldStop: () -> Bool) throws
        -> (sample: EvaluationSample, meanLoss: Double)?
    {
        let began = MonotonicClock.seconds
        var total = BatchLoss(sum: 0, targets: 0)
        var batchMeans = 0.0
        var batches = 0
        for start in stride(from: 0, to: set.rowCount, by: averaging ?? set.rowCount) {
            let end = min(start + (averaging ?? set.rowCount), set.rowCount)
            var group = BatchLoss(sum: 0, targets: 0)
            for first in stride(from: start, to: end, by: piece) {
                if shouldStop() { return nil }
                let batch = set.batch(from: first, rows: min(piece, end - first))
                let loss = try model.loss(inputs: batch.inputs, targets: batch.targets, weightsAreRounded: start + first > 0)
                group.sum += loss.sum
                group.targets += loss.targets
            }
            total.sum += group.sum
            total.targets += group.targets
            batchMeans += group.targets > 0 ? group.sum / Double(group.targets) : 0
            batches += 1
        }
        let mean = total.targets > 0 ? total.sum / Double(total.targets) : .nan
        // The published loops start their batch counter at 1.
        let loss = averaging == nil ? mean : batchMeans / Double(batches + 1)
        // What the evaluated text costs, whatever mean the mode asks for.
        let bits = set.byteCount.flatMap { $0 > 0 ? total.sum / (log(2) * Double($0)) : nil }
        let sample = EvaluationSample(
            step: step, loss: loss, perplexity: Perplexity.of(loss: loss), bitsPerByte: bits, tokens: total.targets, bytes: set.byteCount,
            seconds: MonotonicClock.seconds - began)
        return (sample, mean)
    }
}
