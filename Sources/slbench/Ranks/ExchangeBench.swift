import Foundation
import SLNumerics
import SLRanks
import SLSpec

/// How long the sum over ranks takes, by the ways there are to do it, of values that everybody can compute.
struct ExchangeBench {
    struct Way: Sendable, Hashable {
        var reduction: TreeSum.Reduction
        /// `nil` for everything in one call.
        var pieceBytes: Int?
    }

    struct Row: Sendable {
        var way: Way
        /// Of the slowest rank, each round.
        var seconds: [Double]
        /// Of the sum, the same on every rank.
        var digest: String
    }

    let ranks: any RankGroup
    let elements: Int
    let shards: Int
    let rounds: Int

    /// - Throws: `RankError`, also when ranks have different sums.
    func run(_ ways: [Way]) throws -> [Row] {
        let own = UnsafeMutableBufferPointer<Float>.allocate(capacity: elements)
        let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: elements)
        defer {
            unsafe own.deallocate()
            unsafe values.deallocate()
        }
        unsafe values.initialize(repeating: 0)
        unsafe own.initialize(repeating: 0)
        unsafe sumOwnShards(own)
        var rows: [Row] = []
        for way in ways {
            let sum = try TreeSum(
                shards: shards, ranks: ranks, reduction: way.reduction, pieceBytes: way.pieceBytes ?? max(1, elements + ranks.count) * 4)
            var seconds: [Double] = []
            for round in 0...rounds {
                unsafe UnsafeMutableRawBufferPointer(values).copyMemory(from: UnsafeRawBufferPointer(own))
                try ranks.meet()
                let start = MonotonicClock.seconds
                unsafe try sum.sum(values)
                let slowest = try slowest(MonotonicClock.seconds - start)
                // The first makes connections and touches pages.
                if round > 0 { seconds.append(slowest) }
            }
            let digest = unsafe Self.digest(values)
            try ranks.agree(on: [RankFact(what: "the sum", value: digest, fix: "report it, with the MPI library's name: this must not be")])
            rows.append(Row(way: way, seconds: seconds, digest: digest))
        }
        return rows
    }

    private func slowest(_ seconds: Double) throws -> Double {
        let all = try ranks.gather("\(seconds)")
        return all.compactMap { Double($0) }.max() ?? seconds
    }

    /// This rank's subtree, with one array a level.
    private func sumOwnShards(_ result: UnsafeMutableBufferPointer<Float>) {
        let own = shards / ranks.count * ranks.rank..<shards / ranks.count * (ranks.rank + 1)
        var stack: [Float] = []
        for index in 0..<elements {
            stack.removeAll(keepingCapacity: true)
            for (position, shard) in own.enumerated() {
                stack.append(Self.value(shard: shard, index))
                for _ in 0..<TreeSum.mergesAfter(shard: position) {
                    let right = stack.removeLast()
                    stack[stack.count - 1] += right
                }
            }
            while stack.count > 1 {
                let right = stack.removeLast()
                stack[stack.count - 1] += right
            }
            unsafe result[index] = stack.first ?? 0
        }
    }

    /// Of very different sizes, so that another order of additions shows.
    private static func value(shard: Int, _ index: Int) -> Float {
        var word = UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(truncatingIfNeeded: shard) &* 0xD1B5_4A32_D192_ED03
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        word ^= word >> 31
        let exponent = UInt32(117 + word & 0x0F)
        return Float(bitPattern: UInt32(truncatingIfNeeded: word >> 32) & 0x807F_FFFF | exponent << 23)
    }

    /// FNV-1a over the values' bits.
    private static func digest(_ values: UnsafeMutableBufferPointer<Float>) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<values.count { hash = (hash ^ UInt64(unsafe values[index].bitPattern)) &* 0x0000_0100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
