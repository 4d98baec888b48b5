import SLSpec

/// Defaults that several published recipes share, in one place.
enum PublishedDefaults {
    /// The rank of GaLore's Table 2, which later papers took over.
    static let rank = rankOption(.rank)

    /// The same where null leaves the factors out.
    static let rankOrNone = rankOption(.rankOrNone)

    private static func rankOption(_ domain: OptionDescriptor.Domain) -> OptionDescriptor {
        OptionDescriptor(
            name: "rank", domain: domain, help: "Rank r of the factors or of the subspace.", authorsName: "lora_r / rank",
            source: "Zhao et al. 2024, arXiv:2403.03507, Table 2 (7b: Table 3)",
            published: ["60m": 128, "130m": 256, "350m": 256, "1b": 512, "7b": 1024],
            otherwise: "a quarter of the hidden size", rule: { .integer(max(1, $0.hiddenSize / 4)) })
    }

    /// Learning rate by preset, and one for every other shape.
    static func rate(_ table: KeyValuePairs<String, Double>, otherwise: Double, for model: ModelShape) -> Double {
        table.first { $0.key == model.name }?.value ?? otherwise
    }
}

/// The scale of a product of trained factors, in the words of the methods that have one.
enum FactorScale {
    static func alpha(source: String) -> OptionDescriptor {
        OptionDescriptor(
            name: "alpha", domain: .positiveReal(upTo: .infinity), help: "Scale: s = alpha / rank.", authorsName: "lora_alpha", source: source,
            defaultValue: 32)
    }
}
