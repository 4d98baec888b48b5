import SLHarness
import SLSpec
import Testing

/// Methods take turns, seed by seed and size by size.
@Suite struct RunOrderTests {
    private func words(_ cells: [PlannedCell]) -> [String] {
        cells.map { "\($0.spec.model.name) \($0.spec.method)\($0.spec.rank.map { " \($0)" } ?? "") \($0.spec.seed)" }
    }

    @Test func methodsTakeTurns() throws {
        var specs: [RunSpec] = []
        for size in ["s", "l"] {
            for (method, ranks) in [("full_rank", [nil]), ("low_rank", [2, 4, 8]), ("sltrain", [2, 4])] as [(String, [Int?])] {
                for rank in ranks {
                    for seed in [7, 1] as [UInt64] {
                        var spec = try Sample.spec(method, seed: seed, given: rank.map { ["rank": .integer($0)] } ?? [:])
                        spec.model.name = size
                        specs.append(spec)
                    }
                }
            }
        }
        let cells = try Sample.plan(specs).cells
        let group = ["full_rank", "low_rank 2", "sltrain 2", "low_rank 4", "sltrain 4", "low_rank 8"]
        let expected = [7, 1].flatMap { seed in ["s", "l"].flatMap { size in group.map { "\(size) \($0) \(seed)" } } }
        #expect(words(RunOrder.interleaved(cells)) == expected)
        #expect(words(cells) != expected && Set(words(cells)) == Set(expected))
    }

    @Test func nothingIsLostOrRepeated() throws {
        #expect(RunOrder.interleaved([]).isEmpty)
        let cells = try Sample.plan((1...5).map { try Sample.spec("lost", seed: $0) }).cells
        #expect(RunOrder.interleaved(cells).map(\.runKey) == cells.map(\.runKey))
    }

    /// Cells of 10 s each: jobs divide the time as far as they come out even.
    @Test func timeIsSharedByJobs() throws {
        var plan = try Sample.plan((1...5).map { try Sample.spec("lost", seed: $0) })
        for index in plan.cells.indices { plan.cells[index].time.seconds = 10 }
        #expect([1, 2, 3, 5, 9].map { plan.remainingSeconds(jobs: $0) } == [50, 30, 20, 10, 10])
    }
}
