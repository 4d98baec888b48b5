extension MemoryOptions {
    /// The options that are not at their default, as short as tables need them: `8-bit states, per_layer, bf16`. Empty for an
    /// ordinary run.
    public var words: [String] {
        let ordinary = MemoryOptions()
        return [
            states == ordinary.states ? nil : states.words,
            blockSize == ordinary.blockSize ? nil : "block_size \(blockSize)",
            update == ordinary.update ? nil : update.rawValue,
            storage == ordinary.storage ? nil : storage.rawValue,
            rounding == ordinary.rounding ? nil : "\(rounding.rawValue) rounding",
            recompute == ordinary.recompute ? nil : "recompute \(recompute.rawValue)",
            precision == ordinary.precision ? nil : "\(precision.rawValue) products",
            shardsOptimizer == ordinary.shardsOptimizer ? nil : "sharded optimizer",
        ].compactMap(\.self)
    }
}

extension TrainingSpec {
    /// What a run is trained with that is not the default, as short as tables need it: an optimizer other than AdamW, an activation scheme,
    /// then the memory options: `muon, velora, 8-bit states, bf16`.
    public var words: [String] {
        (optimizer.isStandard ? [] : [optimizer.name]) + (activations.map { [$0.scheme] } ?? []) + (shards == 1 ? [] : ["\(shards) shards"])
            + exchange.words + memory.words
    }
}

extension GradientSum {
    fileprivate var words: [String] {
        switch self {
        case .ordered: []
        case .allReduce(let ranks): ["all_reduce of \(ranks) ranks"]
        }
    }
}
