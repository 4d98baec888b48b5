import Foundation

/// Where the threads of ``ThreadRanks`` wait for each other, and what they bring along.
final class Meeting: @unchecked Sendable {
    struct Offer {
        var call: String
        var bytes: [UInt8] = []
        var address: UInt = 0
        var length = 0
    }

    let count: Int
    /// Changed only under the condition's lock; read between two arrivals, while all ranks are inside the same call.
    private(set) var offers: [Offer]
    private let condition = NSCondition()
    private var arrived = 0
    private var round = 0
    private var gone: Int?
    private var endings: [Int: @Sendable (Int32) -> Void] = [:]

    init(count: Int) {
        self.count = count
        offers = Array(repeating: Offer(call: ""), count: count)
    }

    /// - Throws: when a rank is gone, or ranks made different calls: all of those that wait then.
    func arrive(_ rank: Int, _ offer: Offer? = nil) throws(RankError) {
        condition.lock()
        defer { condition.unlock() }
        if let offer { offers[rank] = offer }
        if let gone { throw .gone(rank: gone, call: offers[rank].call) }
        arrived += 1
        if arrived == count {
            arrived = 0
            round += 1
            condition.broadcast()
        } else {
            let mine = round
            while round == mine {
                if let gone { throw .gone(rank: gone, call: offers[rank].call) }
                condition.wait()
            }
        }
        // The others may be at their next call already, unless they still wait for this one to look at what they brought.
        guard offer != nil else { return }
        if let other = offers.firstIndex(where: { $0.call != offers[0].call }) {
            throw .differentCalls("rank 0 \(offers[0].call), rank \(other) \(offers[other].call)")
        }
    }

    func leave(_ rank: Int) {
        condition.lock()
        defer { condition.unlock() }
        if gone == nil { gone = rank }
        condition.broadcast()
    }

    func onAbort(_ rank: Int, _ ending: @escaping @Sendable (Int32) -> Void) {
        condition.lock()
        defer { condition.unlock() }
        endings[rank] = ending
    }

    func abort(_ rank: Int, _ status: Int32) {
        leave(rank)
        condition.lock()
        let ending = endings[rank]
        condition.unlock()
        ending?(status)
    }
}

/// Results of threads, each noted once.
final class Ends<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var noted: [Int: Result<Value, any Error>] = [:]
    private let count: Int

    init(count: Int) { self.count = count }

    func note(_ end: Result<Value, any Error>, of rank: Int) {
        condition.lock()
        defer { condition.unlock() }
        if noted[rank] == nil { noted[rank] = end }
        condition.broadcast()
    }

    func all() -> [Result<Value, any Error>] {
        condition.lock()
        defer { condition.unlock() }
        while noted.count < count { condition.wait() }
        return (0..<count).compactMap { noted[$0] }
    }
}
