import SLData
import SLSpec

/// What share of the positions of padded rows are targets, by the text: a budget in tokens or FLOPs becomes updates with it.
struct TargetShares {
    private struct Key: Hashable {
        let vocabularySize: Int
        let sequenceLength: Int

        init(_ spec: PredictionSpec) { (vocabularySize, sequenceLength) = (spec.model.vocabularySize, spec.training.sequenceLength) }
    }

    private let known: [Key: Double]

    /// Prepares the text for every cell that asks. Models that are only predicted are never trained: any share will do.
    ///
    /// - Returns: `nil` when no cell asks, and where the text is not on this machine: what needs it will say so.
    init?(_ config: SweepConfig, _ asking: [PredictionSpec]) throws {
        var known: [Key: Double] = [:]
        let models = config.models
        do {
            for spec in asking where known[Key(spec)] == nil && models.contains(spec.model) {
                let length = spec.training.sequenceLength
                let identity = try DataPreparation.prepare(
                    config.data, sequenceLength: length, modelVocabularySize: spec.model.vocabularySize,
                    batchSize: spec.training.batchSize, directory: .standard(), progress: { Talk.say("data: \($0)") }
                ).identity
                known[Key(spec)] = max(1, identity.targetsPerRow(of: length)) / Double(length)
            }
        } catch let error as DataError where error.isMissingFile {
            return nil
        }
        guard !known.isEmpty else { return nil }
        self.known = known
    }

    func of(_ spec: PredictionSpec) -> Double { known[Key(spec)] ?? 1 }
}
