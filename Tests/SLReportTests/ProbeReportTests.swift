import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct ProbeReportTests {
    /// Two layers, gradients that gain rank in one role and lose it in the others, subspaces that half stay.
    private static func probes(_ scale: Double, dense: Bool = true, factors: Bool = false) -> [ProbeRecord] {
        [0, 1, 4].map { step in
            let subjects = ProbeSpectrum.Subject.allCases.filter { step > 0 || $0 != .update }
            let spectra = (0..<2).flatMap { layer in
                LinearRole.allCases.flatMap { role in
                    subjects.map { subject in
                        let grows = role == .down
                        let tail = step == 0 ? 0.5 : grows ? 0.9 : 0.1
                        let values = step == 0 && subject == .distance ? [0, 0, 0] : [4, 4 * tail, 4 * tail].map { $0 * scale }
                        return ProbeSpectrum(layer: layer, role: role, subject: subject, spectrum: dense ? Spectrum(singularValues: values) : nil)
                    }
                }
            }
            var values: [ProbeValue] = []
            if factors {
                for (tensor, quantity, value) in [("lora_A", .spectralNorm, 1), ("lora_B", .spectralNorm, 2), ("lora_B", .factorBalance, 3)]
                    as [(String, ProbeValue.Quantity, Double)] {
                    values.append(ProbeValue(layer: 0, role: .query, tensor: tensor, quantity: quantity, value: value * scale))
                }
            }
            if step == 4 { values.append(ProbeValue(layer: 1, role: .key, tensor: "weight", quantity: .subspaceOverlap, value: 0.5)) }
            if step > 0 { values.append(ProbeValue(layer: 1, role: .key, tensor: "weight", quantity: .energyInside, value: 0.75)) }
            return ProbeRecord(step: step, occasion: .moment, seconds: 1, tokens: 512, loss: 8, spectra: spectra, values: values)
        } + [ProbeRecord(step: 3, occasion: .spike, seconds: 1)]
    }

    private static let history: SweepHistory = {
        var runs: [RunHistory] = []
        for seed in [1, 2] as [UInt64] {
            var run = Fixture.finished(Fixture.spec("full_rank", seed: seed), id: "f\(seed)", loss: 7)
            run.probes = probes(Double(seed))
            runs.append(run)
        }
        var galore = Fixture.finished(Fixture.spec("low_rank", rank: 8), id: "g", loss: 7)
        galore.probes = probes(1, factors: true)
        var lost = Fixture.finished(Fixture.spec("lost", rank: 8), id: "l", loss: 7)
        lost.probes = probes(1, dense: false)
        return SweepHistory(name: "probed", runs: runs + [galore, lost])
    }()

    private static var series: [ProbeSeries] { ProbeSeries.all(SizeGroup.groups(of: history)).flatMap(\.series) }

    @Test func meansAreOverLayersAndSeedsAtEveryMoment() throws {
        let all = Self.series
        #expect(all.map(\.label) == ["full_rank", "low_rank r=8", "lost r=8"])
        let norms = all[0].curve(.weight, role: .query, \.spectralNorm)
        #expect(norms.map(\.step) == [0, 1, 4] && norms.map(\.tokens) == [0, 512, 2048] && norms.map(\.value) == [6, 6, 6])
        // A mean over some of what it is said to be of would be another figure.
        #expect(all[0].curve(.distance, role: nil, \.effectiveRank).map(\.step) == [1, 4])
        #expect(all[2].curve(.gradient, role: nil, \.effectiveRank).isEmpty)
    }

    @Test func theReportSaysHowRanksWent() throws {
        let text = SweepReport.markdown(Self.history)
        #expect(text.contains("## Diagnostics"))
        let document = SweepReport.document(Self.history)
        let csv = Dictionary(document.csvFiles(stem: "p").map { ($0.name, $0.text) }) { first, _ in first }
        let ranks = try #require(csv.first { $0.key.contains("probe-ranks") }?.value)
        // σ = 4, 2, 2 and then 4, 0.4, 0.4, or 4, 3.6, 3.6 in one role of seven.
        let start = exp(-(0.5 * log(0.5) + 0.5 * log(0.25)))
        #expect(ranks.contains("gradient_effective_rank_start"))
        let line = try #require(ranks.split(whereSeparator: \.isNewline).first { $0.hasPrefix("full_rank") })
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        #expect(abs((Double(fields[1]) ?? 0) - start) < 1e-4)
        // Between two ends a rank may be lower than at both.
        let header = try #require(ranks.split(whereSeparator: \.isNewline).first).split(separator: ",").map(String.init)
        func field(_ name: String) throws -> Double? { Double(fields[try #require(header.firstIndex(of: "gradient_effective_rank_" + name))]) }
        let (first, last, lowest) = (try #require(try field("start")), try #require(try field("end")), try field("lowest"))
        let tokens = try field("lowest_tokens")
        #expect(lowest == min(first, last) && lowest ?? first < first && tokens == 512, "of equal moments the first")
        #expect(text.contains(" after 512 tokens |"))
        #expect(text.contains("4 of 28") && text.contains("2 of 14"))
        let missing = try #require(ranks.split(whereSeparator: \.isNewline).first { $0.hasPrefix("lost") })
        #expect(missing.split(separator: ",", omittingEmptySubsequences: false).dropFirst().allSatisfy { $0.isEmpty })
        // Geometric means by role.
        let roles = try #require(csv.first { $0.key.contains("probe-gradients") }?.value)
        #expect(roles.contains("gradient_effective_rank_ratio_down"))
        #expect(text.contains("| full_rank | 0.500 | 75.0 % → 75.0 % |"))
    }

    @Test func runsWithoutProbesHaveNoSuchSection() {
        #expect(!SweepReport.markdown(Fixture.oneSeed).contains("Diagnostics"))
        #expect(!ReportPicture.all(Fixture.oneSeed).contains { $0.suffix.hasPrefix("probe") })
    }

    @Test func everyPictureHoldsItsData() throws {
        let pictures = Dictionary(ReportPicture.all(Self.history).map { ($0.suffix, $0) }) { first, _ in first }
        let expected = ["probe-rank-gradient", "probe-rank-weight", "probe-rank-distance", "probe-rank-update", "probe-spectra-gradient", "probe-spectra-weight",
            "probe-updates", "probe-factors", "probe-overlap"]
        #expect(expected.allSatisfy { pictures[$0] != nil && ReportPicture.suffixes.contains($0) })
        let ranks = try #require(pictures["probe-rank-gradient"]).script
        #expect(ranks.contains("set title 'q_proj'") && ranks.contains("set title 'all linears'") && ranks.contains("'start'"))
        // The cell that equals no dense matrix has neither line nor entry.
        #expect(!ranks.contains("lost") && ranks.contains("'low_rank r=8'"))
        let spectra = try #require(pictures["probe-spectra-weight"]).script
        // Geometric means over seeds of 1 and 2 times 4.
        #expect(spectra.contains("1 \(PlotScript.number(4 * 2.0.squareRoot()))"))
        let factors = try #require(pictures["probe-factors"]).script
        #expect(factors.contains("low_rank") && !factors.contains("full_rank") && factors.contains("nohead") && factors.contains("‖B‖_F ÷ ‖A‖_F"))
        let overlap = try #require(pictures["probe-overlap"]).script
        #expect(overlap.contains("'1 k_proj' 1") && overlap.contains("1 1 0.5 1.5 0.5 1.5 0.5"))
    }

    @Test(.enabled(if: GnuplotRunner.find() != nil, "gnuplot is not installed")) func gnuplotDrawsThemAll() throws {
        let gnuplot = try #require(GnuplotRunner.find())
        for picture in ReportPicture.all(Self.history) where picture.suffix.hasPrefix("probe") {
            let svg = try gnuplot.svg(script: picture.script)
            #expect(svg.contains("<path") && svg.contains("</svg>"), "\(picture.suffix)")
        }
    }
}
