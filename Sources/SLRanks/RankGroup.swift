/// Processes that train one model together.
///
/// All calls are collective: every rank makes the same calls in the same order, from one thread. A call that fails has failed for good: what
/// the others hold is not known any more, so the run ends and goes on from its last checkpoint.
public protocol RankGroup: AnyObject, Sendable {
    /// `0 ..< count`. Rank 0 writes what there is to write.
    var rank: Int { get }
    var count: Int { get }

    /// Everybody's bytes, in the order of ranks; lengths may differ.
    func gather(_ bytes: [UInt8]) throws(RankError) -> [[UInt8]]

    /// Part r of mine goes to rank r, and part `rank` of everybody's comes to me, in the order of ranks (all-to-all).
    ///
    /// - Parameters:
    ///   - sent: `count` equal parts.
    ///   - received: as many bytes, elsewhere.
    func scatter(_ sent: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer) throws(RankError)

    /// My part goes to everybody, in the order of ranks (all-gather).
    ///
    /// - Parameters:
    ///   - part: equally long on every rank.
    ///   - whole: `count` times as many bytes, elsewhere.
    func gather(_ part: UnsafeRawBufferPointer, into whole: UnsafeMutableRawBufferPointer) throws(RankError)

    /// My part goes to rank `root`, which has everybody's then, in the order of ranks.
    ///
    /// - Parameters:
    ///   - part: equally long on every rank.
    ///   - whole: `count` times as many bytes, elsewhere; on other ranks they stay as they are.
    func gather(_ part: UnsafeRawBufferPointer, into whole: UnsafeMutableRawBufferPointer, at root: Int) throws(RankError)

    /// Rank `root`'s bytes to all; equally many on every rank.
    func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws(RankError)

    /// The sum over all ranks, in whatever order is fastest here: the same bits on every rank and each time with as many ranks, other ones
    /// with another number of them. ``TreeSum`` has the sum that does not depend on it.
    func sum(_ values: UnsafeMutableRawBufferPointer, of kind: RankElement) throws(RankError)

    /// Ends every rank's process at once: a rank that can't go on must not leave the others waiting.
    func abort(status: Int32) -> Never

    /// In calls so far, the exchange itself and waiting for slower ranks: the share of communication.
    var secondsWaiting: Double { get }
}

extension RankGroup {
    public var isLone: Bool { count == 1 }
    /// Whether this one records, reports and writes.
    public var isFirst: Bool { rank == 0 }

    /// Returns when all ranks have called it.
    public func meet() throws(RankError) { _ = try gather([]) }

    /// Whether any rank says so: what one process has seen, a signal or a full disk, all must act on at the same place.
    public func any(_ flag: Bool) throws(RankError) -> Bool {
        if isLone { return flag }
        return try gather([flag ? 1 : 0]).contains([1])
    }

    /// The first of the ranks whose bytes are not those of rank 0; `nil` when all are equal, the same answer on every rank.
    public func firstUnequal(_ bytes: [UInt8]) throws(RankError) -> Int? {
        if isLone { return nil }
        let all = try gather(bytes)
        return all.firstIndex { $0 != all[0] }
    }
}

/// What a sum is of.
public enum RankElement: Int32, Sendable, Hashable {
    case float = 0
    case double = 1

    public var byteCount: Int { self == .float ? 4 : 8 }
}
