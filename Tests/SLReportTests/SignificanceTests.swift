import SLReport
import SLSpec
import Testing

/// Expected values come from a program of its own in Python (numpy 2): the statistic of every one of the 2ⁿ patterns as a matrix,
/// and the adjusted p by the closure principle itself, the largest max-T p of any subset of rivals that holds the rival. For one
/// rival scipy's `permutation_test(permutation_type="samples")` says the same.
struct SignificanceTests {
    private func bySeed(_ values: [Double], from first: UInt64 = 1) -> [UInt64: Double] {
        Dictionary(uniqueKeysWithValues: values.enumerated().map { (first + UInt64($0.offset), $0.element) })
    }

    private static let five: [[Double]] = [
        [-0.102, -0.012, -0.048, -0.006, -0.004, 0.02, -0.001, -0.083], [-0.015, 0.001, 0.03, 0.201, 0.012, 0.037, 0.042, 0.063],
        [-0.061, 0.005, -0.081, -0.04, -0.013, -0.035, -0.02, -0.028], [-0.013, 0.001, -0.015, 0.014, 0.01, -0.007, 0.014, -0.009],
        [0.178, 1.014, 1.222, 1.13, 0.794, 1.061, -0.312, 0.539],
    ]

    private static let eighteen: [[Double]] = [
        [
            -0.03, -0.015, -0.044, -0.075, -0.053, -0.08, -0.027, 0.037, -0.055, -0.061, -0.006, -0.012, -0.025, -0.077, -0.031, 0.005, -0.097, -0.053,
        ],
        [
            -0.132, -0.083, -0.127, 0.001, -0.081, 0.042, 0.033, 0.005, -0.181, -0.023, 0.016, 0.029, -0.102, -0.018, -0.058, -0.045, 0.105, -0.045,
        ],
    ]
    private static let eighteenExact = [0.00166321, 0.04569244]

    /// −3.324 ± 0.045, six of six better: Holm over two rivals made 0.0625 of it.
    @Test func sixSeedsAndTwoRivalsCanBeClaimed() throws {
        let clear = [-3.29, -3.37, -3.30, -3.384, -3.276, -3.324]
        let test = try #require(FamilyTest([bySeed(clear), bySeed([0.03, -0.02, 0.05, -0.01, 0.02, -0.04])]))
        #expect(test.rows.map(\.adjusted) == [2.0 / 64, 52.0 / 64])
        #expect(test.rows.map(\.claim) == [.lowerLoss, .noDifferenceShown])
    }

    @Test(arguments: 1...9) func theFloorDoesNotGrowWithTheRivals(rivals: Int) throws {
        for seeds in [6, 7, 8] {
            let family = (1...rivals).map { (rival: Int) -> [UInt64: Double] in
                bySeed((0..<seeds).map { seed -> Double in Double(rival) * 0.1 + Double(seed * rival % 5) / 100 })
            }
            let test = try #require(FamilyTest(family))
            #expect(test.rows.allSatisfy { $0.adjusted == FamilyTest.smallestPValue(seeds: seeds) && $0.claim == .higherLoss })
        }
        // Rivals whose differences are noise, even of one size, take nothing from a clear one.
        let clear = bySeed([-0.2, -0.22, -0.19, -0.21, -0.2, -0.23])
        let noise = (1...rivals).map { (rival: Int) -> [UInt64: Double] in
            bySeed((0..<6).map { seed -> Double in (seed * 7 + rival) % 3 == 0 ? 0.01 : -0.01 })
        }
        #expect(try #require(FamilyTest(noise + [clear])).rows.last?.adjusted == 2.0 / 64)
    }

    @Test func aFamilyAgreesWithTheClosurePrinciple() throws {
        let test = try #require(FamilyTest(Self.five.map { bySeed($0) }))
        #expect(test.isExact && test.rows.map { $0.pValue * 256 } == [30, 10, 4, 238, 6])
        #expect(test.rows.map { $0.adjusted * 256 } == [30, 14, 6, 238, 6])
        let one = try #require(FamilyTest([bySeed([-0.12, -0.08, 0.03, -0.2, -0.15, -0.05, -0.11])])).rows[0]
        #expect(one.pValue == 4.0 / 128 && one.adjusted == one.pValue)
    }

    @Test func rivalsMayLackSeeds() throws {
        let five = Self.five
        let test = try #require(FamilyTest([bySeed(five[0]), bySeed(Array(five[1].prefix(6))), bySeed(Array(five[2].dropFirst(2)), from: 3)]))
        #expect(test.rows.map(\.count) == [8, 6, 6] && test.seeds == 8)
        #expect(test.rows.map { $0.adjusted * 256 } == [30, 40, 8])
        // A sign that a rival lacks doesn't make its p smaller than its own seeds allow.
        let partial = try #require(FamilyTest([bySeed(five[0]), bySeed([1, 1.1, 0.9])]))
        #expect(partial.rows[1].pValue == 0.25 && partial.rows[1].claim == .tooFewSeeds)
    }

    /// Above 16 seeds patterns are drawn; here against all 2¹⁸ of them.
    @Test func manySeedsAreDrawn() throws {
        let test = try #require(FamilyTest([bySeed(Self.eighteen[0]), bySeed(Self.eighteen[1])]))
        #expect(!test.isExact)
        for (row, exact) in zip(test.rows, Self.eighteenExact) {
            let deviation = (exact * (1 - exact) / Double(FamilyTest.draws)).squareRoot()
            #expect(abs(row.adjusted - exact) < 4 * deviation + 1e-5)
        }
        #expect(test == FamilyTest([bySeed(Self.eighteen[0]), bySeed(Self.eighteen[1])]), "the same draws each time")
    }

    @Test func theOrderOfRivalsIsNothing() throws {
        let test = try #require(FamilyTest(Self.five.map { bySeed($0) }))
        for order in [[4, 3, 2, 1, 0], [2, 0, 4, 1, 3]] {
            #expect(try #require(FamilyTest(order.map { bySeed(Self.five[$0]) })).rows == order.map { test.rows[$0] })
        }
    }

    @Test func nothingIsMadeOfNothing() throws {
        #expect(FamilyTest([]) == nil && FamilyTest([[:]]) == nil && FamilyTest([[1: .nan]]) == nil)
        #expect(try #require(FamilyTest([bySeed([0, 0, 0, 0, 0, 0])])).rows[0].adjusted == 1)
        #expect(try #require(FamilyTest([bySeed([0.1, 0.1, 0.1, 0.1, 0.1, 0.1])])).rows[0].adjusted == 2.0 / 64)
    }

    /// The number of seeds that the words name is computed, not written down.
    @Test func theWordsAreMadeFromTheTest() {
        #expect(FamilyTest.seedsNeeded() == 6 && FamilyTest.seedsNeeded(level: 0.01) == 8 && FamilyTest.seedsNeeded(level: 0.2) == 4)
        #expect(FamilyTest.smallestPValue(seeds: 5) == 0.0625 && FamilyTest.smallestPValue(seeds: 1) == 1)
        for seeds in 1...8 {
            #expect(SeedEvidence.isEnough(seeds: seeds) == (FamilyTest.smallestPValue(seeds: seeds) < 0.05))
            #expect(SeedEvidence.words(seeds: seeds).contains("\(FamilyTest.seedsNeeded()) seeds are needed") == (seeds < FamilyTest.seedsNeeded()))
        }
        #expect(SeedEvidence.words(seeds: 3).contains("p can't be below 0.2500"))
    }

    private func history(seeds: Int, missing: Set<String> = []) -> SweepHistory {
        let runs = (1...seeds).flatMap { seed in
            [("full_rank", 7.0), ("galore", 6.9), ("lora", 7.0)].compactMap { method, loss -> RunHistory? in
                guard !missing.contains("\(method)\(seed)") else { return nil }
                let noise = (method == "lora" ? (seed % 2 == 0 ? 0.01 : -0.01) : 0) + Double(seed) / 1000 * (method == "galore" ? 1.5 : 1)
                return Fixture.finished(Fixture.spec(method, seed: UInt64(seed)), id: "\(method)\(seed)", loss: loss + noise)
            }
        }
        return SweepHistory(name: "s", runs: runs)
    }

    @Test func theReportClaimsOnlyWithEnoughSeeds() {
        let many = SweepReport.markdown(history(seeds: 6))
        #expect(many.contains("## Differences seed by seed") && many.contains("| p, max-T | claim |"))
        #expect(many.contains("| 0.0312 | 0.0312 | lower loss |") && many.contains("no difference shown") && !many.contains("no difference can be claimed"))
        let few = SweepReport.markdown(history(seeds: 3))
        #expect(few.contains("With 3 seeds no difference can be claimed at 5 %") && few.contains("p can't be below 0.2500"))
        #expect(few.contains("too few seeds") && !few.contains("lower loss |"))
        #expect(!SweepReport.markdown(history(seeds: 1)).contains("Differences seed by seed"))
        #expect(!many.contains("do not share all seeds"))
        #expect(SweepReport.markdown(history(seeds: 8, missing: ["lora8"])).contains("The rows do not share all seeds"))
    }

    @Test func checkAndPlanSayTheSame() throws {
        func words(_ history: SweepHistory) -> String { SweepValidity(history).threats.map(\.words).joined(separator: "\n") }
        #expect(words(history(seeds: 3)).contains(SeedEvidence.words(seeds: 3)))
        let enough = words(history(seeds: 6))
        #expect(!enough.contains("can't be below") && enough.contains("the seeds show no difference from full_rank for lora."))
        func plan(_ history: SweepHistory) -> [String] { PlannedEvidence.sentences(history.runs.map(\.spec)) }
        for seeds in [1, 3, 6] {
            let said = plan(history(seeds: seeds))
            #expect(said.count == 1 && said.first?.hasPrefix("9m: 2 rows against full_rank: \(SeedEvidence.words(seeds: seeds))") == true)
        }
        #expect(plan(history(seeds: 7, missing: ["lora7", "lora6"])).first?.contains(SeedEvidence.words(seeds: 5)) == true, "the row with the fewest decides")
        #expect(PlannedEvidence.sentences([Fixture.spec("full_rank")]).isEmpty)
        #expect(PlannedEvidence.sentences([Fixture.spec("galore"), Fixture.spec("lora")]).first?.contains("without a full_rank cell") == true)
        let pair = RunComparison(history(seeds: 1).runs[0], history(seeds: 1).runs[1]).markdown()
        #expect(pair.contains(SeedEvidence.words(seeds: 1)))
    }
}
