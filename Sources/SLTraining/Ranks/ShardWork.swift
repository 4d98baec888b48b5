import SLMethodKit
import SLRanks
package import SLSpec

/// Which of an update's micro-batches this process computes, shard by shard.
struct ShardWork: Sendable {
    let tree: TreeSum
    /// Micro-batches of a shard.
    private let length: Int

    /// - Throws: ``ShardError``, `RankError` where so many processes can't share so many shards.
    init(_ training: TrainingSpec, ranks: any RankGroup) throws {
        let (shards, count) = (training.shards, training.gradientAccumulation)
        guard shards >= 1, shards & (shards - 1) == 0, count % shards == 0 else {
            throw ShardError(shards: shards, reason: "a power of two that divides the \(count) micro-batches of an update is needed")
        }
        guard shards == 1 || training.memory.update == .wholeModel else {
            throw ShardError(shards: shards, reason: "with update \"per_layer\" a gradient is consumed before it is added to those of other shards")
        }
        tree = try TreeSum(shards: shards, ranks: ranks)
        length = count / shards
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
