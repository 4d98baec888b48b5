import SLReport
import SLSpec
import Testing

/// Losses at equal tokens, operations and time.
@Suite struct BudgetTests {
    /// Evaluations 9.5 after 2 of 4 updates and `loss` after all; 512 tokens and `seconds` an update.
    private func run(_ method: String, seed: UInt64 = 1, loss: Double, seconds: Double = 0.5, operations: Double? = nil) -> RunHistory {
        PictureFixture.run(
            Fixture.spec(method, seed: seed), id: "\(method)\(seed)", losses: [10, 9, 8, 7], seconds: seconds, evaluation: loss, operations: operations)
    }

    private func rows(_ runs: [RunHistory]) -> [[String]]? {
        SweepReport.document(SweepHistory(name: "b", runs: runs)).tables.first { $0.slug == "equal-budgets-9m" }?.table.rows
    }

    @Test func lossesAreInterpolatedBetweenEvaluations() throws {
        let curve = BudgetCurve(run("galore", loss: 7.5, operations: 4096))
        #expect(curve.points.map { $0.amounts[.tokens] } == [1024, 2048] && curve.points.map { $0.amounts[.seconds] } == [1, 2])
        #expect(curve.points.map { $0.amounts[.operations] } == [2048, 4096])
        #expect(curve.point(at: 1024, of: .tokens)?.loss == 9.5 && curve.point(at: 2, of: .seconds)?.loss == 7.5)
        let between = try #require(curve.point(at: 1.25, of: .seconds))
        #expect(between.loss == 9.0 && between.amounts[.tokens] == 1280 && between.amounts[.operations] == 2560)
        #expect(curve.point(at: 0.5, of: .seconds) == nil, "nothing is known before the first evaluation")
        #expect(curve.point(at: 2.5, of: .seconds) == nil, "nor after the last")
        #expect(BudgetCurve(run("galore", loss: 7)).point(at: 1024, of: .operations) == nil)
    }

    @Test func theDearestMethodIsCutShort() throws {
        let runs = [run("full_rank", loss: 7.5, seconds: 0.8, operations: 8192), run("low_rank", loss: 7.9, seconds: 0.5, operations: 6144)]
        let found = try #require(rows(runs))
        // full_rank: at 6144 operations it had 1536 tokens, half-way from 9.5 to 7.5; after 2 s 1280, a quarter of the way.
        #expect(found == [["full_rank", "8.5000", "1536", "9.0000", "1280"], ["low_rank", "**7.9000**", "2048", "**7.9000**", "2048"]])
    }

    @Test func seedsAreAveragedAndSpread() throws {
        let runs = [1, 2].flatMap { seed in
            [run("full_rank", seed: seed, loss: 7.5 + Double(seed) / 10, operations: 8192), run("lora", seed: seed, loss: 8, operations: 4096)]
        }
        // Half of full_rank's budget is its first evaluation, the same for both seeds.
        #expect(try #require(rows(runs))[0][1] == "9.5000 ± 0.0000")
    }

    @Test func whereNothingDiffersNothingIsShown() {
        #expect(rows([run("full_rank", loss: 7), run("lora", loss: 8)]) == nil)
        #expect(rows([run("full_rank", loss: 7, seconds: 1)]) == nil)
        #expect(!SweepReport.markdown(Fixture.oneSeed).contains("At equal budgets"))
    }
}
