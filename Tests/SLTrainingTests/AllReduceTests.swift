import SLModel
import SLNumerics
import SLRanks
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// Gradients added by the library's own sum: a run of so many processes, the same each time.
@Suite(.serialized, .compute(threads: 1)) struct AllReduceTests {
    private func run(_ name: String, ranks: Int, _ exchange: GradientSum, shardsOptimizer: Bool = false) throws -> [RankedRun.End] {
        try RankedRun.all(
            .short(name, for: SmallShapes.small), steps: 4, ranks: ranks, exchange: exchange, shardsOptimizer: shardsOptimizer, shape: SmallShapes.small
        ).map { try $0.get() }
    }

    private func losses(_ end: RankedRun.End) throws -> [Double] {
        try end.trace.map { try #require(Double($0[0].split(separator: " ")[0])) }
    }

    /// All processes hold the same, and so do those that do it again; whose the state is changes nothing.
    @Test(arguments: ["full_rank", "galore", "sltrain"]) func theSameEachTime(name: String) throws {
        let ends = try run(name, ranks: 4, .allReduce(ranks: 4))
        for end in try ends + run(name, ranks: 4, .allReduce(ranks: 4)) {
            #expect(end.tensors == ends[0].tensors && end.trace == ends[0].trace && end.position == ends[0].position)
        }
        for end in try run(name, ranks: 4, .allReduce(ranks: 4), shardsOptimizer: true) {
            #expect(end.trace == ends[0].trace && end.tensors.allSatisfy { ends[0].tensors[$0.key] == $0.value })
            #expect(end.tensors.count < ends[0].tensors.count)
        }
    }

    /// Another rounding of the same sums: other bits, and losses that differ as those of another number of shards do. Two addends have
    /// one order.
    @Test(arguments: ["full_rank", "galore", "sltrain"]) func nearTheOrderedSum(name: String) throws {
        let ordered = try run(name, ranks: 4, .ordered)[0]
        let four = try run(name, ranks: 4, .allReduce(ranks: 4))[0]
        #expect(four.tensors != ordered.tensors)
        for (loss, other) in try zip(losses(four), losses(ordered)) { #expect(abs(loss - other) <= 1e-4 * other) }
        #expect(try run(name, ranks: 2, .allReduce(ranks: 2))[0].tensors == ordered.tensors)
    }

    @Test(arguments: [1, 2]) func anotherNumberOfProcessesIsRefused(ranks: Int) throws {
        for end in try RankedRun.all(.short("full_rank", for: SmallShapes.small), steps: 1, ranks: ranks, exchange: .allReduce(ranks: 4), shape: SmallShapes.small) {
            let error = #expect(throws: RankError.self) { try end.get() }
            #expect(error == .otherCount(ranks: ranks, wanted: 4, cause: "training.exchange all_reduce"))
            #expect("\(try #require(error))".contains("\"ranks\": \(ranks) in the config (--set ranks=\(ranks)), which is another run"))
        }
    }
}
