import Foundation
import SLData
import SLModel
import SLNumerics
import SLSpec

/// The loss of a model on the run's fixed evaluation set.
struct Evaluator {
    let set: EvaluationSet
    let mode: EvaluationSpec.Mode
    /// Sequences a batch: the training micro-batch.
    let batchRows: Int
    let bytesPerToken: Double?

    /// - Parameter shouldStop: asked between batches.
    /// - Returns: `nil` when stopped.
    func evaluate<Element: Scalar>(_ model: LlamaModel<Element>, step: Int, shouldStop: () -> Bool) throws -> EvaluationSample? {
        let start = MonotonicClock.seconds
        var total = BatchLoss(sum: 0, targets: 0)
        var batchMeans = 0.0
        var batches = 0
        for first in stride(from: 0, to: set.rowCount, by: batchRows) {
            if shouldStop() { return nil }
            let batch = set.batch(from: first, rows: min(batchRows, set.rowCount - first))
            let loss = try model.loss(inputs: batch.inputs, targets: batch.targets)
            total.sum += loss.sum
            total.targets += loss.targets
            batchMeans += loss.targets > 0 ? loss.sum / Double(loss.targets) : 0
            batches += 1
        }
        let loss =
            switch mode {
            case .tokenWeighted: total.targets > 0 ? total.sum / Double(total.targets) : .nan
            // The published loops start their batch counter at 1.
            case .galoreCompat: batchMeans / Double(batches + 1)
            }
        return EvaluationSample(
            step: step, loss: loss, perplexity: exp(loss), bitsPerByte: bytesPerToken.map { loss / ($0 * log(2)) },
            tokens: total.targets, seconds: MonotonicClock.seconds - start)
    }
}
