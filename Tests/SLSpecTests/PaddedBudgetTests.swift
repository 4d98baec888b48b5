import Foundation
import SLMethodKit
import SLMethods
import SLSpec
import Testing

/// Budgets where rows are padded: only targets count.
struct PaddedBudgetTests {
    private func steps(_ training: String, share: Double, packing: String = "truncate") throws -> [Int] {
        try SweepConfig.load(
            text: #"""
                {"model": "9m", "methods": ["full_rank", {"method": "galore", "batch_size": 8}], "data": {"packing": "\#(packing)"},
                 "training": {"batch_size": 4, "sequence_length": 16, \#(training)}}
                """#, name: "t.json", folder: FileManager.default.temporaryDirectory, catalog: BuiltinMethods.registry.catalog,
            work: { Double($0.training.totalTokens) * 10 }, targetShare: { _ in share }
        ).cells.map(\.training.steps)
    }

    @Test func aBudgetInTokensCountsTargets() throws {
        #expect(try steps(#""tokens": 6400"#, share: 1) == [100, 50])
        #expect(try steps(#""tokens": 6400"#, share: 0.25) == [400, 200])
        #expect(try steps(#""tokens": 6400"#, share: 0.3) == [334, 167])
    }

    @Test func soDoesOneInFLOPs() throws {
        #expect(try steps(#""flops": 64000"#, share: 1) == [100, 50])
        #expect(try steps(#""flops": 64000"#, share: 0.25) == [400, 200])
    }

    @Test func updatesAreUpdates() throws { #expect(try steps(#""steps": 7"#, share: 0.25) == [7, 7]) }

    @Test func theShareIsAskedOnlyForSuchBudgets() throws {
        func asked(_ training: String) throws -> Int {
            var count = 0
            _ = try SweepConfig.load(
                text: #"{"model": "9m", "methods": ["full_rank"], "training": {\#(training)}}"#, name: "t.json",
                folder: FileManager.default.temporaryDirectory, catalog: BuiltinMethods.registry.catalog, work: { _ in 1 },
                targetShare: { _ in
                    count += 1
                    return 1
                })
            return count
        }
        #expect(try asked(#""steps": 5"#) == 0)
        #expect(try asked(#""tokens": 5000"#) > 0 && asked(#""flops": 5e9"#) > 0)
    }

    private func spec(_ rows: Int?, _ targets: Int?) throws -> RunSpec {
        let cell = try #require(try load(#"{"model": "9m", "methods": ["full_rank"], "training": {"steps": 10, "batch_size": 4, "sequence_length": 16}}"#).cells.first)
        return cell.spec(
            data: DataIdentity(
                name: "d", packing: .truncate, corpusSHA256: "a", tokenizer: "bytes", tokenizerSHA256: "b", vocabularySize: 300,
                trainTokens: 1000, validationTokens: 100, trainRows: rows, trainTargets: targets))
    }

    @Test func aRunExpectsTheTargetsOfItsRows() throws {
        let padded = try spec(100, 400)
        #expect(padded.targetsPerUpdate == 16 && padded.expectedTargets == 160 && padded.targetShare == 0.25 && padded.trainingPasses == 0.4)
        let full = try spec(nil, nil)
        #expect(full.targetsPerUpdate == 64 && full.expectedTargets == 640 && full.targetShare == 1 && full.trainingPasses == 0.64)
    }

    /// They follow from the text, which has its digest there: runs of before keep their names.
    @Test func whatFollowsFromTheTextIsNoIdentity() throws { #expect(try spec(100, 400).runKey() == spec(nil, nil).runKey()) }
}
