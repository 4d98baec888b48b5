public import SLSpec

/// The recipe that the tables of GaLore and those after it share: 512 sequences of 256 tokens an update, warm-up of a tenth, cosine to a
/// tenth. Source: Zhao et al. 2024, arXiv:2403.03507, Table 2 and Appendix C.1.
public enum PublishedRecipe {
    public static let sequences = 512
    public static let sequenceLength = 256
    public static let tokensPerUpdate = sequences * sequenceLength
    /// By preset, smallest first.
    public static let updates: KeyValuePairs<String, Int> = ["60m": 10_000, "130m": 20_000, "350m": 60_000, "1b": 100_000]
    /// Sequences of a micro-batch, as far as a rank has so many.
    public static let microBatch = 8

    /// - Parameter ranks: that share the sequences.
    /// - Returns: one rank's training; `nil` for a model without a recipe.
    public static func training(_ descriptor: MethodDescriptor, model: ModelShape, ranks: Int) -> TrainingSpec? {
        guard let steps = updates.first(where: { $0.key == model.name })?.value else { return nil }
        let recipe = descriptor.recipe(model)
        let each = max(1, sequences / max(1, ranks))
        return TrainingSpec(
            steps: steps, batchSize: sequences, gradientAccumulation: sequences / min(microBatch, each), sequenceLength: sequenceLength,
            learningRate: recipe.learningRate, warmupSteps: steps / 10, weightDecay: recipe.weightDecay, optimizer: .adamW(epsilon: recipe.epsilon),
            gradientClip: recipe.gradientClip)
    }
}
