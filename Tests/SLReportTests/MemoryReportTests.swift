import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct MemoryReportTests {
    private static let bf16 = MemoryOptions(storage: .bf16)
    private static let lean = MemoryOptions(update: .perLayer, states: .eightBit, storage: .bf16)

    private func run(_ method: String, rank: Int? = nil, _ options: MemoryOptions, tracked: Int, resident: Int? = nil, size: ModelShape? = nil)
        throws -> RunHistory
    {
        let model = try size ?? #require(ModelShape.preset(named: "1b"))
        let spec = Fixture.spec(method, rank: rank, model: model, options: options)
        return Fixture.finished(
            spec, id: "\(method)-\(tracked)", loss: 10, memory: Fixture.memory(paper: 54_000_000, tracked: tracked, resident: resident))
    }

    private func prediction(_ method: String, rank: Int? = nil, _ options: MemoryOptions, bytes: Int, lr: Double = 0.001) throws -> PredictionRecord {
        let spec = Fixture.spec(method, rank: rank, lr: lr, model: try #require(ModelShape.preset(named: "7b")), options: options)
        return PredictionRecord(
            spec: PredictionSpec(model: spec.model, method: method, options: spec.options, training: spec.training),
            memory: MemoryBreakdown(weights: bytes - 5_000_000, indices: 5_000_000), peakStage: "update", paperBytes: 40_000_000_000)
    }

    private func headlines() throws -> SweepHistory {
        SweepHistory(
            name: "memory",
            runs: [
                try run("full_rank", Self.bf16, tracked: 20_000_000_000, resident: 20_100_000_000),
                try run("full_rank", Self.lean, tracked: 15_000_000_000, resident: 15_075_000_000),
                try run("galore", rank: 512, Self.lean, tracked: 12_000_000_000),
                try run("sltrain", rank: 512, Self.lean, tracked: 8_000_000_000, resident: 8_040_000_000),
            ],
            predictions: [
                try prediction("full_rank", Self.bf16, bytes: 80_000_000_000), try prediction("sltrain", rank: 1024, Self.lean, bytes: 20_000_000_000),
            ])
    }

    @Test func reductionsStandBesideThePublishedOnes() throws {
        let report = SweepReport.markdown(try headlines())
        let start = try #require(report.range(of: "### Reduction against full-rank bf16 Adam\n"))
        let section = String(report[start.lowerBound...]).upTo("\n## ")
        #expect(
            section.hasSuffix(
                """
                | model | cell | how | tracked [GB] | resident [GB] | reduction, tracked | reduction, resident | published [GB] | published reduction |
                | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
                | 1b | full_rank (bf16) | measured | 20.000 | 20.100 | reference | reference | 16.3 | reference |
                | 1b | full_rank (8-bit states, per_layer, bf16) | measured | 15.000 | 15.075 | 25.0 % | 25.0 % | 11.8 | 28 % |
                | 1b | galore r=512 (8-bit states, per_layer, bf16) | measured | 12.000 | — | 40.0 % | — | 10.3 | 37 % |
                | 1b | sltrain r=512 (8-bit states, per_layer, bf16) | measured | 8.000 | 8.040 | 60.0 % | 60.0 % | 6.8 | 58 % |
                | 7b | full_rank (bf16) | predicted, not run | 80.000 | — | reference | reference | 67.4 | reference |
                | 7b | sltrain r=1024 (8-bit states, per_layer, bf16) | predicted, not run | 20.000 | — | 75.0 % | — | 18.3 | 73 % |

                """))
        #expect(section.contains("SLTrain (Han et al. 2024, arXiv:2406.02214), figure of actual memory on one A100 80G"))
        #expect(section.contains("the arithmetic and the gradients are fp32"))
        #expect(section.contains("here the batch is 8 × 64."))
    }

    @Test func withoutAReferenceThereIsNoReduction() throws {
        var history = try headlines()
        history.runs.removeFirst()
        history.predictions.removeFirst()
        #expect(!SweepReport.markdown(history).contains("### Reduction"))
        // fp32, a gradient consumed early and recomputed activations make no reference either.
        for options in [MemoryOptions(), MemoryOptions(update: .perLayer, storage: .bf16), MemoryOptions(storage: .bf16, recompute: .block)] {
            history.runs[0] = try run("full_rank", options, tracked: 1_000_000_000)
            #expect(!SweepReport.markdown(history).contains("### Reduction"))
        }
        // A reference that did not finish has no peak.
        history.runs[0] = Fixture.diverged(
            Fixture.spec("full_rank", model: try #require(ModelShape.preset(named: "1b")), options: Self.bf16), id: "d")
        #expect(!SweepReport.markdown(history).contains("### Reduction"))
    }

    /// Each size has its own reference: one size without it shows nothing, the other its savings.
    @Test func sizesDoNotShareAReference() throws {
        var history = try headlines()
        history.predictions.removeFirst()
        let report = SweepReport.markdown(history)
        #expect(report.contains("| 1b | sltrain r=512 (8-bit states, per_layer, bf16) | measured |"))
        #expect(!report.contains("| 7b | sltrain r=1024 (8-bit states, per_layer, bf16) | predicted, not run | 20.000 |"))
    }

    @Test func plannedCellsHaveTheirSplit() throws {
        let report = SweepReport.markdown(try headlines())
        #expect(report.contains("| 7b, predicted, not run [MB] | weights |"))
        #expect(report.contains("| sltrain r=1024 (8-bit states, per_layer, bf16) | 19995.0 | 0.0 | 0.0 | 5.0 | 0.0 | 0.0 | 20000.0 | update |"))
        #expect(report.contains("| sltrain r=1024 (8-bit states, per_layer, bf16) | 40000.0 | 20000.0 | — | — | — | — | — | — |"))
        #expect(report.contains("4 runs: 4 finished."), "a prediction is no run")
    }

    @Test func agreementsAreInPerCent() {
        let memory = MemoryRecord(
            paperBytes: 1, predictedBytes: 102_000_000, peakTrackedBytes: 100_000_000, peak: MemoryBreakdown(weights: 100_000_000),
            peakStage: "update", peakResidentBytes: 160_000_000, constantBytes: 68_000_000)
        let report = SweepReport.markdown(
            SweepHistory(name: "a", runs: [Fixture.finished(Fixture.spec("full_rank"), id: "x", loss: 7, memory: memory)]))
        #expect(report.contains("| full_rank | 0.0 | 102.0 | 100.0 | +2.0 % | 68.0 | 168.0 | 160.0 | +5.0 % |"))
    }

    /// Options that only change memory make cells of their own, named by what is not the default.
    @Test func optionsNameTheirCells() throws {
        let options = [
            MemoryOptions(), Self.lean, MemoryOptions(states: .eightBit, blockSize: 2048),
            MemoryOptions(storage: .bf16, rounding: .stochastic, recompute: .block, precision: .bf16),
        ]
        let specs = options.map { Fixture.spec("galore", rank: 4, options: $0) } + [Fixture.spec("galore", rank: 4, lr: 0.003, options: Self.lean)]
        let history = SweepHistory(name: "o", runs: specs.enumerated().map { Fixture.finished($0.element, id: "r\($0.offset)", loss: 7) })
        let cells = try #require(SizeGroup.groups(of: history).first).cells
        #expect(
            cells.map(\.label) == [
                "galore r=4", "galore r=4 (8-bit states, per_layer, bf16, lr 0.001)", "galore r=4 (8-bit states, block_size 2048)",
                "galore r=4 (bf16, stochastic rounding, recompute block, bf16 products)", "galore r=4 (8-bit states, per_layer, bf16, lr 0.003)",
            ])
        let report = SweepReport.markdown(history)
        #expect(report.contains("| galore (8-bit states, block_size 2048) | 4 |"))
        #expect(report.contains("| `training.storage` | fp32 | bf16 | fp32 | bf16 | bf16 |"))
        #expect(report.contains("| `training.block_size` | 256 | 256 | 2048 | 256 | 256 |"))
        #expect(ComparisonTable.terminal(history).contains("galore (bf16, stochastic rounding, recompute block, bf16 products)"))
    }

    @Test func plannedCellsAreToldApart() throws {
        let records = try [0.001, 0.003].map { try prediction("galore", rank: 8, Self.bf16, bytes: 9_000_000, lr: $0) }
            + [try prediction("full_rank", MemoryOptions(), bytes: 9_000_000)]
        let groups = PredictedCell.groups(of: records)
        #expect(groups.map(\.model.name) == ["7b"])
        #expect(groups[0].cells.map(\.label) == ["galore r=8 (bf16, lr 0.001)", "galore r=8 (bf16, lr 0.003)", "full_rank"])
    }

    @Test func publishedMemoryIsThePapers() throws {
        func figure(_ size: String, _ method: String, _ rank: Int?, _ options: MemoryOptions) throws -> PublishedMemory? {
            let spec = Fixture.spec(method, rank: rank, model: try #require(ModelShape.preset(named: size)), options: options)
            return PublishedMemory.figure(PredictionSpec(model: spec.model, method: method, options: spec.options, training: spec.training))
        }
        let reductions = try [("350m", 256), ("1b", 512), ("7b", 1024)].map { try #require(figure($0.0, "sltrain", $0.1, Self.lean)?.reduction) }
        #expect(reductions.map { ($0 * 100).rounded() } == [51, 58, 73])
        #expect(try figure("350m", "full_rank", nil, Self.bf16)?.gigabytes == 4.5)
        #expect(try figure("350m", "full_rank", nil, Self.bf16)?.reduction == nil)
        #expect(try figure("7b", "galore", 1024, Self.lean)?.gigabytes == 22)
        #expect(try figure("1b", "galore", 256, Self.lean) == nil, "another rank")
        #expect(try figure("1b", "galore", 512, Self.bf16) == nil, "another optimizer")
        #expect(try figure("60m", "sltrain", 128, Self.lean) == nil)
        #expect(PublishedMemory.all.count == 12)
    }

    @Test func refreshSharesStandForEveryRun() {
        let runs = [(1, 0.5), (2, 0.25)].map { seed, seconds in
            Fixture.finished(Fixture.spec("galore", rank: 4, seed: UInt64(seed)), id: "\(seed)", loss: 7, refresh: seconds, train: 10)
        }
        let plain = Fixture.finished(Fixture.spec("full_rank"), id: "f", loss: 7, train: 10)
        let report = SweepReport.markdown(SweepHistory(name: "r", runs: runs + [plain]))
        #expect(report.contains("\nSubspace refreshes, share of training time per run: 9m galore r=4: seed 1 5.0 %, seed 2 2.5 %.\n"))
        #expect(!SweepReport.markdown(SweepHistory(name: "r", runs: [plain])).contains("Subspace refreshes"))
    }
}

extension String {
    /// What comes before the next occurrence of a text; everything where there is none.
    fileprivate func upTo(_ text: String) -> String { range(of: text).map { String(self[..<$0.lowerBound]) } ?? self }
}
