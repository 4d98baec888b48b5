/// The binary tree in which the gradients of an update's shards are added, as far as it decides what a process keeps.
public enum ShardTree {
    /// Sums that a process keeps besides the gradients while it goes through its shards: one for every level of its subtree.
    ///
    /// - Precondition: `ranks` divides `shards`, and what it leaves each is a power of two.
    public static func levels(shards: Int, ranks: Int) -> Int { max(1, shards / max(1, ranks)).trailingZeroBitCount }
}
