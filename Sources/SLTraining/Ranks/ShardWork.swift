import SLMethodKit
package import SLRanks
package import SLSpec

/// Which of an update's micro-batches this process computes, shard by shard.
package struct ShardWork: Sendable {
    let tree: TreeSum
    /// Micro-batches of a shard.
    private let length: Int

    /// - Throws: ``ShardError``, `RankError` where so many processes can't share so many shards.
    init(_ training: TrainingSpec, ranks: any RankGroup) throws {
        let (shards, count) = (training.shards, training.gradientAccumulation)
        guard shards >= 1, shards & (shards - 1) == 0, count % shards == 0 else {
            throw ShardError(shards: shards, reason: "a power of two that divides the \(count) micro-batches of an update is needed")
        }
        guard shards == 1 || training.memory.update == .wholeModel || count == shards else {
            throw ShardError(
                shards: shards, reason: "with update \"per_layer\" a gradient is consumed before it is added to those of the shard's other micro-batches")
        }
        try Self.check(training, ranks: ranks.count)
        tree = try TreeSum(shards: shards, ranks: ranks, reduction: training.exchange == .ordered ? .tree : .allReduce)
        length = count / shards
    }

    /// Whether the run can be one of so many processes.
    ///
    /// - Throws: `RankError` where its bits are those of another number of them, where they would have to wait for each other's
    ///   gradients that are consumed already, and where they can't share the sum.
    package static func check(_ training: TrainingSpec, ranks: Int) throws(RankError) {
        if case .allReduce(let wanted) = training.exchange, wanted != ranks {
            throw .otherCount(ranks: ranks, wanted: wanted, cause: "training.exchange \(training.exchange.name)")
        }
        if training.memory.update == .perLayer, training.shards != ranks {
            throw .otherCount(ranks: ranks, wanted: training.shards, cause: "training.update per_layer in \(training.shards) shards")
        }
        let possible = TreeSum.possibleRanks(shards: training.shards)
        if !possible.contains(ranks) { throw .impossibleCount(ranks: ranks, shards: training.shards, allowed: possible) }
    }

    /// Numbers of the micro-batches, by shard.
    var shards: [Range<Int>] { tree.ownShards.map { $0 * length..<($0 + 1) * length } }

    /// Of this process's first one.
    var first: Int { tree.ownShards.lowerBound * length }
}

/// Shards that an update can't be cut into.
package struct ShardError: Error, Sendable, Hashable, CustomStringConvertible {
    package let shards: Int
    package let reason: String
    package var description: String { "training.shards \(shards): \(reason)" }
}
