import SLReport
import SLSpec
import Testing

/// What report, `check` and plan make of noise, blocks, margins and power.
@Suite struct EvidenceReportTests {
    /// The seeds' common part and each row's own noise, in thousandths.
    private static let parts = [4, -7, 2, 9, -3, -5, 6, 1]
    private static let own: [String: [Int]] = [
        "full_rank": [0, 2, -1, 1, -2, 0, 1, -1], "galore": [1, -2, 0, 2, 1, -1, 0, 2], "lora": [-1, 0, 2, -2, 1, 1, -1, 0],
        "lost": [2, 1, -2, 0, -1, 2, 1, 0], "sltrain": [50, -60, 20, -30, 70, -50, 10, 0],
    ]
    private static let shifts = ["full_rank": 0, "galore": -80, "lora": 1, "lost": 60, "sltrain": 15]

    private static func runs(_ methods: [String], seeds: Int, of baseline: Int? = nil) -> [RunHistory] {
        methods.flatMap { method in
            (1...(method == "full_rank" ? baseline ?? seeds : seeds)).map { seed in
                let thousandths = parts[seed - 1] + (own[method]?[seed - 1] ?? 0) + (shifts[method] ?? 0)
                return Fixture.finished(Fixture.spec(method, seed: UInt64(seed)), id: "\(method)\(seed)", loss: 7 + Double(thousandths) / 1000)
            }
        }
    }

    private func history(
        _ methods: [String] = ["full_rank", "galore", "lora", "lost"], seeds: Int = 6, of baseline: Int? = nil, margin: Double? = nil,
        others: [ComparisonRow] = []
    ) -> SweepHistory {
        SweepHistory(
            name: "s", runs: Self.runs(methods, seeds: seeds, of: baseline), methods: Fixture.catalog, evidence: EvidenceSpec(equivalenceMargin: margin),
            otherSeeds: others)
    }

    private func rows(_ slug: String, _ history: SweepHistory) -> [[String]] {
        SweepReport.document(history).tables.first { $0.slug == slug }?.table.rows ?? []
    }

    private func threats(_ history: SweepHistory) -> [SweepValidity.Threat] { SweepValidity(history).threats }

    private func said(_ history: SweepHistory, _ words: String) -> Bool { threats(history).contains { $0.words.contains(words) } }

    /// A finished run of the baseline's experiment in another sweep.
    private func other(_ seed: Int, loss: Double, lr: Double = 0.001) throws -> ComparisonRow {
        ComparisonRow(
            runID: "o\(seed)", sweep: "noise", size: "9m", method: "full_rank", rank: nil, seed: seed, steps: 4, tokens: 2048, trainLoss: 7, evalLoss: loss,
            perplexity: nil, bitsPerByte: nil, totalParameters: 1, trainableParameters: 1, paperMemoryBytes: nil, peakTrackedBytes: nil,
            peakResidentBytes: nil, optimizerBytes: nil, tokensPerSecond: nil, wallSeconds: nil, status: .finished,
            groupID: ShortKey.of(try Fixture.spec("full_rank", lr: lr).groupKey()))
    }

    // MARK: Seeds

    @Test func onlyTheReferenceMayHaveMore() {
        let more = threats(history(of: 8)).filter { $0.words.contains("not every row finished the same seeds; 6 to 8 seeds a row") }
        #expect(more.map(\.isUnequal) == [false] && more.first?.words.contains("Only the reference has more") == true)
        var runs = history(of: 8)
        runs.runs.removeAll { $0.runID == "lora6" }
        let uneven = threats(runs).filter { $0.words.contains("not every row finished the same seeds; 5 to 8 seeds a row") }
        #expect(uneven.map(\.isUnequal) == [true] && uneven.first?.words.contains("Only the reference") == false)
        var fewer = history()
        fewer.runs.removeAll { $0.runID == "full_rank6" }
        #expect(threats(fewer).contains { $0.isUnequal && $0.words.contains("not every row finished the same seeds") })
        #expect(!said(history(), "not every row finished"))
    }

    @Test func pairsAreOverCommonSeeds() {
        #expect(rows("differences-9m", history(of: 8)).map { $0[1] } == ["6", "6", "6"])
        #expect(rows("blocked-9m", history(of: 8)).count == 4)
    }

    // MARK: Noise

    /// Of 7.004, 6.995, 7.001, 7.010, 6.995 and 6.995, whose mean is 7: √(192 / 5) thousandths.
    @Test func theFloorIsTheBaselines() throws {
        #expect(rows("noise-9m", history()) == [] && rows("noise", history()).map { Array($0[1...5]) } == [["full_rank", "4", "6", "0", "0.0062"]])
        #expect(rows("noise", history(of: 8)).map { $0[3] } == ["8"])
        #expect(rows("noise", history(seeds: 1)) == [])
        #expect(said(history(), "8 seeds of the baseline are asked for a noise floor") && !said(history(of: 8), "are asked for a noise floor"))
    }

    @Test func seedsOfOtherSweepsCount() throws {
        let others = try (7...9).map { try other($0, loss: 7 + Double($0) / 1000) }
        let row = try #require(rows("noise", history(others: others)).first)
        #expect(row[3] == "9" && row[4] == "3")
        // Another experiment's, and a seed that the sweep has itself, are no further ones.
        let foreign = [try other(7, loss: 9, lr: 0.5), try other(1, loss: 9)]
        #expect(rows("noise", history(others: foreign)) == rows("noise", history()))
        // They are in no mean.
        #expect(rows("results", history(others: others)) == rows("results", history()))
        #expect(!said(history(others: others), "are asked for a noise floor"))
    }

    @Test func nearTiesAreNamed() {
        let text = SweepReport.markdown(history(["full_rank", "lora", "lost"], of: 8))
        #expect(text.contains("nats are noise of seeds") && text.contains("the best, full_rank, is not told from lora by the means."))
        #expect(said(history(["full_rank", "lora", "lost"], of: 8), "is not told from lora by the means."))
        #expect(!SweepReport.markdown(history(["full_rank", "lost"], of: 8)).contains("is not told from"))
    }

    // MARK: Blocks

    @Test func theBlockedTable() {
        let table = rows("blocked-9m", history())
        #expect(table.map { $0[0] } == ["full_rank", "galore", "lora", "lost"] && table[0][3] == "reference")
        #expect(table.map(\.last) == ["—", "lower loss", "no difference shown", "higher loss"])
        let text = SweepReport.markdown(history())
        #expect(text.contains("4 rows × 6 common seeds (1, 2, 3, 4, 5, 6)") && text.contains("with 15 degrees of freedom") && !text.contains("not to be trusted"))
    }

    /// Three seeds of four rows can claim, and it is said what that rests on.
    @Test func claimsOfFewSeedsSayIt() {
        #expect(rows("blocked-9m", history(seeds: 3)).map(\.last) == ["—", "lower loss (3 seeds)", "no difference shown", "higher loss (3 seeds)"])
        #expect(SweepReport.markdown(history(seeds: 3)).contains("6 seeds or more are asked for a claim, and these rest on 3"))
        #expect(said(history(seeds: 3), "claims with the seeds taken out rest on 3 seeds; 6 or more are asked"))
        #expect(!said(history(), "claims with the seeds taken out rest on"))
    }

    @Test func unequalNoiseIsSaid() {
        let uneven = history(["full_rank", "galore", "lora", "lost", "sltrain"])
        #expect(said(uneven, "the rows scatter unequally over the seeds") && !said(history(), "scatter unequally"))
        #expect(SweepReport.markdown(uneven).contains("**the pooled analysis is not to be trusted here**"))
        // The claims are those of the paired tests, which the noise of one row can't blur.
        #expect(rows("blocked-9m", uneven).map(\.last) == ["—", "lower loss", "no difference shown", "higher loss", "no difference shown"])
    }

    @Test func rowsThatLackSeedsAreLeftOut() {
        var some = history()
        some.runs.removeAll { $0.spec.method == "lost" && $0.spec.seed > 2 }
        #expect(rows("blocked-9m", some).map { $0[0] } == ["full_rank", "galore", "lora"])
        #expect(SweepReport.markdown(some).contains("Rows that lack these seeds are left out: lost."))
    }

    // MARK: Equivalence

    @Test func comparableIsEarned() {
        let stated = rows("comparable-9m", history(margin: 0.02))
        #expect(stated.map(\.last) == ["better", "comparable (within 0.02)", "worse"])
        let wide = rows("comparable-9m", history(margin: 0.5))
        #expect(wide.map(\.last) == ["better, comparable (within 0.5)", "comparable (within 0.5)", "worse, comparable (within 0.5)"])
        #expect(rows("comparable-9m", history(margin: 0.0001)).map(\.last) == ["better", "undecided", "worse"])
        #expect(rows("comparable-9m", history()).map(\.last) == ["better", "undecided", "worse"], "nothing is comparable without a margin")
        #expect(SweepReport.markdown(history()).contains("No margin was stated (`evidence.equivalence_margin` in the config)"))
        #expect(rows("comparable-9m", history(seeds: 3, margin: 0.02)).allSatisfy { $0.last == "undecided (too few seeds)" })
    }

    @Test func checkSaysWhatIsOpen() {
        #expect(said(history(margin: 0.0001), "undecided against full_rank, neither better nor worse nor comparable within 0.0001 nats: lora."))
        #expect(said(history(margin: 0.0001), "the margin of 0.0001 nats is smaller than what another seed changes"))
        #expect(!said(history(margin: 0.02), "undecided against") && !said(history(margin: 0.02), "is smaller than what another seed changes"))
        #expect(said(history(seeds: 3, margin: 0.02), "too few seeds to be called comparable, 6 are asked: galore, lora, lost."))
        #expect(!said(history(), "undecided against"))
    }

    // MARK: Two runs

    @Test func twoRunsAreHeldAgainstTheNoise() throws {
        let runs = Self.runs(["full_rank", "lost"], seeds: 1)
        let others = try (2...8).map { try other($0, loss: 7 + Double($0) / 1000) }
        let text = RunComparison(runs[0], runs[1], finished: others).markdown()
        let floor = try #require(NoiseFloor([7.004] + (2...8).map { 7 + Double($0) / 1000 }))
        #expect(text.contains("of 8 seeds of full_rank: a difference of single runs below \(NumberFormat.loss(floor.smallestDifference(1, 1))) nats is noise."))
        #expect(!RunComparison(runs[0], runs[1]).markdown().contains("From seed to seed"))
    }

    // MARK: Plan

    private func plan(_ history: SweepHistory, finished: [ComparisonRow] = [], margin: Double? = nil) -> String {
        PlannedEvidence.sentences(
            history.runs.map(\.spec), methods: Fixture.catalog, evidence: EvidenceSpec(equivalenceMargin: margin), finished: finished
        ).joined(separator: "\n")
    }

    /// √2 · 2.578 for 6 seeds at 5 % / 3, by `scipy`; in nats with the σ of the runs that a database has.
    @Test func thePlanSaysWhatTheSeedsCanShow() throws {
        let level = FamilyTest.level / 3
        let units = try #require(PairedPower.smallestDifference(seeds: 6, level: level)) * 2.0.squareRoot()
        let unknown = plan(history())
        #expect(unknown.contains("at the first step of Holm over 3 rows find a difference with 80 % chance from \(NumberFormat.fixed(units, decimals: 2)) σ on"))
        #expect(unknown.contains("is not known here: 8 seeds of the baseline are asked for a noise floor"))
        let finished = try (1...8).map { try other($0, loss: 7 + 0.01 * Double($0 % 2)) }
        let known = plan(history(), finished: finished)
        let sigma = 0.01 * (2.0 / 7).squareRoot()
        #expect(known.contains("from \(NumberFormat.loss(units * sigma)) nats on") && known.contains("σ = \(NumberFormat.loss(sigma))") && known.contains("of 8 seeds of full_rank"))
        #expect(!known.contains("are asked for a noise floor") && plan(history(), finished: Array(finished.prefix(3))).contains("are asked for a noise floor"))
        #expect(plan(history(), finished: finished, margin: 0.02).contains("earns the margin of 0.02 nats with"))
        #expect(plan(history(), margin: 0.02).contains("the margin of 0.02 nats if σ is at most"))
        #expect(!plan(history(seeds: 1)).contains("Paired t-tests"), "one seed has no pairs to test")
        #expect(plan(history(["full_rank", "lora"])).contains("Paired t-tests find a difference"))
    }
}
