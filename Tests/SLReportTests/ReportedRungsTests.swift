import Foundation
import SLReport
import SLSpec
import Testing

/// Budgets, the reported loss, the noise of seeds, claims and frontiers where they meet: each is of its rung, and of one kind of loss.
@Suite struct ReportedRungsTests {
    private static let test = TextIdentity(name: "sotu", sha256: String(repeating: "ef", count: 32), tokens: 900)

    /// 512 tokens an update; losses of two seeds 0.02 apart, of more 0.01 apart.
    private static func runs(
        _ method: String, steps: Int, loss: Double, test: Double? = nil, seeds: UInt64 = 2, operations: Double? = nil
    ) -> [RunHistory] {
        (1...seeds).map { seed in
            let shift = seeds == 2 ? (seed == 1 ? -0.01 : 0.01) : 0.01 * Double(seed)
            var spec = Fixture.spec(method, rank: method == "full_rank" ? nil : 8, seed: seed)
            spec.training.steps = steps
            spec.training.warmupSteps = steps / 4
            if test != nil { spec.data.test = Self.test }
            var run = Fixture.finished(spec, id: "\(method) \(steps) \(seed)", loss: loss + shift)
            run.result?.tokens = steps * 512
            run.result?.trainingFloatingPointOperations = operations
            run.data = DataRecord(training: .init(tokens: 4096, bytes: 9000), validation: .init(tokens: 512, bytes: 900), unigramLoss: 9, bigramLoss: 8)
            if let test {
                let tested = test + shift
                run.result?.test = EvaluationSample(step: steps, loss: tested, perplexity: exp(tested), bitsPerByte: 2, tokens: 20_000, bytes: 40_000, seconds: 0.1)
                run.data?.texts = [
                    .init(
                        kind: .test, corpus: "sotu", sha256: Self.test.sha256, part: .init(tokens: 900, bytes: 1800), records: 12, sharedRecords: 0, unigramLoss: 6.5,
                        bigramLoss: 5.5)
                ]
            }
            return run
        }
    }

    private func history(_ runs: [[RunHistory]], predictions: [PredictionRecord] = [], others: [ComparisonRow] = []) -> SweepHistory {
        SweepHistory(name: "m", runs: runs.flatMap(\.self), predictions: predictions, otherSeeds: others)
    }

    private func rows(_ slug: String, _ history: SweepHistory) -> [[String]] {
        SweepReport.document(history).tables.first { $0.slug == slug }?.table.rows ?? []
    }

    // MARK: Noise and references of a rung

    @Test func everyRungHasNoiseOfItsOwn() {
        let found = rows("noise", history([Self.runs("full_rank", steps: 4, loss: 7), Self.runs("full_rank", steps: 8, loss: 6), Self.runs("galore", steps: 8, loss: 6.1)]))
        #expect(found.map { Array($0.prefix(4)) } == [["9m, 2048 tokens", "full_rank", "4", "2"], ["9m, 4096 tokens", "full_rank", "8", "2"]])
    }

    /// By FLOPs the rows of a rung have updates of their own and are held against one noise all the same.
    @Test func aRungOfEqualWorkIsOneBudget() {
        let text = SweepReport.markdown(history([
            Self.runs("full_rank", steps: 4, loss: 7, operations: 1e12), Self.runs("full_rank", steps: 8, loss: 6, operations: 2e12),
            Self.runs("galore", steps: 8, loss: 6.95, operations: 1e12), Self.runs("galore", steps: 16, loss: 5, operations: 2e12),
        ]))
        // t(0.975, 1)·0.0141 = 0.18: 0.05 is less, 1 is more.
        #expect(text.contains("the best, galore r=8, is not told from full_rank by the means"))
        #expect(!text.contains("9m, 2.00e12 FLOPs: differences below"))
    }

    /// What was planned for one budget is no reference on another.
    @Test func plansOfOtherBudgetsAreNoReferences() {
        let runs = [Self.runs("full_rank", steps: 4, loss: 7), Self.runs("full_rank", steps: 8, loss: 6), Self.runs("galore", steps: 4, loss: 7), Self.runs("galore", steps: 8, loss: 6)]
        let planned = runs.compactMap(\.first?.spec).map { spec in
            PredictionRecord(
                spec: PredictionSpec(model: spec.model, method: spec.method, options: spec.options, training: spec.training),
                memory: MemoryBreakdown(weights: 1, gradients: 0, optimizer: 0), peakStage: "backward", paperBytes: 1)
        }
        #expect(SizeGroup.groups(of: history(runs, predictions: planned)).map { $0.baseline?.spec.training.steps } == [4, 8])
    }

    @Test func theLargestBudgetThatFinishedGivesTheReference() {
        var open = Self.runs("full_rank", steps: 8, loss: 6)
        for place in open.indices { (open[place].status, open[place].result) = (.running, nil) }
        let groups = SizeGroup.groups(of: history([Self.runs("full_rank", steps: 4, loss: 7), open]))
        #expect(groups.count == 2 && SizeGroup.joined(groups).map { $0.baseline?.spec.training.steps } == [4])
    }

    // MARK: Claims

    @Test func claimsAreComparedRungByRung() {
        let test = ClaimTest(.loss, ClaimRow(["galore"]), .lower, ClaimRow(["full_rank"]))
        func result(_ runs: [[RunHistory]]) -> ClaimResult {
            var test = test
            test.sizes = ["9m"]
            let claim = Claim(id: "c", paper: "P", source: "A 2024, arXiv:1", place: "abstract", evidence: .paper, words: "It is so.", tests: [test], note: nil)
            return ClaimResult(claim, in: [history(runs)])
        }
        let tokens = result([
            Self.runs("full_rank", steps: 4, loss: 7, seeds: 6), Self.runs("full_rank", steps: 8, loss: 6, seeds: 6),
            Self.runs("galore", steps: 4, loss: 6.8, seeds: 6), Self.runs("galore", steps: 8, loss: 5.8, seeds: 6),
        ])
        #expect(tokens.findings.map(\.size) == ["9m", "9m"] && tokens.findings.map(\.tokens) == [2048, 4096])
        let work = result([
            Self.runs("full_rank", steps: 4, loss: 7, seeds: 6, operations: 1e12), Self.runs("full_rank", steps: 8, loss: 6, seeds: 6, operations: 2e12),
            Self.runs("galore", steps: 8, loss: 6.8, seeds: 6, operations: 1e12), Self.runs("galore", steps: 16, loss: 5.8, seeds: 6, operations: 2e12),
        ])
        // The mean of both rows' tokens; within a rung 6.8 − 7 and 5.8 − 6.
        #expect(work.findings.map(\.tokens) == [3072, 6144])
        #expect(work.findings.allSatisfy { abs($0.judgement.difference + 0.2) < 1e-9 })
    }

    // MARK: One kind of loss

    private func other(_ loss: Double, test: Double?) throws -> ComparisonRow {
        let spec = try #require(Self.runs("full_rank", steps: 4, loss: 7, test: 6).first).spec
        return ComparisonRow(
            runID: "o", sweep: "noise", size: "9m", method: "full_rank", rank: nil, seed: 9, steps: 4, tokens: 2048, trainLoss: 7, evalLoss: loss,
            perplexity: nil, bitsPerByte: nil, totalParameters: 1, trainableParameters: 1, paperMemoryBytes: nil, peakTrackedBytes: nil,
            peakResidentBytes: nil, optimizerBytes: nil, tokensPerSecond: nil, wallSeconds: nil, status: .finished,
            groupID: ShortKey.of(try spec.groupKey()), testLoss: test)
    }

    /// Seeds of other sweeps count by the loss that is reported, and not at all where they lack it.
    @Test func noiseIsOfTheReportedLossAlone() throws {
        let tested = Array(Self.runs("full_rank", steps: 4, loss: 7, test: 6).prefix(1))
        #expect(rows("noise", history([tested], others: [try other(7.1, test: nil)])).isEmpty)
        // 5.99 and 6.01, then 6.99 and 7.01: σ = 0.02/√2.
        #expect(rows("noise", history([tested], others: [try other(9, test: 6.01)])).map { $0[5] } == ["0.0141"])
        let mixed = history([tested, Self.runs("galore", steps: 4, loss: 7)], others: [try other(7.01, test: 6.5)])
        #expect(rows("noise", mixed).map { $0[5] } == ["0.0141"])
    }

    /// What not every run was tested on sets no frontiers apart.
    @Test func textThatIsNotReportedSetsNothingApart() {
        let tables = SweepReport.document(history([Self.runs("full_rank", steps: 4, loss: 7, test: 6), Self.runs("full_rank", steps: 8, loss: 6)])).tables.map(\.slug)
        #expect(tables.contains("best-by-paper-memory"), "\(tables)")
    }

    @Test func theLossHasItsNameEverywhere() throws {
        let budgets = [4, 8, 16].map { (steps: $0, loss: 8 - Double($0) / 8) }
        let tested = history(budgets.flatMap { budget in
            ["full_rank", "galore"].map {
                Self.runs($0, steps: budget.steps, loss: budget.loss, test: budget.loss - ($0 == "galore" ? 0.9 : 1), operations: Double(budget.steps) * 1e9)
            }
        })
        let onTheWay = ["equal-budgets", "evaluations"]
        for table in SweepReport.document(tested).tables where !onTheWay.contains(where: table.slug.hasPrefix) {
            #expect(!table.figures.columns.contains { $0.contains("eval_loss") }, "\(table.slug): \(table.figures.columns)")
        }
        let text = SweepReport.markdown(tested)
        #expect(SweepReport.document(tested).tables.contains { $0.caption == "Test loss and rank by budget at 9m." })
        #expect(text.contains("(n − 1) of the test loss over all finished runs"))
        let ladder = try #require(PlotScript.ladder(tested))
        #expect(ladder.contains("test loss at the end of each budget") && ladder.contains("'test loss (nats per token)'") && !ladder.contains("evaluation loss"))
        let frontier = try #require(PlotScript.frontier(tested))
        #expect(frontier.contains("test loss and") && !frontier.contains("evaluation loss"))
        #expect(ReportPicture.all(tested).filter { ["ladder", "frontier"].contains($0.suffix) }.allSatisfy { $0.caption.lowercased().contains("test loss") && !$0.caption.lowercased().contains("evaluation loss") })
    }

    /// Curves on the way are of the validation text, and so is what counting reaches beside them.
    @Test func curvesStandOnTheirOwnText() throws {
        let script = try #require(PlotScript.lossCurves(history([Self.runs("full_rank", steps: 4, loss: 7, test: 6)])))
        let levels = script.components(separatedBy: "$counted_0_0 << EOD\n").dropFirst().first?.components(separatedBy: "\nEOD").first ?? ""
        #expect(levels.split(separator: "\n").map { $0.split(separator: " ").last } == ["9", "9"], "\(levels)")
    }

    /// A test is averaged per token whatever the validation text is.
    @Test func theAverageOfTheValidationTextIsNoneOfTheTest() {
        var runs = Self.runs("full_rank", steps: 4, loss: 7, test: 6)
        for place in runs.indices { runs[place].spec.evaluation.mode = .galoreCompat }
        let named = SweepReport.document(history([runs])).tables.filter { $0.note?.contains("N + 1") == true }.map(\.slug)
        #expect(named == ["evaluations-9m"], "\(named)")
        #expect(!SweepValidity(history([runs])).threats.contains { $0.words.contains("published loop") })
    }
}
