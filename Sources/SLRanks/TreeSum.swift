/// The sum of `shards` addends in a binary tree that depends on their number alone, so that the ranks that share it do not show in its bits.
///
/// The tree adds neighbours, then the sums of neighbours, level by level; the last of an odd number goes up as it is:
///
///     shards 0 1 2 3 4 5  ->  (01)(23)(45)  ->  (0123)(45)  ->  (012345)
///
/// A rank that owns `shards / ranks` consecutive shards owns a whole subtree when that number is a power of two. It adds its own shards
/// by ``mergesAfter(shard:)``; ``sum(_:)`` goes on from there over the ranks, in their order:
/// every rank gets a slice of everybody's values, adds them along the tree, and hands the sum of its slice to all. The same bytes are sent
/// as for a reduce-scatter and an all-gather, and the order of additions is ours.
///
/// Which of two NaNs a sum keeps is the processor's choice: a NaN stays one, in the same places, and its payload is not promised.
public struct TreeSum: Sendable {
    public enum Reduction: String, Sendable, Hashable, CaseIterable {
        /// The same bits for every number of ranks.
        case tree
        /// The library's own sum: the same bits each time for one number of ranks only, on the same machines with the same library.
        case allReduce = "allreduce"
    }

    /// Bytes of one exchange. One call for everything takes twice as long: a piece of this size stays in the cache between its copy and
    /// its sum.
    public static let standardPiece = 1 << 20

    public let shards: Int
    public let reduction: Reduction
    public let pieceBytes: Int
    private let ranks: any RankGroup

    /// - Throws: ``RankError/impossibleCount(ranks:shards:allowed:)``.
    public init(
        shards: Int, ranks: any RankGroup, reduction: Reduction = .tree, pieceBytes: Int = standardPiece
    ) throws(RankError) {
        let allowed = Self.possibleRanks(shards: shards)
        guard allowed.contains(ranks.count) else {
            throw RankError.impossibleCount(ranks: ranks.count, shards: shards, allowed: allowed)
        }
        self.shards = shards
        self.reduction = reduction
        self.pieceBytes = pieceBytes
        self.ranks = ranks
    }

    /// How many ranks can share so many shards: one, and those that leave each a power of two of shards. For a power of two, all smaller
    /// ones.
    public static func possibleRanks(shards: Int) -> [Int] {
        guard shards > 0 else { return [1] }
        var found: Set<Int> = [1]
        var share = 1
        while shards % share == 0 {
            found.insert(shards / share)
            share *= 2
        }
        return found.sorted()
    }

    /// The shards of a rank.
    public var ownShards: Range<Int> {
        let share = shards / ranks.count
        return ranks.rank * share..<(ranks.rank + 1) * share
    }

    /// How many finished subtrees are added after a shard of a rank's own, counted from 0: the last two of a stack, as often as this says.
    /// After the last shard of a power of two one remains, the rank's subtree; else what remains is added from the last to the first.
    public static func mergesAfter(shard: Int) -> Int { (shard + 1).trailingZeroBitCount }

    /// Replaces this rank's subtree by the sum of all ranks' ones, the same bits on every rank.
    ///
    /// - Parameter root: the only rank that wants the sum; the others' values are of no use afterwards. `nil`: all want it. The library's own
    ///   sum goes to all in any case.
    public func sum(_ values: UnsafeMutableBufferPointer<Float>, to root: Int? = nil) throws(RankError) { unsafe try sum(values, .float, root) }

    /// Replaces this rank's subtree by the sum of all ranks' ones, the same bits on every rank.
    ///
    /// - Parameter root: as for floats.
    public func sum(_ values: UnsafeMutableBufferPointer<Double>, to root: Int? = nil) throws(RankError) { unsafe try sum(values, .double, root) }

    private func sum<Element: BinaryFloatingPoint>(
        _ values: UnsafeMutableBufferPointer<Element>, _ kind: RankElement, _ root: Int?
    ) throws(RankError) {
        guard !ranks.isLone, !values.isEmpty else { return }
        let piece = max(1, pieceBytes / kind.byteCount / ranks.count) * ranks.count
        if reduction == .allReduce {
            var start = 0
            while start < values.count {
                let end = min(start + piece, values.count)
                unsafe try ranks.sum(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: values[start..<end])), of: kind)
                start = end
            }
            return
        }
        let room = min(piece, (values.count + ranks.count - 1) / ranks.count * ranks.count)
        let received = UnsafeMutableBufferPointer<Element>.allocate(capacity: room)
        unsafe received.initialize(repeating: 0)
        defer { unsafe received.deallocate() }
        var start = 0
        while values.count - start >= piece {
            unsafe try exchange(UnsafeMutableBufferPointer(rebasing: values[start..<start + piece]), received, root)
            start += piece
        }
        guard start < values.count else { return }
        // What is left may not divide by the ranks: it goes as an equal part each, filled up with nothing.
        let rest = values.count - start
        let padded = (rest + ranks.count - 1) / ranks.count * ranks.count
        let tail = UnsafeMutableBufferPointer<Element>.allocate(capacity: padded)
        unsafe tail.initialize(repeating: 0)
        defer { unsafe tail.deallocate() }
        for index in 0..<rest { unsafe tail[index] = values[start + index] }
        unsafe try exchange(tail, UnsafeMutableBufferPointer(rebasing: received[0..<padded]), root)
        for index in 0..<rest { unsafe values[start + index] = tail[index] }
    }

    /// One piece: `count` equal slices.
    private func exchange<Element: BinaryFloatingPoint>(
        _ values: UnsafeMutableBufferPointer<Element>, _ received: UnsafeMutableBufferPointer<Element>, _ root: Int?
    ) throws(RankError) {
        unsafe try ranks.scatter(UnsafeRawBufferPointer(values), into: UnsafeMutableRawBufferPointer(received))
        let slice = values.count / ranks.count
        unsafe Self.addAlongTree(received, parts: ranks.count)
        let own = unsafe UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: received[0..<slice]))
        if let root {
            unsafe try ranks.gather(own, into: UnsafeMutableRawBufferPointer(values), at: root)
        } else {
            unsafe try ranks.gather(own, into: UnsafeMutableRawBufferPointer(values))
        }
    }

    /// Adds equal parts that lie one after the other along the tree; the sum takes the place of the first.
    package static func addAlongTree<Element: BinaryFloatingPoint>(_ values: UnsafeMutableBufferPointer<Element>, parts: Int) {
        let length = values.count / parts
        guard let base = values.baseAddress, length > 0 else { return }
        var stride = 1
        while stride < parts {
            for left in Swift.stride(from: 0, to: parts - stride, by: 2 * stride) {
                let (target, source) = unsafe (base + left * length, base + (left + stride) * length)
                for index in 0..<length { unsafe target[index] += source[index] }
            }
            stride *= 2
        }
    }
}
