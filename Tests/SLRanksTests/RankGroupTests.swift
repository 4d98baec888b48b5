import SLRanks
import Synchronization
import Testing

/// What the calls of a group promise, of ranks that are threads and of one alone.
struct RankGroupTests {
    private func bytes(_ rank: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: rank * 31 + $0) } }

    @Test(arguments: [1, 2, 3, 4, 7]) func everyCallGivesWhatItSays(count: Int) throws {
        let ends = ThreadRanks.run(count) { group in
            #expect(group.count == count && group.isLone == (count == 1) && group.isFirst == (group.rank == 0))
            // Lengths differ, and some are nothing.
            #expect(try group.gather(bytes(group.rank, group.rank * 3)) == (0..<count).map { bytes($0, $0 * 3) })
            let sent = (0..<count).flatMap { bytes(group.rank * 10 + $0, 5) }
            var received = [UInt8](repeating: 0, count: sent.count)
            try sent.withUnsafeBytes { source in
                try received.withUnsafeMutableBytes { target in try group.scatter(source, into: target) }
            }
            #expect(received == (0..<count).flatMap { bytes($0 * 10 + group.rank, 5) })
            var whole = [UInt8](repeating: 0, count: 9 * count)
            try bytes(group.rank, 9).withUnsafeBytes { part in
                try whole.withUnsafeMutableBytes { target in try group.gather(part, into: target) }
            }
            #expect(whole == (0..<count).flatMap { bytes($0, 9) })
            for root in 0..<count {
                var parts = [UInt8](repeating: 7, count: 6 * count)
                try bytes(group.rank, 6).withUnsafeBytes { part in
                    try parts.withUnsafeMutableBytes { target in try group.gather(part, into: target, at: root) }
                }
                // Nobody else's space is touched.
                #expect(parts == (group.rank == root ? (0..<count).flatMap { bytes($0, 6) } : Array(repeating: 7, count: 6 * count)))
                var word = bytes(group.rank, 11)
                try word.withUnsafeMutableBytes { target in try group.broadcast(target, from: root) }
                #expect(word == bytes(root, 11))
            }
            var numbers = [Double(group.rank), 1, -0.5]
            try numbers.withUnsafeMutableBytes { values in try group.sum(values, of: .double) }
            #expect(numbers == [Double(count * (count - 1) / 2), Double(count), -0.5 * Double(count)])
            #expect(try group.any(group.rank == count - 1) && !group.any(false))
            #expect(try group.hear(bytes(group.rank, 4)) == bytes(0, 4))
            #expect(try group.gather("rank \(group.rank)") == (0..<count).map { "rank \($0)" })
            try group.meet()
            return group.secondsWaiting
        }
        for end in ends { #expect(try end.get() >= 0) }
    }

    @Test func oneAloneNeedsNobody() throws {
        let group = LoneRank()
        #expect(group.isLone && group.isFirst && group.rank == 0 && group.secondsWaiting == 0)
        #expect(group.gather([1, 2]) == [[1, 2]])
        var copy = [UInt8](repeating: 0, count: 3)
        [UInt8]([4, 5, 6]).withUnsafeBytes { source in copy.withUnsafeMutableBytes { target in group.scatter(source, into: target) } }
        #expect(copy == [4, 5, 6])
        [UInt8]([7, 8, 9]).withUnsafeBytes { part in copy.withUnsafeMutableBytes { whole in group.gather(part, into: whole, at: 0) } }
        #expect(copy == [7, 8, 9])
        #expect(try group.firstUnequal([1]) == nil && group.any(true))
        try group.agree(on: [RankFact(what: "the run", value: "a", fix: "-")])
    }

    /// Who has ended keeps nobody waiting, whatever the others are about.
    @Test(.timeLimit(.minutes(1)), arguments: [0, 1, 2]) func aRankThatEndsKeepsNobodyWaiting(dead: Int) {
        struct Broken: Error {}
        let ends = ThreadRanks.run(3) { group in
            try group.meet()
            if group.rank == dead { throw Broken() }
            try group.meet()
        }
        for (rank, end) in ends.enumerated() {
            if rank == dead {
                #expect(throws: Broken.self) { try end.get() }
            } else {
                #expect(throws: RankError.gone(rank: dead, call: "gather")) { try end.get() }
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func anAbortEndsAll() {
        let ends = ThreadRanks.run(3) { group in
            if group.rank == 1 { group.abort(status: 74) }
            try group.meet()
        }
        #expect(throws: AbortedRank(status: 74)) { try ends[1].get() }
        #expect(throws: RankError.gone(rank: 1, call: "gather")) { try ends[0].get() }
        #expect(throws: RankError.gone(rank: 1, call: "gather")) { try ends[2].get() }
    }

    @Test(.timeLimit(.minutes(1))) func differentCallsAreFound() {
        let ends = ThreadRanks.run(2) { group in
            var bytes = [UInt8](repeating: 0, count: 4)
            if group.rank == 0 {
                try group.meet()
            } else {
                try bytes.withUnsafeMutableBytes { target in try group.broadcast(target, from: 0) }
            }
        }
        for end in ends {
            #expect { try end.get() } throws: { error in
                "\(error)".contains("rank 0 gather, rank 1 broadcast of 4 bytes")
            }
        }
    }

    /// Many short calls: a rank that is ahead never reads what is of the call before, nor looks like one that made another call.
    @Test func aFastRankMeetsASlowOne() {
        let ends = ThreadRanks.run(4) { group in
            for round in 0..<500 {
                guard try group.gather([UInt8(truncatingIfNeeded: round &+ group.rank)]) == (0..<4).map({ [UInt8(truncatingIfNeeded: round &+ $0)] })
                else { return false }
                var word = [UInt8(group.rank)]
                try word.withUnsafeMutableBytes { target in try group.broadcast(target, from: round % 4) }
                if word != [UInt8(round % 4)] { return false }
            }
            return true
        }
        for end in ends { #expect((try? end.get()) == true) }
    }
}
