import Foundation
import SLHarness
import SLMethodKit
import SLMethods
import SLSpec
import Testing

@Suite struct TuningChoiceTests {
    private let config: SweepConfig
    private let data = DataIdentity(
        name: "x", packing: .concat, corpusSHA256: String(repeating: "a", count: 64), tokenizer: "bytes",
        tokenizerSHA256: String(repeating: "b", count: 64), vocabularySize: 32_000, trainTokens: 1_000_000, validationTokens: 5000)

    init() throws {
        config = try SweepConfig.load(
            text: #"""
                {"model": "9m", "seeds": [1, 2], "methods": ["full_rank", {"method": "lora", "rank": 8}],
                 "tuning": {"seeds": [100, 101], "lr": [0.001, 0.002, 0.004]}}
                """#, name: "t.json", folder: FileManager.default.temporaryDirectory, catalog: BuiltinMethods.registry.catalog)
    }

    private func choose(_ loss: @escaping (RunSpec) -> Double?) throws -> [TunedCell] {
        try TuningChoice.choose(try #require(config.tuning), spec: { $0.spec(data: data) }, runID: { String(try $0.runKey().prefix(12)) }) { spec in
            let loss = loss(spec)
            return .init(status: loss == nil ? .diverged : .finished, evalLoss: loss)
        }
    }

    @Test func theLowestMeanIsChosen() throws {
        // Rate 0.002 has the best seed, 0.004 the best mean for lora.
        let tuned = try choose { spec in
            let rate = spec.training.learningRate
            guard spec.method == "lora" else { return 5 + rate }
            return rate == 0.004 ? 4 : rate == 0.002 ? (spec.seed == 100 ? 3 : 6) : 7
        }
        #expect(tuned.map { $0.chosen?.values["lr"] } == [.real(0.001), .real(0.004)])
        #expect(tuned.map(\.edgeKeys) == [["lr"], ["lr"]] && tuned.map(\.trials.count) == [3, 3])
        let cells = TuningChoice.finalCells(try #require(config.tuning), tuned, of: config.cells)
        #expect(cells.map { "\($0.method) \($0.training.learningRate) \($0.seed)" } == ["full_rank 0.001 1", "full_rank 0.001 2", "lora 0.004 1", "lora 0.004 2"])
        #expect(try cells[2].spec(data: data).groupKey() == tuned[1].groupKey)
    }

    @Test func aTrialThatDivergesOnASeedIsNotChosen() throws {
        let tuned = try choose { $0.training.learningRate == 0.004 && $0.seed == 101 ? nil : 5 - $0.training.learningRate }
        #expect(tuned.map { $0.chosen?.values["lr"] } == [.real(0.002), .real(0.002)] && tuned[0].edgeKeys == [])
    }

    /// A stop between the trials: the best of those made is no choice.
    @Test(arguments: [nil, RunStatus.interrupted, .running]) func nothingIsChosenBeforeTheTrialsAreMade(open: RunStatus?) throws {
        let tuned = try TuningChoice.choose(
            try #require(config.tuning), spec: { $0.spec(data: data) }, runID: { String(try $0.runKey().prefix(12)) }
        ) { spec in
            let isOpen = spec.method == "lora" && spec.training.learningRate == 0.004 && spec.seed == 101
            return .init(status: isOpen ? open : .finished, evalLoss: isOpen ? nil : 5)
        }
        #expect(tuned.map(\.openRuns) == [0, 1] && tuned[0].chosen != nil)
        #expect(tuned[1].chosen == nil && tuned[1].groupKey == nil)
    }

    @Test func whereNothingFinishedNothingIsChosen() throws {
        let tuned = try choose { $0.method == "lora" ? nil : 5 }
        #expect(tuned[1].chosen == nil && tuned[1].groupKey == nil && tuned[0].chosen?.values["lr"] == .real(0.001))
        #expect(Set(TuningChoice.finalCells(try #require(config.tuning), tuned, of: config.cells).map(\.method)) == ["full_rank"])
    }
}
