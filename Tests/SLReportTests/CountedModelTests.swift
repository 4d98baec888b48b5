import Foundation
import SLReport
import SLSpec
import Testing

/// What counting alone reaches, beside what was trained.
@Suite struct CountedModelTests {
    private func history(_ losses: [(String, [Double])], unigram: Double? = 6.66, bigram: Double? = nil, tokens: Int = 65_536) -> SweepHistory {
        var runs: [RunHistory] = []
        for (method, losses) in losses {
            for (seed, loss) in losses.enumerated() {
                var run = Fixture.finished(Fixture.spec(method, seed: UInt64(seed + 1)), id: "\(method)\(seed)", loss: loss)
                run.result?.evaluation.tokens = tokens
                run.result?.evaluation.bytes = 4 * tokens
                run.data = DataRecord(training: .init(tokens: 1, bytes: 1), validation: .init(tokens: 1, bytes: 1), unigramLoss: unigram, bigramLoss: bigram)
                runs.append(run)
            }
        }
        return SweepHistory(name: "c", runs: runs)
    }

    private func threats(_ history: SweepHistory) -> String { SweepValidity(history).threats.map(\.words).joined(separator: "\n") }

    @Test func rowsAndLinesInEveryReport() throws {
        let counted = history([("full_rank", [6.61]), ("lost", [6.60])], bigram: 5)
        let report = SweepReport.markdown(counted)
        // 6.66 / (4 ln 2) bits a byte
        #expect(report.contains("| 9m | unigram (counted) | — | — | — | — | 6.6600 | 780.55 | 2.4021 | — |"))
        #expect(report.contains("| 9m | bigram (counted) | — | — | — | — | 5.0000 | 148.41 | 1.8034 | — |"))
        #expect(report.contains("Rows marked *counted* are no trained models"))
        #expect(ComparisonTable.terminal(counted).contains("unigram (counted)"))
        for axis in LossAxis.allCases where axis != .operations {
            let script = try #require(PlotScript.lossCurves(counted, over: axis))
            #expect(script.contains("$counted_0_0 using 1:2 with lines") && script.contains("title 'unigram (counted)'") && script.contains(" 6.66\n"))
            let range = try #require(script.firstMatch(of: /set yrange \[([\d.e+]+):([\d.e+]+)\]/))
            #expect(try #require(Double(range.1)) < 5, "the level is in the frame")
        }
        let old = SweepReport.markdown(history([("full_rank", [6.61])], unigram: nil))
        #expect(!old.contains("(counted)") && !old.contains("unigram"), "old runs have none")
    }

    @Test func aRowThatIsNotClearlyBelowIsNamed() {
        #expect(threats(history([("full_rank", [6.61]), ("lost", [6.60])])).contains("unigram model (the loss, with two standard deviations of its seeds, less than 0.1 nats below its 6.6600): all rows"))
        #expect(threats(history([("full_rank", [6.61]), ("lost", [6.0])])).contains("6.6600): full_rank."))
        #expect(!threats(history([("full_rank", [6.0])])).contains("unigram"))
        // 6.4 on the mean, and 0.28 nats of spread.
        #expect(threats(history([("full_rank", [6.2, 6.6])])).contains("unigram"))
        let milder = threats(history([("full_rank", [6.0]), ("lost", [4.5])], bigram: 5))
        #expect(milder.contains("bigram model") && milder.contains("5.0000): full_rank.") && !milder.contains("unigram"))
        #expect(SweepValidity(history([("full_rank", [6.6])])).isEqual, "thin evidence, not an unequal comparison")
    }

    @Test func anotherAverageHasNoFloor() {
        var compat = history([("full_rank", [6.61])])
        compat.runs[0].spec.evaluation.mode = .galoreCompat
        #expect(CountedModel.all(compat.runs).isEmpty)
    }

    @Test func fewTokensGiveNoPerplexity() throws {
        let thin = history([("full_rank", [6.61, 6.62]), ("lost", [6.6])], tokens: 9_999)
        let report = SweepReport.markdown(thin)
        #expect(report.contains("| 6.6150 ‡ |") && report.contains("‡ Evaluated on 9999 tokens, fewer than 10.0K"))
        #expect(!report.contains("740.") && !report.contains("735."), "exp of the losses")
        #expect(ComparisonTable.terminal(thin).contains("6.6000 ‡    —"))
        #expect(threats(thin).contains("9999 evaluated tokens at the least"))
        let script = try #require(PlotScript.tradeOff(thin))
        #expect(script.contains("set ylabel 'evaluation loss (nats per token)'") && !script.contains("perplexity"))
        #expect(ReportPicture.all(thin).first { $0.suffix == "tradeoff" }?.alternative == "Evaluation loss against memory for every method")
        let enough = SweepReport.markdown(history([("full_rank", [6.61])], tokens: 10_000))
        #expect(enough.contains("742.48") && !enough.contains("‡"))
        let two = RunComparison(thin.runs[0], thin.runs[1]).markdown()
        #expect(two.contains("| perplexity | — | — |") && two.contains("| evaluated tokens | 9999 | 9999 |"))
    }
}
