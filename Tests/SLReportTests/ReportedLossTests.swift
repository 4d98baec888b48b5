import Foundation
import SLReport
import SLSpec
import Testing

/// Reports rank by the test where every run was tested, say which text chose, and show corpora of other sources.
@Suite struct ReportedLossTests {
    private static let test = TextIdentity(name: "sotu", sha256: String(repeating: "ef", count: 32), tokens: 900)

    private func evaluation(_ loss: Double, bits: Double = 2) -> EvaluationSample {
        EvaluationSample(step: 4, loss: loss, perplexity: exp(loss), bitsPerByte: bits, tokens: 20_000, bytes: 40_000, seconds: 0.1)
    }

    private func run(
        _ method: String, seed: UInt64 = 1, loss: Double, test: Double?, heldOut: Double? = nil
    ) -> RunHistory {
        var spec = Fixture.spec(method, seed: seed)
        if test != nil { spec.data.test = Self.test }
        if heldOut != nil { spec.data.heldOut = [TextIdentity(name: "core:moby-dick", sha256: "a", tokens: 700)] }
        var run = Fixture.finished(spec, id: "\(method)-\(seed)", loss: loss)
        run.data = DataRecord(training: .init(tokens: 4096, bytes: 9000), validation: .init(tokens: 512, bytes: 900), unigramLoss: 9, bigramLoss: 8)
        if let test {
            run.result?.test = evaluation(test)
            run.texts.append(TextSample(kind: .test, corpus: "sotu", evaluation: evaluation(test)))
            run.data?.texts = [
                .init(
                    kind: .test, corpus: "sotu", sha256: Self.test.sha256, part: .init(tokens: 900, bytes: 1800), records: 12, sharedRecords: 0, unigramLoss: 6.5,
                    bigramLoss: 5.5)
            ]
        }
        if let heldOut {
            // On the way it was otherwise.
            var early = evaluation(9, bits: 9)
            early.step = 2
            run.texts.append(TextSample(kind: .heldOut, corpus: "core:moby-dick", evaluation: early))
            run.texts.append(TextSample(kind: .heldOut, corpus: "core:moby-dick", evaluation: evaluation(heldOut, bits: heldOut)))
        }
        return run
    }

    private func report(_ runs: [RunHistory], tuning: [TunedCell] = []) -> String {
        SweepReport.markdown(SweepHistory(name: "s", runs: runs, tuning: tuning))
    }

    @Test func ranksAndDifferencesAreThoseOfTheTest() throws {
        // By the validation text galore would lead, by the test full_rank does.
        let text = report([run("full_rank", loss: 7, test: 6), run("galore", loss: 6.5, test: 6.25)])
        #expect(text.contains("| test loss |") && !text.contains("| eval loss |"))
        #expect(text.contains("**6.0000**") && text.contains("6.2500") && !text.contains("**6.5000**"))
        #expect(text.contains("+0.2500") && !text.contains("-0.5000"))
        #expect(text.contains("Test: ranks, differences and tests rest on the loss on 20.0K tokens of the test text (900 tokens of sotu)"))
        #expect(text.contains("*Test loss* is the mean negative log-likelihood in nats per token on test text, of which no passage was found in the training text"))
        #expect(text.contains("test_loss_mean"))
        // The counted models are those of the test text.
        #expect(text.contains("6.5000") && text.contains("5.5000") && !text.contains("| 9.0000 |"))
        #expect(ComparisonTable.terminal(SweepHistory(name: "s", runs: [run("full_rank", loss: 7, test: 6)])).contains("test loss"))
    }

    /// Losses on unlike text are never set beside each other.
    @Test func whereNotEveryRunWasTestedTheValidationTextIsReported() {
        let text = report([run("full_rank", loss: 7, test: 6), run("galore", loss: 6.5, test: nil)])
        #expect(text.contains("| eval loss |") && !text.contains("| test loss |"))
        #expect(text.contains("**6.5000**") && text.contains("not every finished run was tested"))
        #expect(!report([run("full_rank", loss: 7, test: nil)]).contains("Test:"))
    }

    @Test func choosingByWhatIsReportedIsAThreat() throws {
        func tuned(_ spec: RunSpec) throws -> TunedCell {
            TunedCell(
                size: spec.model.name, method: spec.method, rank: spec.rank, steps: 4, groupKey: try spec.groupKey(),
                trials: [.init(values: ["lr": .real(0.001)], runs: [.init(runID: "t", seed: 9, status: .finished, evalLoss: 7)], isChosen: true)])
        }
        func isFlattered(_ run: RunHistory, _ tuning: [TunedCell]) -> Bool {
            SweepValidity(SweepHistory(name: "s", runs: [run], tuning: tuning)).threats.contains { !$0.isUnequal && $0.words.contains("very validation text that is reported") }
        }
        let (plain, tested) = (run("full_rank", loss: 7, test: nil), run("full_rank", loss: 7, test: 6))
        #expect(isFlattered(plain, [try tuned(plain.spec)]))
        #expect(!isFlattered(tested, [try tuned(tested.spec)]) && !isFlattered(plain, []))
    }

    @Test func anotherTestIsAnotherComparison() {
        var other = run("galore", loss: 6.5, test: 6.25)
        other.spec.data.test?.sha256 = String(repeating: "00", count: 32)
        let words = SweepValidity(SweepHistory(name: "s", runs: [run("full_rank", loss: 7, test: 6), other])).threats.filter(\.isUnequal).map(\.words)
        #expect(words.contains { $0.contains("differ in test set") }, "\(words)")
    }

    @Test func corporaOfOtherSourcesStandApart() {
        let runs = [
            run("full_rank", loss: 7, test: 6, heldOut: 2.5), run("galore", loss: 7, test: 6.25, heldOut: 2.25), run("lora", loss: 7, test: 6.5, heldOut: 3),
        ]
        let text = report(runs)
        #expect(text.contains("## Corpora of other sources") && text.contains("| 9m | test text | core:moby-dick |"))
        let section = text.split(separator: "## Corpora of other sources").last?.split(separator: "\n## ").first ?? ""
        #expect(section.contains("**2.2500**") && !section.contains("9.0000"), "the last evaluation, and not one on the way")
        // In the first column all are 2: nothing is ordered there.
        #expect(!text.contains("τ = "))
        #expect(!report([run("full_rank", loss: 7, test: 6)]).contains("Corpora of other sources"))
    }

    /// scipy.stats.kendalltau([1, 2, 3, 4, 5], [3, 1, 2, 5, 4]) = 0.4; with ties ([1, 2, 2, 3], [1, 3, 2, 2]) = 0.4
    @Test func kendallsTau() {
        func tau(_ a: [Double], _ b: [Double]) -> Double { KendallTau(Array(zip(a, b))).tau ?? .nan }
        #expect(abs(tau([1, 2, 3, 4, 5], [3, 1, 2, 5, 4]) - 0.4) < 1e-12)
        #expect(abs(tau([1, 2, 2, 3], [1, 3, 2, 2]) - 0.4) < 1e-12)
        #expect(tau([1, 2, 3], [1, 2, 3]) == 1 && tau([1, 2, 3], [3, 2, 1]) == -1)
        #expect(KendallTau([(1, 1), (1, 2)]).tau == nil && KendallTau([]).tau == nil)
    }
}
