import SLData
import SLSpec

/// The rows of text on which gradients are taken: the same at every moment of every run of a text, whatever its seed, since the noise of a batch
/// inflates the rank of its gradient.
struct ProbeBatch {
    /// In pieces of a micro-batch.
    let pieces: [TokenBatch]
    var targetCount: Int { pieces.reduce(0) { $0 + $1.targetCount } }

    /// Draws rows of the training part until they have `tokens` targets or there are no more.
    ///
    /// - Parameter piece: most rows that are computed at once.
    /// - Throws: as `BatchSampler.init`.
    init(_ data: PreparedData, sequenceLength: Int, tokens: Int, piece: Int) throws {
        // A stream of its own: no run's batches come from a seed of so many digits.
        var sampler = try BatchSampler(tokens: data.train, sequenceLength: sequenceLength, seed: 0x7072_6f62_6573)
        var (pieces, targets, left) = ([TokenBatch](), 0, sampler.rowsPerEpoch)
        while targets < tokens, left > 0 {
            let wanted = (tokens - targets + sequenceLength - 1) / sequenceLength
            let next = sampler.next(rows: min(piece, left, wanted))
            left -= min(piece, left, wanted)
            targets += next.targetCount
            pieces.append(next)
        }
        self.pieces = pieces
    }
}
