import Foundation
import SLReport
import SLSpec
import Testing

/// What a report makes of runs at several budgets, and of several shapes.
@Suite struct LadderReportTests {
    private static let tiny = ModelShape(name: "3m", vocabularySize: 32_000, hiddenSize: 64, intermediateSize: 176, layerCount: 2, headCount: 2)

    /// - Parameter steps: of 512 targets each.
    private static func run(
        _ method: String, rank: Int? = nil, steps: Int, seed: UInt64 = 1, loss: Double, lr: Double = 0.001, model: ModelShape = Fixture.model, paper: Int = 54_000_000,
        tracked: Int = 90_000_000, operations: Double? = nil
    ) -> RunHistory {
        var spec = Fixture.spec(method, rank: rank, seed: seed, lr: lr, model: model)
        (spec.training.steps, spec.training.warmupSteps) = (steps, steps / 10)
        var run = Fixture.finished(
            spec, id: "\(method)-\(model.name)-\(steps)-\(seed)-\(lr)", loss: loss, memory: Fixture.memory(paper: paper, tracked: tracked, resident: nil))
        run.result?.tokens = steps * 512
        run.result?.trainingFloatingPointOperations = operations ?? Double(steps) * 1e9
        return run
    }

    private static func law(_ steps: Double) -> Double { 3 + 2 * pow(steps / 1000, -0.3) }

    /// Full-rank on its law, and galore as good as full-rank with `factor` of the tokens; two seeds a hair apart.
    private static func ladder(_ budgets: [Int], factor: Double = 0.8, rates: [Double] = []) -> SweepHistory {
        let runs = budgets.enumerated().flatMap { place, steps in
            [1, 2].flatMap { (seed: UInt64) -> [RunHistory] in
                let shift = seed == 1 ? 1e-6 : -1e-6
                return [
                    run("full_rank", steps: steps, seed: seed, loss: law(Double(steps)) + shift, lr: rates.isEmpty ? 0.001 : rates[place]),
                    run("galore", rank: 64, steps: steps, seed: seed, loss: law(factor * Double(steps)) + shift),
                ]
            }
        }
        return SweepHistory(name: "l", runs: runs)
    }

    private func table(_ history: SweepHistory, _ slug: String) -> ReportTable? {
        SweepReport.document(history).tables.first { $0.slug == slug }
    }

    /// Of the one size.
    private static func ladders(_ history: SweepHistory) -> [BudgetLadder] {
        SizeGroup.joined(SizeGroup.groups(of: history)).flatMap(BudgetLadder.ladders)
    }

    @Test func cellsOfOneMethodFormALadder() {
        let ladders = Self.ladders(Self.ladder([1000, 2000, 4000]))
        #expect(ladders.map(\.label) == ["full_rank", "galore r=64"])
        #expect(ladders.map { $0.rungs.map(\.tokens) } == [[512_000, 1_024_000, 2_048_000], [512_000, 1_024_000, 2_048_000]])
    }

    /// Rates that were chosen anew for each budget keep cells of one method together; several rates at each budget are ladders of their own.
    @Test func ratesOfTheirOwnDoNotTakeALadderApart() {
        let chosen = Self.ladders(Self.ladder([1000, 2000, 4000], rates: [0.004, 0.002, 0.001]))
        #expect(chosen.map(\.label) == ["full_rank", "galore r=64"] && chosen.map(\.rungs.count) == [3, 3])
        let runs = [1000, 2000].flatMap { steps in [0.001, 0.003].map { Self.run("full_rank", steps: steps, loss: 5 + $0, lr: $0) } }
        let apart = Self.ladders(SweepHistory(name: "l", runs: runs))
        #expect(apart.map(\.label) == ["full_rank (lr 0.001)", "full_rank (lr 0.003)"] && apart.map(\.rungs.count) == [2, 2])
    }

    @Test func lossesAreWorthTokens() throws {
        let history = Self.ladder([1000, 2000, 4000, 8000])
        let rows = try #require(table(history, "effective-data-9m")).table.rows
        // 0.8 of the shortest budget lies below the ladder.
        #expect(rows.map { $0[0] } == [String](repeating: "galore r=64", count: 4))
        #expect(rows.map { $0[1] } == ["512.0K", "1.02M", "2.05M", "4.10M"])
        #expect(rows.map { $0[4] } == ["<512.0K", "819.2K", "1.64M", "3.28M"] && rows.map { $0[5] } == ["<1.00×", "0.80×", "0.80×", "0.80×"])
        let figures = try #require(table(history, "effective-data-9m")).figures
        let place = try #require(figures.columns.firstIndex(of: "data_factor"))
        #expect(figures.rows[0][place] == .null, "what is beyond the ladder is no figure")
        guard case .real(let factor) = figures.rows[1][place] else { return #expect(Bool(false), "\(figures.rows[1])") }
        #expect(abs(factor - 0.8) < 1e-3)
        let whole = try #require(table(history, "data-factors-9m")).table.rows
        #expect(whole.count == 1 && whole[0][2] == "0.80×" && whole[0][5] == "1 of 4 budgets")
        let text = SweepReport.markdown(history)
        #expect(text.contains("fitted to 8 runs of 4 budgets from 512.0K to 4.10M tokens") && text.contains("^−0.300"))
    }

    @Test func theReportSaysWhatIsMissing() {
        let two = SweepReport.markdown(Self.ladder([1000, 2000]))
        #expect(two.contains("Nothing is inverted: full_rank was run at 2 budgets (512.0K, 1.02M tokens), and a law of three numbers needs 3 of them."))
        #expect(!SweepReport.markdown(Fixture.twoSeeds).contains("Effective data"), "one budget is no ladder")
        let rising = SweepHistory(name: "r", runs: [(1000, 4.0), (2000, 5.0), (4000, 6.0)].map { Self.run("full_rank", steps: $0.0, loss: $0.1) })
        #expect(SweepReport.markdown(rising).contains("No law was fitted: the loss of full_rank does not fall with its tokens."))
        let foreign = SweepHistory(name: "f", runs: [1000, 2000, 4000].map { Self.run("galore", rank: 64, steps: $0, loss: Self.law(Double($0))) })
        #expect(SweepReport.markdown(foreign).contains("Nothing is inverted: 9m has no full_rank cell"))
    }

    // MARK: Frontiers

    @Test func stepsGoDownWhereTheBestDoes() {
        let points: [(cost: Double, loss: Double)] = [(1, 5), (2, 4), (2, 4), (3, 4.5), (4, 3), (1.5, 5.5), (5, .infinity)]
        let steps = Frontier.steps(points) { one, other in one == 3 ? true : (one == 5 ? nil : points[one].loss > points[other].loss + 0.9) }
        #expect(steps.map(\.cost) == [1, 2, 4] && steps.map(\.best) == [0, 1, 4])
        #expect(steps[0].alike.isEmpty && steps[0].unknown.isEmpty, "nothing else costs so little")
        // Of two that are equal on both sides one stands for the step, the other is as good.
        #expect(steps[1].alike == [2] && steps[1].unknown == [5])
        #expect(steps[2].alike.isEmpty && steps[2].unknown == [5])
        #expect(Frontier.steps([]) { _, _ in nil }.isEmpty)
    }

    /// Two shapes: the small dense model is the best for little memory, the large one for much.
    private static let shapes: SweepHistory = {
        let runs = [1, 2, 3].flatMap { (seed: UInt64) -> [RunHistory] in
            let shift = 0.001 * Double(seed)
            return [
                run("full_rank", steps: 1000, seed: seed, loss: 5 + shift, paper: 50_000_000, tracked: 80_000_000),
                run("galore", rank: 64, steps: 1000, seed: seed, loss: 5 + shift * 2 - 0.003, paper: 40_000_000, tracked: 70_000_000),
                run("full_rank", steps: 1000, seed: seed, loss: 5.5 + shift, model: tiny, paper: 20_000_000, tracked: 30_000_000, operations: 2e11),
                run("lora", rank: 8, steps: 1000, seed: seed, loss: 6 + shift, model: tiny, paper: 30_000_000, tracked: 60_000_000, operations: 2e11),
            ]
        }
        return SweepHistory(name: "s", runs: runs)
    }()

    @Test func memoryBuysLossOverAllShapes() throws {
        let rows = try #require(table(Self.shapes, "best-by-tracked-peak")).table.rows
        // galore's mean is 5.001, full_rank's 5.002: nothing that costs more than galore is better.
        #expect(rows.map { $0[0] } == ["30.0", "70.0"] && rows.map { $0[1] } == ["3m full_rank", "9m galore r=64"])
        #expect(rows[0].last == "none" && rows[1].last == "none")
        let head = try #require(table(Self.shapes, "best-by-paper-memory")).table.columns[0].title
        #expect(head == "paper memory from [MB], by formula")
        let work = try #require(table(Self.shapes, "best-by-training-flops")).table.rows
        #expect(work.map { $0[0] } == ["2.00e11", "1.00e12"])
        // The dense model of the same cost is told from the best by no seed.
        #expect(work[1][1] == "9m galore r=64" && work[1].last == "9m full_rank at 512.0K")
    }

    @Test func oneShapeAtOneBudgetHasNone() {
        #expect(!SweepReport.markdown(Fixture.twoSeeds).contains("The best for a cost") && PlotScript.frontier(Fixture.twoSeeds) == nil)
        #expect(!ReportPicture.all(Fixture.oneSeed).map(\.suffix).contains("frontier"))
    }

    @Test func onePictureHoldsAllShapes() throws {
        var history = Self.shapes
        for place in history.runs.indices {
            history.runs[place].data = DataRecord(training: .init(tokens: 1, bytes: 1), validation: .init(tokens: 1, bytes: 1), unigramLoss: 8, bigramLoss: 6.5)
        }
        let script = try #require(PlotScript.frontier(history))
        for title in ["full_rank", "galore r=64", "lora r=8", "dense models", "lowest mean for the cost", "9m full_rank", "unigram (counted)", "bigram (counted)"] {
            #expect(script.contains("title '\(title)'"), "\(title)")
        }
        // The line of dense models: 30 MB at 5.502 and 80 MB at 5.002.
        #expect(script.contains("$dense_0 << EOD\n30 5.502\n80 5.002\nEOD"))
        #expect(script.contains("tracked peak (MB, logarithmic)") && script.matches(of: /set logscale x\n/).count == 2)
        #expect(ReportPicture.suffixes.contains("frontier") && ReportPicture.all(history).map(\.suffix).contains("frontier"))
    }

    /// Losses on other text do not compare.
    @Test func otherTextIsAnotherFrontier() {
        var history = Self.shapes
        for place in history.runs.indices where history.runs[place].spec.model.name == "3m" { history.runs[place].spec.data.tokenizerSHA256 = "other" }
        #expect(!SweepReport.markdown(history).contains("The best for a cost"))
    }
}
