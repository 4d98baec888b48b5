import SLRanks

/// How the ranks that train one model together lie on nodes.
public struct RankLayout: Sendable, Hashable {
    public var nodes: Int
    public var ranksPerNode: Int
    /// Of each rank.
    public var threads: Int

    public init(nodes: Int, ranksPerNode: Int, threads: Int) {
        self.nodes = nodes
        self.ranksPerNode = ranksPerNode
        self.threads = threads
    }

    public var ranks: Int { nodes * ranksPerNode }

    /// Whether a batch of so many shards, added in a binary tree, can be dealt out to so many ranks: each has a whole subtree.
    public static func canShare(shards: Int, ranks: Int) -> Bool {
        TreeSum.possibleRanks(shards: shards).contains(ranks)
    }

    /// Numbers of nodes on which such a batch can be trained, ascending; empty where the ranks of one node are too many already.
    public static func allowedNodes(ranksPerNode: Int, shards: Int) -> [Int] {
        guard ranksPerNode > 0, shards >= ranksPerNode else { return [] }
        return (1...shards / ranksPerNode).filter { canShare(shards: shards, ranks: $0 * ranksPerNode) }
    }
}
