extension ModelShape {
    /// The shapes that the published comparisons share: `configs/llama_*.json` of github.com/jiaweizzhao/GaLore
    /// (60m…7b) and github.com/andyjm3/SLTrain (9m, 20m, 35m, 3b). The GaLore paper's table swaps heads and layers of
    /// the 1B model; the configuration file (32 heads, 24 layers) is the one that gives its 1339 M parameters.
    public static let presets: [ModelShape] = [
        preset("9m", 128, 352, layers: 4, heads: 4),
        preset("20m", 256, 688, layers: 4, heads: 4),
        preset("35m", 384, 1024, layers: 6, heads: 8),
        preset("60m", 512, 1376, layers: 8, heads: 8),
        preset("130m", 768, 2048, layers: 12, heads: 12),
        preset("350m", 1024, 2736, layers: 24, heads: 16),
        preset("1b", 2048, 5461, layers: 24, heads: 32),
        preset("3b", 2560, 6848, layers: 32, heads: 32),
        preset("7b", 4096, 11008, layers: 32, heads: 32),
    ]

    public static func preset(named name: String) -> ModelShape? { presets.first { $0.name == name } }

    private static func preset(_ name: String, _ hidden: Int, _ intermediate: Int, layers: Int, heads: Int) -> ModelShape {
        ModelShape(
            name: name, vocabularySize: 32_000, hiddenSize: hidden, intermediateSize: intermediate, layerCount: layers,
            headCount: heads)
    }
}
