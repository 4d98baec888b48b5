import SLSpec

extension MemoryOptions {
    /// The defaults under the names of a spec's flat keys: a spec holds such a key only where it is something else.
    static let ordinaryFields: [String: String] = {
        let ordinary = MemoryOptions()
        return [
            "training.update": ordinary.update.rawValue, "training.optimizer": OptimizerSpec.standard, "training.states": ordinary.states.rawValue,
            "training.block_size": String(ordinary.blockSize), "training.storage": ordinary.storage.rawValue,
            "training.rounding": ordinary.rounding.rawValue, "training.recompute": ordinary.recompute.rawValue,
            "training.precision": ordinary.precision.rawValue, "training.shard_optimizer": String(ordinary.shardsOptimizer), "training.shards": "1",
            "training.exchange": GradientSum.ordered.name,
        ]
    }()

    /// A total order from the ordinary run away: first what changes the arithmetic (precision, states, storage, rounding, block size),
    /// then what only changes when and how often it is done (update, recompute).
    var plainness: [Int] {
        [
            Self.place(precision), Self.place(states), Self.place(storage), Self.place(rounding), blockSize == MemoryOptions().blockSize ? 0 : blockSize,
            Self.place(update), Self.place(recompute), shardsOptimizer ? 1 : 0,
        ]
    }

    /// The cases of each option are declared from the ordinary one on.
    private static func place<Option: CaseIterable & Equatable>(_ option: Option) -> Int {
        Option.allCases.enumerated().first { $0.element == option }?.offset ?? 0
    }
}
