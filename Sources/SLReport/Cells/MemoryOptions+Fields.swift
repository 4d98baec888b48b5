import SLSpec

extension MemoryOptions {
    /// The defaults under the names of a spec's flat keys: a spec holds such a key only where it is something else.
    static let ordinaryFields: [String: String] = {
        let ordinary = MemoryOptions()
        return [
            "training.update": ordinary.update.rawValue, "training.optimizer": OptimizerSpec.standard, "training.states": ordinary.states.rawValue,
            "training.block_size": String(ordinary.blockSize), "training.storage": ordinary.storage.rawValue,
            "training.rounding": ordinary.rounding.rawValue, "training.recompute": ordinary.recompute.rawValue,
        ]
    }()
}
