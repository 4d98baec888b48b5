import Foundation
import SLData
import SLModel
import SLNumerics
import SLRanks
import SLSpec

/// The loss of a model on the run's fixed evaluation set.
struct Evaluator {
    let set: EvaluationSet
    /// Sequences whose mean counts once in the mean of batch means; `nil` for the mean over all tokens.
    let averaging: Int?
    /// Sequences that are computed at a time: the training micro-batch, which decides no figure.
    let piece: Int

    enum Outcome {
        /// The sample, and the mean over all tokens whatever the sample's average is.
        case done(EvaluationSample, meanLoss: Double)
        case stopped(StepRules.Stop)
    }

    /// Sequences that are computed at a time, and which mean they count in.
    private var pieces: [(group: Int, rows: Range<Int>)] {
        let length = averaging ?? set.rowCount
        return stride(from: 0, to: set.rowCount, by: length).enumerated().flatMap { group, start in
            let end = min(start + length, set.rowCount)
            return stride(from: start, to: end, by: piece).map { (group, $0..<min($0 + piece, end)) }
        }
    }

    /// - Parameter watch: asked between batches; processes that share the run take the batches in turn. `nil` for nobody.
    func evaluate<Element: Scalar>(_ model: LlamaModel<Element>, step: Int, watch: StopWatch? = nil) throws -> Outcome {
        let began = MonotonicClock.seconds
        let pieces = pieces
        var losses: [BatchLoss] = []
        let (ranks, rank) = (watch?.ranks.count ?? 1, watch?.ranks.rank ?? 0)
        var weightsAreRounded = false
        for start in stride(from: 0, to: pieces.count, by: ranks) {
            var word = watch?.word ?? [0, 0]
            if ranks == 1, let stop = watch?.decide([word]) { return .stopped(stop) }
            if start + rank < pieces.count {
                let rows = pieces[start + rank].rows
                let batch = set.batch(from: rows.lowerBound, rows: rows.count)
                let loss = try model.loss(inputs: batch.inputs, targets: batch.targets, weightsAreRounded: weightsAreRounded)
                weightsAreRounded = true
                word += [loss.sum, Double(loss.targets)]
            }
            let words = try watch?.ranks.gatherNumbers(word) ?? [word]
            if ranks > 1, let stop = watch?.decide(words) { return .stopped(stop) }
            losses += words.filter { $0.count == 4 }.map { BatchLoss(sum: $0[2], targets: Int($0[3])) }
        }
        return summary(zip(pieces.map(\.group), losses), step: step, seconds: MonotonicClock.seconds - began)
    }

    /// Sums in the order of the set, whoever computed them.
    private func summary(_ losses: some Sequence<(Int, BatchLoss)>, step: Int, seconds: Double) -> Outcome {
        var groups: [BatchLoss] = []
        for (group, loss) in losses {
            if group == groups.count { groups.append(BatchLoss(sum: 0, targets: 0)) }
            groups[group].sum += loss.sum
            groups[group].targets += loss.targets
        }
        var total = BatchLoss(sum: 0, targets: 0)
        var batchMeans = 0.0
        for group in groups {
            total.sum += group.sum
            total.targets += group.targets
            batchMeans += group.targets > 0 ? group.sum / Double(group.targets) : 0
        }
        let mean = total.targets > 0 ? total.sum / Double(total.targets) : .nan
        // The published loops start their batch counter at 1.
        let loss = averaging == nil ? mean : batchMeans / Double(groups.count + 1)
        // What the evaluated text costs, whatever mean the mode asks for.
        let bits = set.byteCount.flatMap { $0 > 0 ? total.sum / (log(2) * Double($0)) : nil }
        let sample = EvaluationSample(
            step: step, loss: loss, perplexity: Perplexity.of(loss: loss), bitsPerByte: bits, tokens: total.targets, bytes: set.byteCount,
            seconds: seconds)
        return .done(sample, meanLoss: mean)
    }
}
