extension MemoryOptions {
    /// The options that are not at their default, as short as tables need them: `8-bit states, per_layer, bf16`. Empty for an
    /// ordinary run.
    public var words: [String] {
        let ordinary = MemoryOptions()
        return [
            states == ordinary.states ? nil : "8-bit states",
            blockSize == ordinary.blockSize ? nil : "block_size \(blockSize)",
            update == ordinary.update ? nil : update.rawValue,
            storage == ordinary.storage ? nil : storage.rawValue,
            rounding == ordinary.rounding ? nil : "\(rounding.rawValue) rounding",
            recompute == ordinary.recompute ? nil : "recompute \(recompute.rawValue)",
        ].compactMap(\.self)
    }
}
