import Foundation
import SLReport
import SLSpec
import Testing

/// Verdicts are what the runs say, and nothing else.
@Suite struct ClaimTests {
    private static func differences(_ values: [Double]) -> [UInt64: Double] {
        Dictionary(uniqueKeysWithValues: values.enumerated().map { (UInt64($0.offset + 1), $0.element) })
    }

    // MARK: One comparison

    private static let below = [-0.11, -0.1, -0.09, -0.12, -0.1, -0.08]

    /// Six differences around −0.1: every relation, on either side of its bound and astride it.
    @Test(arguments: [
        (ClaimTest.Relation.lower, 0, ClaimVerdict.holds), (.lower, 0.05, .holds), (.lower, 0.1, .undecided), (.lower, 0.2, .refuted),
        (.higher, 0, .refuted), (.higher, 0.05, .refuted), (.notHigher, 0, .holds), (.notHigher, 0.05, .holds),
        (.alike, 0.05, .refuted), (.alike, 0.1, .undecided), (.alike, 0.2, .holds),
    ]) func aDifferenceIsSetAgainstItsBound(relation: ClaimTest.Relation, margin: Double, verdict: ClaimVerdict) throws {
        let judged = try #require(ClaimJudgement(Self.differences(Self.below), relation, margin: margin))
        #expect(judged.verdict == verdict && judged.count == 6 && abs(judged.difference + 0.1) < 1e-12)
        #expect(try #require(judged.interval).contains(-0.1) && judged.pValue != nil)
        // The same with every sign turned, of the mirrored relation.
        let mirror: [ClaimTest.Relation: ClaimTest.Relation] = [.lower: .higher, .higher: .lower, .alike: .alike]
        if let other = mirror[relation] {
            #expect(ClaimJudgement(Self.differences(Self.below.map { -$0 }), other, margin: margin)?.verdict == verdict)
        }
        if relation == .notHigher { #expect(ClaimJudgement(Self.differences(Self.below.map { 0.3 + $0 }), .notHigher, margin: margin)?.verdict == .refuted) }
    }

    @Test func fewSeedsDecideNothing() throws {
        let judged = try #require(ClaimJudgement(Self.differences([-0.5, -0.5001, -0.5002, -0.4999, -0.5]), .lower, margin: 0))
        #expect(judged.verdict == .undecided && judged.pValue == nil && judged.interval != nil)
        #expect(ClaimJudgement(Self.differences([-0.5]), .lower, margin: 0)?.verdict == .undecided)
        #expect(ClaimJudgement([:], .lower, margin: 0) == nil)
        // Six that do not agree.
        #expect(ClaimJudgement(Self.differences([-0.1, 0.1, -0.2, 0.2, -0.1, 0.15]), .lower, margin: 0)?.verdict == .undecided)
    }

    @Test func aShareNeedsNoSeeds() {
        func verdict(_ share: Double, _ relation: ClaimTest.Relation, _ margin: Double) -> ClaimVerdict? {
            ClaimJudgement(share: share, relation, margin: margin)?.verdict
        }
        #expect(verdict(-0.3, .lower, 0.25) == .holds && verdict(-0.2, .lower, 0.25) == .refuted && verdict(0.1, .higher, 0.05) == .holds)
        #expect(verdict(0, .notHigher, 0) == .holds && verdict(0.01, .notHigher, 0) == .refuted && verdict(-0.04, .alike, 0.05) == .holds)
        #expect(verdict(0.06, .alike, 0.05) == .refuted && verdict(.nan, .lower, 0) == nil)
    }

    // MARK: Rows of a sweep

    private static let methods = [
        MethodDescriptor(
            name: "sltrain", title: "SLTrain", summary: "", paper: "–", family: .sparse,
            options: [
                OptionDescriptor(
                    name: "support", domain: .choice(["random", "regrow"]), help: "", source: "", defaultValue: .text("random")).unwrittenAtDefault
            ], recipe: { _ in MethodDescriptor.Recipe(learningRate: 0.001, source: "none") })
    ]

    private static func claim(_ tests: ClaimTest..., id: String = "c", note: String? = nil) -> Claim {
        Claim(id: id, paper: "P <1>", source: "A 2024, arXiv:1", place: "abstract", evidence: .paper, words: "It is so.", tests: tests, note: note)
    }

    private static let lower = ClaimTest(.loss, ClaimRow(["sltrain"], [.init("support", [.text("random")])]), .lower, ClaimRow(["full_rank"]))

    /// Six seeds of full-rank, and of sltrain that lies `gap` above it; memory 54 and 45 MB.
    private static func sweep(_ gap: Double, name: String = "s", seeds: UInt64 = 6, extra: [RunHistory] = []) -> SweepHistory {
        let runs = (1...seeds).flatMap { seed -> [RunHistory] in
            let base = 5 + 0.01 * Double(seed)
            return [
                Fixture.finished(Fixture.spec("full_rank", seed: seed), id: "f\(seed)", loss: base),
                Fixture.finished(
                    Fixture.spec("sltrain", rank: 8, seed: seed), id: "s\(seed)", loss: base + gap + 0.001 * Double(seed % 3), memory: Fixture.adapterMemory),
            ]
        }
        return SweepHistory(name: name, runs: runs + extra, methods: methods)
    }

    @Test func everyVerdictIsReached() {
        let claim = Self.claim(Self.lower)
        #expect(ClaimResult(claim, in: [Self.sweep(-0.2)]).verdict == .holds)
        #expect(ClaimResult(claim, in: [Self.sweep(0.2)]).verdict == .refuted)
        #expect(ClaimResult(claim, in: [Self.sweep(-0.2, seeds: 3)]).verdict == .undecided)
        #expect(ClaimResult(claim, in: []).verdict == .notTested && ClaimResult(claim, in: [Fixture.oneSeed]).verdict == .notTested)
        #expect(ClaimResult(Self.claim(), in: [Self.sweep(-0.2)]).verdict == .notTested, "nothing that rows could show")
        // Here so, there not.
        #expect(ClaimResult(claim, in: [Self.sweep(-0.2), Self.sweep(0.2, name: "t")]).verdict == .undecided)
        #expect(ClaimResult(claim, in: [Self.sweep(-0.2), Self.sweep(-0.2, name: "t", seeds: 2)]).verdict == .holds)
    }

    @Test func allThatIsPredictedMustCome() {
        let memory = ClaimTest(.paperMemory, ClaimRow(["sltrain"]), .lower, ClaimRow(["full_rank"]), margin: 0.1)
        let more = ClaimTest(.trackedMemory, ClaimRow(["sltrain"]), .lower, ClaimRow(["full_rank"]), margin: 0.5)
        let absent = ClaimTest(.loss, ClaimRow(["lost"]), .lower, ClaimRow(["full_rank"]))
        func verdict(_ tests: ClaimTest..., gap: Double = -0.2) -> ClaimVerdict {
            var claim = Self.claim()
            claim.tests = tests
            return ClaimResult(claim, in: [Self.sweep(gap)]).verdict
        }
        #expect(verdict(Self.lower, memory) == .holds)
        #expect(verdict(Self.lower, more) == .refuted, "80 of 90 MB is not half")
        #expect(verdict(Self.lower, absent) == .notTested && verdict(more, absent) == .refuted)
        #expect(verdict(Self.lower, memory, gap: 0) != .holds)
    }

    /// The comparison names its rows, its runs and what was found.
    @Test func aFindingIsTraceable() throws {
        let result = ClaimResult(Self.claim(Self.lower), in: [Self.sweep(-0.2)])
        let finding = try #require(result.findings.first)
        #expect(result.findings.count == 1 && finding.sweep == "s" && finding.size == "9m" && finding.tokens == 2048)
        #expect(finding.row == "sltrain r=8" && finding.against == "full_rank" && !finding.isPredicted)
        #expect(Set(finding.runIDs) == Set((1...6).flatMap { ["f\($0)", "s\($0)"] }) && finding.runIDs.count == 12)
        #expect(abs(finding.judgement.difference + 0.199) < 1e-9)
    }

    /// Of rows that the claim does not tell apart the best stands for all; those that it tells apart do not count.
    @Test func theRowThatIsMeantIsCompared() {
        let better = (1...6).map { (seed: UInt64) in
            Fixture.finished(Fixture.spec("sltrain", rank: 8, seed: seed, lr: 0.01), id: "b\(seed)", loss: 4 + 0.01 * Double(seed))
        }
        let moving = (1...6).map { (seed: UInt64) in
            Fixture.finished(Fixture.spec("sltrain", rank: 8, seed: seed, extra: ["support": .text("regrow")]), id: "m\(seed)", loss: 3 + 0.01 * Double(seed))
        }
        let found = ClaimResult(Self.claim(Self.lower), in: [Self.sweep(0.2, extra: better + moving)])
        #expect(found.verdict == .holds && found.findings[0].runIDs.contains("b1") && !found.findings[0].runIDs.contains("m1"))
        // The option that the spec leaves out has its default's value; AdamW, which it leaves out too, is named.
        let adam = ClaimTest(.loss, ClaimRow(["sltrain"], [.init("support", [.text("regrow")])]), .lower, ClaimRow(["full_rank"], [.init("optimizer", [.text("adamw")])]))
        #expect(ClaimResult(Self.claim(adam), in: [Self.sweep(0.2, extra: moving)]).verdict == .holds)
        #expect(ClaimResult(Self.claim(adam), in: [Self.sweep(0.2)]).verdict == .notTested)
        let none = ClaimTest(.loss, ClaimRow(["sltrain"], [.init("restarts.every", [.null]), .init("rank", above: 4)]), .lower, ClaimRow(["full_rank"]))
        #expect(ClaimResult(Self.claim(none), in: [Self.sweep(-0.2)]).verdict == .holds)
        let some = ClaimTest(.loss, ClaimRow(["sltrain"], [.init("rank", above: 8)]), .lower, ClaimRow(["full_rank"]))
        #expect(ClaimResult(Self.claim(some), in: [Self.sweep(-0.2)]).verdict == .notTested)
    }

    /// Budgets are compared each with its own, and sizes that a claim is not about are not.
    @Test func onlyEqualBudgetsAndNamedSizes() {
        var long = Self.sweep(0.2)
        for place in long.runs.indices where long.runs[place].spec.method == "sltrain" { long.runs[place].spec.training.steps = 8 }
        #expect(ClaimResult(Self.claim(Self.lower), in: [long]).verdict == .notTested)
        var other = Self.lower
        other.sizes = ["60m"]
        #expect(ClaimResult(Self.claim(other), in: [Self.sweep(-0.2)]).verdict == .notTested)
    }

    /// Memory of what was only planned counts, and says so.
    @Test func plannedRowsCountForMemory() throws {
        let full = Fixture.spec("full_rank"), sparse = Fixture.spec("sltrain", rank: 8)
        let records = [(full, 60_000_000), (sparse, 15_000_000)].map { spec, bytes in
            PredictionRecord(
                spec: PredictionSpec(model: spec.model, method: spec.method, options: spec.options, training: spec.training),
                memory: MemoryBreakdown(weights: bytes, gradients: 0, optimizer: 0), peakStage: "backward", paperBytes: bytes)
        }
        let history = SweepHistory(name: "p", runs: [], predictions: records, methods: Self.methods)
        let test = ClaimTest(.trackedMemory, ClaimRow(["sltrain"]), .lower, ClaimRow(["full_rank"]), margin: 0.7)
        let result = ClaimResult(Self.claim(test), in: [history])
        let finding = try #require(result.findings.first)
        #expect(result.verdict == ClaimVerdict.holds && finding.isPredicted)
        #expect(finding.judgement.difference == -0.75)
        #expect(ClaimsReport.document([result], sweeps: ["p"]).markdown().contains("-75.0 % (by plan)"))
    }

    @Test func gradientsAreComparedWithTheirBeginning() {
        func probe(_ step: Int, _ values: [Double]) -> ProbeRecord {
            let spectrum = ProbeSpectrum(layer: 0, role: .query, subject: .gradient, spectrum: Spectrum(singularValues: values))
            return ProbeRecord(step: step, occasion: .moment, seconds: 0, spectra: [spectrum])
        }
        var history = Self.sweep(0)
        for place in history.runs.indices {
            let seed = Double(history.runs[place].spec.seed)
            // Four equal singular values, and then hardly more than one.
            history.runs[place].probes = [probe(0, [1, 1, 1, 1]), probe(4, [1, 0.001 * seed, 0, 0])]
        }
        let falls = ClaimTest(.gradientRank, ClaimRow(["full_rank"]), .lower, margin: 0.5)
        let grows = ClaimTest(.gradientRank, ClaimRow(["full_rank"]), .higher)
        #expect(ClaimResult(Self.claim(falls), in: [history]).verdict == .holds && ClaimResult(Self.claim(grows), in: [history]).verdict == .refuted)
        #expect(ClaimResult(Self.claim(falls), in: [Self.sweep(0)]).verdict == .notTested, "without probes")
    }
}
