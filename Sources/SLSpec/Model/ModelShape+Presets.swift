extension ModelShape {
    /// Every shape that has a name: the published ones, then the small family.
    public static let presets = published + core

    /// The shapes that the published comparisons share: `configs/llama_*.json` of github.com/jiaweizzhao/GaLore
    /// (60m…7b) and github.com/andyjm3/SLTrain (9m, 20m, 35m, 3b). The GaLore paper's table swaps heads and layers of
    /// the 1B model; the configuration file (32 heads, 24 layers) is the one that gives its 1339 M parameters.
    public static let published: [ModelShape] = [
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

    /// A family for budgets that small machines have, named by the parameters of the block linears: 0.33, 0.80, 2.65, 6.32 and 12.39
    /// million. No paper has them.
    ///
    /// With the published vocabulary nine tenths of a model of this size are embedding and head, which no method touches. With
    /// ``coreVocabulary`` pieces the block linears hold 77 to 97 %, as in the published shapes from 350m on (82 to 96 %), so that methods
    /// differ in memory and in work as they do there. One vocabulary for all makes one tokenizer, and losses that compare over sizes.
    /// A layer for every 32 of width, heads of 32 as in 9m, and the published proportion of the intermediate size: 8/3 of the width,
    /// up to the next multiple of 16.
    public static let core: [ModelShape] = [
        core("core-0.3m", layers: 3), core("core-1m", layers: 4), core("core-3m", layers: 6), core("core-6m", layers: 8), core("core-12m", layers: 10),
    ]

    /// Pieces of the small family's tokenizer: `sentencepiece:512`, of which 256 spell single bytes.
    public static let coreVocabulary = 512

    public static func preset(named name: String) -> ModelShape? { presets.first { $0.name == name } }

    private static func preset(_ name: String, _ hidden: Int, _ intermediate: Int, layers: Int, heads: Int) -> ModelShape {
        ModelShape(
            name: name, vocabularySize: 32_000, hiddenSize: hidden, intermediateSize: intermediate, layerCount: layers,
            headCount: heads)
    }

    private static func core(_ name: String, layers: Int) -> ModelShape {
        let hidden = 32 * layers
        return ModelShape(
            name: name, vocabularySize: coreVocabulary, hiddenSize: hidden, intermediateSize: (8 * hidden + 47) / 48 * 16, layerCount: layers,
            headCount: layers)
    }
}
