import SLReport
import SLSpec
import Testing

/// Values of scipy 1.17: `ttest_rel`, `permutation_test(permutation_type="samples")`; Holm by statsmodels' rule by hand.
struct SignificanceTests {
    private static let differences: [Double] = [-0.12, -0.08, 0.03, -0.2, -0.15, -0.05, -0.11]

    @Test func pairedTestsAgreeWithSciPy() throws {
        let test = try #require(PairedTest(Self.differences))
        #expect(abs(try #require(test.tPValue) - 0.013155604287979402) < 1e-9)
        #expect(test.signFlipPValue == 4.0 / 128)
        #expect(test.pValue == test.signFlipPValue)
    }

    @Test func tooFewPairsClaimNothing() throws {
        let test = try #require(PairedTest([-1, -1.1, -0.9, -1.05, -0.95]))
        #expect(test.pValue == nil && test.signFlipPValue == 2.0 / 32)
        #expect(PairedTest.smallestPValue(pairs: 3) == 0.25 && PairedTest.smallestPValue(pairs: 5) == 0.0625)
        #expect(PairedTest.smallestPValue(pairs: PairedTest.fewestPairs) < 0.05)
        #expect(PairedTest([]) == nil && PairedTest([.nan]) == nil)
        #expect(try #require(PairedTest([1, 1])).tPValue == nil)
    }

    @Test func differencesAllOnOneSideReachTheLeast() throws {
        for count in 2...12 {
            let test = try #require(PairedTest((0..<count).map { 0.1 + Double($0) / 100 }))
            #expect(test.signFlipPValue == PairedTest.smallestPValue(pairs: count))
        }
    }

    @Test func holmStepsDown() {
        #expect(Holm.adjusted([0.01, 0.04, 0.03, 0.005]) == [0.03, 0.06, 0.06, 0.02])
        #expect(Holm.adjusted([0.6, 0.7]) == [1, 1])
        #expect(Holm.adjusted([]) == [])
    }

    @Test func theReportClaimsOnlyWithEnoughSeeds() {
        func report(seeds: Int) -> String {
            let runs = (1...seeds).flatMap { seed in
                [("full_rank", 7.0), ("galore", 6.9), ("lora", 7.0)].map { method, loss in
                    let noise = (method == "lora" ? (seed % 2 == 0 ? 0.01 : -0.01) : 0) + Double(seed) / 1000 * (method == "galore" ? 1.5 : 1)
                    return Fixture.finished(Fixture.spec(method, seed: UInt64(seed)), id: "\(method)\(seed)", loss: loss + noise)
                }
            }
            return SweepReport.markdown(SweepHistory(name: "s", runs: runs))
        }
        let many = report(seeds: 8)
        #expect(many.contains("## Differences seed by seed"))
        #expect(many.contains("lower loss") && many.contains("no difference shown") && !many.contains("significance can't be claimed"))
        let few = report(seeds: 3)
        #expect(few.contains("With 3 pairs significance can't be claimed") && few.contains("p = 0.2500 at the least"))
        #expect(few.contains("too few seeds") && !few.contains("lower loss"))
        #expect(!report(seeds: 1).contains("Differences seed by seed"))
    }
}
