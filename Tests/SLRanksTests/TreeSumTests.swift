import SLRanks
import Testing

/// The sum over ranks has the bits of one process, however many share it.
struct TreeSumTests {
    static let shards = [1, 2, 3, 4, 6, 8, 12, 16]

    /// Of very different sizes and both signs, so that another order of additions has other bits.
    static func value(shard: Int, index: Int) -> Double {
        var word = UInt64(shard * 1_000_003 + index + 1) &* 0x9E37_79B9_7F4A_7C15
        word ^= word >> 29
        word = word &* 0xBF58_476D_1CE4_E5B9
        word ^= word >> 32
        let magnitude = Double(word >> 11) * 0x1p-53 * [1e-4, 1, 1e5, 3e7][Int(word & 3)]
        return word & 4 == 0 ? magnitude : -magnitude
    }

    /// The definition: neighbours, then the sums of neighbours; the last of an odd number goes up.
    static func tree<Element: FloatingPoint>(_ addends: [[Element]]) -> [Element] {
        var level = addends
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { left in
                left + 1 < level.count ? zip(level[left], level[left + 1]).map { $0 + $1 } : level[left]
            }
        }
        return level[0]
    }

    /// What a rank does with its own shards.
    static func subtree<Element: FloatingPoint>(_ shards: [[Element]]) -> [Element] {
        var stack: [[Element]] = []
        func merge() {
            let right = stack.removeLast()
            stack[stack.count - 1] = zip(stack[stack.count - 1], right).map { $0 + $1 }
        }
        for (position, shard) in shards.enumerated() {
            stack.append(shard)
            for _ in 0..<TreeSum.mergesAfter(shard: position) { merge() }
        }
        while stack.count > 1 { merge() }
        return stack[0]
    }

    static func floats(_ shard: Int, _ length: Int) -> [Float] { (0..<length).map { Float(value(shard: shard, index: $0)) } }
    static func doubles(_ shard: Int, _ length: Int) -> [Double] { (0..<length).map { value(shard: shard, index: $0) } }

    /// Lengths that no number of ranks divides, of less than a piece and of several, and nothing at all.
    @Test(arguments: shards) func bitsAreThoseOfOneProcess(shards: Int) throws {
        for ranks in TreeSum.possibleRanks(shards: shards) {
            for length in [0, 1, 2, 3, 5, 16, 17, 64, 101, 333] {
                let expected = Self.tree((0..<shards).map { Self.floats($0, length) })
                let ends = ThreadRanks.run(ranks) { group in
                    let sum = try TreeSum(shards: shards, ranks: group, pieceBytes: 256)
                    var own = Self.subtree(sum.ownShards.map { Self.floats($0, length) })
                    try own.withUnsafeMutableBufferPointer { values in try sum.sum(values) }
                    return own
                }
                for end in ends { #expect(try end.get().map(\.bitPattern) == expected.map(\.bitPattern), "\(ranks) ranks, \(length) values") }
            }
        }
    }

    @Test func doublesToo() throws {
        for ranks in [1, 2, 4, 8] {
            let expected = Self.tree((0..<8).map { Self.doubles($0, 77) })
            let ends = ThreadRanks.run(ranks) { group in
                let sum = try TreeSum(shards: 8, ranks: group, pieceBytes: 128)
                var own = Self.subtree(sum.ownShards.map { Self.doubles($0, 77) })
                try own.withUnsafeMutableBufferPointer { values in try sum.sum(values) }
                return own
            }
            for end in ends { #expect(try end.get().map(\.bitPattern) == expected.map(\.bitPattern)) }
        }
    }

    /// The lines above can fail: a plain running sum has other bits.
    @Test func anotherOrderHasOtherBits() {
        let addends = (0..<8).map { Self.floats($0, 333) }
        let running = addends.dropFirst().reduce(addends[0]) { zip($0, $1).map { $0 + $1 } }
        #expect(running.map(\.bitPattern) != Self.tree(addends).map(\.bitPattern))
        #expect(Self.subtree(addends).map(\.bitPattern) == Self.tree(addends).map(\.bitPattern))
    }

    @Test func whatIsNoNumberStaysNoneOnEveryRank() throws {
        for ranks in [2, 4] {
            let ends = ThreadRanks.run(ranks) { group in
                let sum = try TreeSum(shards: 4, ranks: group, pieceBytes: 64)
                var own = [Float](repeating: 1, count: 50)
                if group.rank == ranks - 1 { (own[7], own[49], own[20]) = (.nan, .infinity, -.infinity) }
                try own.withUnsafeMutableBufferPointer { values in try sum.sum(values) }
                return own
            }
            for end in ends {
                let sum = try end.get()
                #expect(sum.indices.filter { sum[$0].isNaN } == [7])
                #expect(sum[49] == .infinity && sum[20] == -.infinity && sum[0] == Float(ranks))
            }
        }
    }

    /// Where one rank alone wants it, that one has the same bits; the others may hold anything.
    @Test(arguments: [1, 2, 4, 8]) func theSumForOneRankHasTheSameBits(ranks: Int) throws {
        for root in 0..<ranks {
            for length in [0, 1, 5, 16, 17, 101, 333] {
                let expected = Self.tree((0..<8).map { Self.floats($0, length) })
                let ends = ThreadRanks.run(ranks) { group in
                    let sum = try TreeSum(shards: 8, ranks: group, pieceBytes: 256)
                    var own = Self.subtree(sum.ownShards.map { Self.floats($0, length) })
                    try own.withUnsafeMutableBufferPointer { values in try sum.sum(values, to: root) }
                    return own
                }
                let all = try ends.map { try $0.get() }
                #expect(all[root].map(\.bitPattern) == expected.map(\.bitPattern), "\(ranks) ranks, \(length) values at \(root)")
            }
        }
    }

    private static func allReduced(ranks: Int, to root: Int? = nil) throws -> [[Float]] {
        try ThreadRanks.run(ranks) { group in
            let sum = try TreeSum(shards: 8, ranks: group, reduction: .allReduce, pieceBytes: 100)
            var own = Self.subtree(sum.ownShards.map { Self.floats($0, 90) })
            try own.withUnsafeMutableBufferPointer { values in try sum.sum(values, to: root) }
            return own
        }.map { try $0.get() }
    }

    /// The library's own sum: the same on every rank and each time, whoever wants it.
    @Test(arguments: [2, 4, 8]) func theLibrarysOwnSumIsTheSameEachTime(ranks: Int) throws {
        let all = try Self.allReduced(ranks: ranks)
        for sum in try all + Self.allReduced(ranks: ranks) + Self.allReduced(ranks: ranks, to: 1) {
            #expect(sum.map(\.bitPattern) == all[0].map(\.bitPattern))
        }
    }

    /// R addends, in whatever order they are added, lie within (R − 1)·u·Σ|x| of their sum, u = 2⁻²⁴: two orders within twice that of each
    /// other. Source: Higham 2002, Accuracy and Stability of Numerical Algorithms, §4.2.
    @Test(arguments: [2, 4, 8]) func theLibrarysOwnSumIsNearTheTrees(ranks: Int) throws {
        let ordered = Self.tree((0..<8).map { Self.floats($0, 90) })
        let own = (0..<ranks).map { rank in Self.subtree((rank * 8 / ranks..<(rank + 1) * 8 / ranks).map { Self.floats($0, 90) }) }
        let sum = try Self.allReduced(ranks: ranks)[0]
        for index in sum.indices {
            let magnitude = own.reduce(0.0) { $0 + abs(Double($1[index])) }
            #expect(abs(Double(sum[index]) - Double(ordered[index])) <= 1.001 * 2 * Double(ranks - 1) * 0x1p-24 * magnitude)
        }
        // Two addends have one order; of more the bits are others'.
        #expect((sum.map(\.bitPattern) == ordered.map(\.bitPattern)) == (ranks == 2))
    }

    @Test func ranksMustOwnWholeSubtrees() {
        #expect(TreeSum.possibleRanks(shards: 1) == [1])
        #expect(TreeSum.possibleRanks(shards: 8) == [1, 2, 4, 8])
        // Three shares of four are subtrees, two of six are not.
        #expect(TreeSum.possibleRanks(shards: 12) == [1, 3, 6, 12])
        #expect(TreeSum.possibleRanks(shards: 6) == [1, 3, 6])
        #expect(TreeSum.possibleRanks(shards: 7) == [1, 7])
        let ends = ThreadRanks.run(3) { group in try TreeSum(shards: 8, ranks: group).shards }
        for end in ends {
            #expect(throws: RankError.impossibleCount(ranks: 3, shards: 8, allowed: [1, 2, 4, 8])) { try end.get() }
        }
        let words = "\(RankError.impossibleCount(ranks: 3, shards: 8, allowed: [1, 2, 4, 8]))"
        #expect(words.contains("3 ranks can't share training.shards 8") && words.contains("allowed: 1, 2, 4, 8 ranks"))
    }

    @Test func shardsOfRanksAreAllOnce() {
        let ends = ThreadRanks.run(4) { group in try TreeSum(shards: 16, ranks: group).ownShards }
        #expect(ends.compactMap { try? $0.get() }.flatMap { Array($0) } == Array(0..<16))
    }
}
