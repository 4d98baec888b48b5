import Foundation

/// Ranks that are threads of one process: what is said of ranks can be tested where no library connects processes.
///
/// A rank whose work ends, by an error or otherwise, is gone; the others' next call says so instead of waiting for it.
public final class ThreadRanks: RankGroup {
    public let rank: Int
    public var count: Int { meeting.count }
    private let meeting: Meeting
    private let waited = WaitingTime()

    private init(rank: Int, meeting: Meeting) {
        self.rank = rank
        self.meeting = meeting
    }

    /// Runs the work once for each rank, each on a thread of its own, and returns when all have ended.
    ///
    /// - Returns: what each rank's work came to, in the order of ranks.
    public static func run<Result: Sendable>(
        _ count: Int, stackBytes: Int = 8 << 20, _ work: @escaping @Sendable (any RankGroup) throws -> Result
    ) -> [Swift.Result<Result, any Error>] {
        let meeting = Meeting(count: count)
        let ends = Ends<Result>(count: count)
        for rank in 0..<count {
            let thread = Thread {
                let group = ThreadRanks(rank: rank, meeting: meeting)
                let end = Swift.Result { try work(group) }
                meeting.leave(rank)
                ends.note(end, of: rank)
            }
            thread.stackSize = stackBytes
            meeting.onAbort(rank) { ends.note(.failure(AbortedRank(status: $0)), of: rank) }
            thread.start()
        }
        return ends.all()
    }

    public var secondsWaiting: Double { waited.seconds }

    public func gather(_ bytes: [UInt8]) throws(RankError) -> [[UInt8]] {
        let start = ContinuousClock.now
        defer { waited.add(since: start) }
        try meeting.arrive(rank, Meeting.Offer(call: "gather", bytes: bytes))
        let all = meeting.offers.map(\.bytes)
        try meeting.arrive(rank)
        return all
    }

    public func scatter(_ sent: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer) throws(RankError) {
        let part = sent.count / count
        unsafe try exchange("scatter of \(sent.count) bytes", sent) { other, source in
            guard part > 0 else { return }
            let slice = unsafe UnsafeRawBufferPointer(rebasing: source[rank * part..<(rank + 1) * part])
            unsafe UnsafeMutableRawBufferPointer(rebasing: received[other * part..<(other + 1) * part]).copyMemory(from: slice)
        }
    }

    public func gather(_ part: UnsafeRawBufferPointer, into whole: UnsafeMutableRawBufferPointer) throws(RankError) {
        let length = part.count
        unsafe try exchange("gather of \(length) bytes", part) { other, source in
            guard length > 0 else { return }
            unsafe UnsafeMutableRawBufferPointer(rebasing: whole[other * length..<(other + 1) * length]).copyMemory(from: source)
        }
    }

    public func gather(_ part: UnsafeRawBufferPointer, into whole: UnsafeMutableRawBufferPointer, at root: Int) throws(RankError) {
        let length = part.count
        unsafe try exchange("gather of \(length) bytes at \(root)", part) { other, source in
            guard rank == root, length > 0 else { return }
            unsafe UnsafeMutableRawBufferPointer(rebasing: whole[other * length..<(other + 1) * length]).copyMemory(from: source)
        }
    }

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws(RankError) {
        unsafe try exchange("broadcast of \(bytes.count) bytes from \(root)", UnsafeRawBufferPointer(bytes)) { other, source in
            if other == root, rank != root { unsafe bytes.copyMemory(from: source) }
        }
    }

    /// In the order of ranks, from the first.
    public func sum(_ values: UnsafeMutableRawBufferPointer, of kind: RankElement) throws(RankError) {
        let whole = UnsafeMutableRawBufferPointer.allocate(byteCount: values.count * count, alignment: 64)
        defer { unsafe whole.deallocate() }
        unsafe try gather(UnsafeRawBufferPointer(values), into: whole)
        switch kind {
        case .float: unsafe Self.addInOrder(whole.assumingMemoryBound(to: Float.self), values.assumingMemoryBound(to: Float.self), count)
        case .double: unsafe Self.addInOrder(whole.assumingMemoryBound(to: Double.self), values.assumingMemoryBound(to: Double.self), count)
        }
    }

    private static func addInOrder<Element: BinaryFloatingPoint>(
        _ parts: UnsafeMutableBufferPointer<Element>, _ result: UnsafeMutableBufferPointer<Element>, _ count: Int
    ) {
        for index in 0..<result.count {
            unsafe result[index] = parts[index]
            for part in 1..<max(1, count) { unsafe result[index] += parts[part * result.count + index] }
        }
    }

    /// Ends this rank's thread for the others; the thread itself stays where it is until the process ends.
    public func abort(status: Int32) -> Never {
        meeting.abort(rank, status)
        while true { pause() }
    }

    /// Offers a buffer, and looks at everybody's while all of them are here.
    private func exchange(
        _ call: String, _ offered: UnsafeRawBufferPointer, _ look: (_ rank: Int, _ source: UnsafeRawBufferPointer) -> Void
    ) throws(RankError) {
        let start = ContinuousClock.now
        defer { waited.add(since: start) }
        try meeting.arrive(rank, Meeting.Offer(call: call, address: UInt(bitPattern: offered.baseAddress), length: offered.count))
        for (other, offer) in meeting.offers.enumerated() {
            unsafe look(other, UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: offer.address), count: offer.length))
        }
        // Nobody's buffer goes before all have read it.
        try meeting.arrive(rank)
    }
}

/// What a rank's work came to when it ended them all.
public struct AbortedRank: Error, Sendable, Hashable {
    public let status: Int32

    package init(status: Int32) { self.status = status }
}
