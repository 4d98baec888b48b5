import SLReport
import SLSpec
import Testing

/// Rows on several budgets: kept apart everywhere, and set beside each other in one table.
@Suite struct RungReportTests {
    /// 512 tokens an update; two seeds, 0.02 apart.
    private static func runs(_ method: String, steps: Int, loss: Double, lr: Double = 0.001, operations: Double? = nil) -> [RunHistory] {
        ([1, 2] as [UInt64]).map { seed in
            var spec = Fixture.spec(method, seed: seed, lr: lr)
            spec.training.steps = steps
            spec.training.warmupSteps = steps / 4
            var run = Fixture.finished(spec, id: "\(method) \(steps) \(lr) \(seed)", loss: loss + (seed == 1 ? -0.01 : 0.01))
            run.result?.tokens = steps * 512
            run.result?.trainingFloatingPointOperations = operations
            return run
        }
    }

    /// On 2048 tokens galore leads full_rank, on 4096 it follows; low_rank is last on both.
    private static let crossing = SweepHistory(name: "l", runs: [
        runs("full_rank", steps: 4, loss: 7.0), runs("full_rank", steps: 8, loss: 6.0), runs("galore", steps: 4, loss: 6.8), runs("galore", steps: 8, loss: 6.2),
        runs("low_rank", steps: 4, loss: 7.4), runs("low_rank", steps: 8, loss: 6.5),
    ].flatMap(\.self))

    private func groups(_ runs: [[RunHistory]], tuning: [TunedCell] = []) -> [SizeGroup] {
        SizeGroup.groups(of: SweepHistory(name: "l", runs: runs.flatMap(\.self), tuning: tuning))
    }

    private func rows(_ slug: String, _ history: SweepHistory = crossing) throws -> [[String]] {
        let tables = SweepReport.document(history).tables
        return try #require(tables.first { $0.slug == slug }, "\(tables.map(\.slug))").table.rows
    }

    @Test func everyBudgetIsATableOfItsOwn() throws {
        let groups = SizeGroup.groups(of: Self.crossing)
        #expect(groups.map(\.model.name) == ["9m, 2048 tokens", "9m, 4096 tokens"] && groups.map(\.shape) == [Fixture.model, Fixture.model])
        #expect(groups.map { $0.cells.map(\.label) } == [["full_rank", "galore", "low_rank"], ["full_rank", "galore", "low_rank"]], "no budget in a label where all have one")
        #expect(groups.map { $0.baseline?.spec.training.steps } == [4, 8], "each has its own reference")
        let results = try rows("results")
        #expect(results.map { $0[0] } == ["9m, 2048 tokens", "9m, 2048 tokens", "9m, 2048 tokens", "9m, 4096 tokens", "9m, 4096 tokens", "9m, 4096 tokens"])
        // Differences are within a budget: 6.8 − 7.0 and 6.2 − 6.0.
        let differences = try SweepReport.document(Self.crossing).tables.filter { $0.slug.hasPrefix("differences-") }.map { try #require($0.table.rows.first)[2] }
        #expect(differences == ["-0.2000", "+0.2000"])
        #expect(try rows("models").count == 1 && rows("budgets").count == 2)
    }

    @Test func theLadderSaysHowTheOrderChanges() throws {
        #expect(try rows("ladder-9m") == [
            ["full_rank", "7.0000 ± 0.0141 (2)", "**6.0000 ± 0.0141 (1)**"], ["galore", "**6.8000 ± 0.0141 (1)**", "6.2000 ± 0.0141 (2)"],
            ["low_rank", "7.4000 ± 0.0141 (3)", "6.5000 ± 0.0141 (3)"],
        ])
        // Of three pairs two keep their order: τ = (2 − 1) / 3.
        #expect(try rows("ladder-order-9m") == [["2048 tokens", "4096 tokens", "0.33", "3", "1", "1"]])
        #expect(SweepReport.markdown(Self.crossing).contains("From 2048 tokens to 4096 tokens: galore falls behind full_rank (beyond the seeds' spread)."))
    }

    /// A pair that crosses on the means and not seed by seed is no more than noise.
    @Test func crossingsWithinTheSpreadAreNoFindings() throws {
        var runs = Self.crossing.runs
        // Seeds of galore's second rung: 5.2 and 7.0, a mean of 6.1.
        for index in runs.indices where runs[index].spec.method == "galore" && runs[index].spec.training.steps == 8 {
            let loss = runs[index].spec.seed == 1 ? 5.2 : 7.0
            runs[index].result?.evaluation.loss = loss
        }
        let step = try #require(LossLadder.all(SizeGroup.groups(of: SweepHistory(name: "l", runs: runs))).first?.steps.first)
        #expect(step.crossings.map { "\($0.better) \($0.worse) \($0.isBeyondNoise)" } == ["galore full_rank false"])
    }

    @Test func rowsThatKeepTheirOrderDoNotCross() throws {
        let history = SweepHistory(name: "l", runs: [
            Self.runs("full_rank", steps: 4, loss: 7), Self.runs("full_rank", steps: 8, loss: 6), Self.runs("lora", steps: 4, loss: 8), Self.runs("lora", steps: 8, loss: 6.5),
        ].flatMap(\.self))
        #expect(try rows("ladder-order-9m", history) == [["2048 tokens", "4096 tokens", "1.00", "1", "0", "0"]])
        #expect(SweepReport.markdown(history).contains("No pair of rows crosses."))
    }

    @Test func withoutARowOnTwoBudgetsThereIsNoLadder() {
        let apart = groups([Self.runs("full_rank", steps: 4, loss: 7), Self.runs("lora", steps: 8, loss: 6)])
        #expect(apart.count == 1 && apart[0].model.name == "9m" && apart[0].rung == nil)
        #expect(!SweepReport.markdown(Fixture.oneSeed).contains("The ladder") && PlotScript.ladder(Fixture.oneSeed) == nil)
    }

    @Test func aRowOfOneBudgetStandsOnItsRung() {
        let found = groups([Self.runs("full_rank", steps: 4, loss: 7), Self.runs("full_rank", steps: 8, loss: 6), Self.runs("lora", steps: 8, loss: 6.5)])
        #expect(found.map { $0.cells.map(\.label) } == [["full_rank"], ["full_rank", "lora"]])
        let ladder = LossLadder.all(found)
        #expect(ladder.first?.rows.map(\.losses.count) == [2, 2] && ladder.first?.rows.last?.losses.first == .some(nil))
        #expect(ladder.first?.ranks(on: 1) == [1, 2])
    }

    /// By FLOPs every row has tokens of its own; its rungs are those of the others.
    @Test func aLadderInFLOPsHasRungsOfEqualWork() {
        let found = groups([
            Self.runs("full_rank", steps: 4, loss: 7, operations: 1e12), Self.runs("full_rank", steps: 8, loss: 6, operations: 2e12),
            Self.runs("low_rank", steps: 8, loss: 6.8, operations: 1e12), Self.runs("low_rank", steps: 16, loss: 5.8, operations: 2e12),
        ])
        #expect(found.map(\.model.name) == ["9m, 1.00e12 FLOPs", "9m, 2.00e12 FLOPs"])
        #expect(found.map { $0.cells.map(\.spec.training.steps) } == [[4, 8], [8, 16]])
        // Other proportions are other budgets, and so is other work.
        let apart = groups([
            Self.runs("full_rank", steps: 4, loss: 7), Self.runs("full_rank", steps: 8, loss: 6), Self.runs("low_rank", steps: 4, loss: 7), Self.runs("low_rank", steps: 16, loss: 5),
        ])
        #expect(apart.map { $0.cells.map(\.spec.training.steps) } == [[4, 4], [8], [16]])
        let unequal = groups([
            Self.runs("full_rank", steps: 4, loss: 7, operations: 1e12), Self.runs("full_rank", steps: 8, loss: 6, operations: 2e12),
            Self.runs("low_rank", steps: 8, loss: 6.8, operations: 2e12), Self.runs("low_rank", steps: 16, loss: 5.8, operations: 4e12),
        ])
        #expect(unequal.map { $0.cells.map(\.spec.training.steps) } == [[4], [8, 8], [16]])
    }

    /// A rate that was chosen for each budget makes no other row of it.
    @Test func whatWasTunedTellsNoRowsApart() throws {
        let runs = [Self.runs("full_rank", steps: 4, loss: 7, lr: 0.004), Self.runs("full_rank", steps: 8, loss: 6, lr: 0.002)]
        #expect(groups(runs).count == 1, "two settings, each with a budget of its own")
        let tuned = TunedCell(size: "9m", method: "full_rank", rank: nil, steps: 4, groupKey: nil, trials: [.init(values: ["lr": 0.004], runs: [], isChosen: false)])
        let found = groups(runs, tuning: [tuned])
        #expect(found.count == 2 && LossLadder.all(found).first?.rows.count == 1)
        // Rows that differ in it on one budget are two all the same.
        let swept = groups(runs + [Self.runs("full_rank", steps: 4, loss: 7, lr: 0.002), Self.runs("full_rank", steps: 8, loss: 6, lr: 0.004)], tuning: [tuned])
        #expect(swept.map { $0.cells.count } == [2, 2] && LossLadder.all(swept).first?.rows.count == 2)
        // Where nothing else is left the plan's order tells them, which is the same on every budget.
        let ordered = groups(
            [(4, 0.001), (8, 0.002), (4, 0.003), (8, 0.004)].map { Self.runs("full_rank", steps: $0.0, loss: $0.1 * 1000, lr: $0.1) }, tuning: [tuned])
        #expect(LossLadder.all(ordered).first?.rows.map { $0.losses.map { ($0 ?? 0).rounded() } } == [[1, 2], [3, 4]])
    }

    @Test func theBudgetsOfASizeCanBeJoinedAgain() {
        let joined = SizeGroup.joined(SizeGroup.groups(of: Self.crossing))
        #expect(joined.map(\.model) == [Fixture.model] && joined[0].cells.count == 6 && joined[0].rung == nil)
        #expect(joined[0].baseline?.spec.training.steps == 8)
        let one = SizeGroup.groups(of: Fixture.oneSeed)
        #expect(SizeGroup.joined(one).map(\.model) == one.map(\.model))
    }

    @Test func thePictureHoldsTheRungs() throws {
        let script = try #require(PlotScript.ladder(Self.crossing))
        #expect(script.contains("set logscale x") && script.contains("set title '9m: evaluation loss at the end of each budget, lower is better'"))
        // Three rows, the middle one in its place.
        #expect(script.contains("$rungs_0_1 << EOD\n2048 6.8\n4096 6.2\nEOD\n"), "\(script)")
        #expect(script.contains("title 'full_rank'") && script.contains("title 'galore'") && script.contains("title 'low_rank'"))
        #expect(ReportPicture.all(Self.crossing).contains { $0.suffix == "ladder" } && ReportPicture.suffixes.contains("ladder"))
    }

    /// Checked with `scipy.stats.kendalltau` 1.17.1: 0.2222222222222222 and 0.3333333333333334; NaN where all are tied.
    @Test func kendallsTau() {
        let tied = KendallTau(Array(zip([1, 2, 2, 3, 5], [2, 1, 4, 4, 3])))
        #expect(abs((tied.tau ?? 0) - 0.2222222222222222) < 1e-12 && tied.concordant == 5 && tied.discordant == 3 && tied.tied == 2)
        #expect(abs((KendallTau(Array(zip([3.1, 2.9, 3.3, 3.0], [2.5, 2.6, 2.8, 2.4]))).tau ?? 0) - 1.0 / 3) < 1e-12)
        #expect(KendallTau(Array(zip([1, 1, 1], [1, 2, 3]))).tau == nil && KendallTau([(1, 2)]).tau == nil && KendallTau([]).pairs == 0)
        #expect(KendallTau(Array(zip([1, 2, 3], [3, 2, 1]))).tau == -1)
    }
}
