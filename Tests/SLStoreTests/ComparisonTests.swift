import Foundation
import SLSpec
import SLStore
import Testing

@Suite struct ComparisonTests {
    let store: ResultStore
    init() throws { store = try ResultStore.inMemory() }

    @Test func hasExactlyItsColumns() throws {
        #expect(
            try store.query("SELECT * FROM comparison").columns == [
                "run_id", "sweep", "size", "method", "rank", "seed", "steps", "tokens", "train_loss", "eval_loss", "perplexity",
                "bits_per_byte", "total_parameters", "trainable_parameters", "paper_memory_bytes", "peak_tracked_bytes",
                "peak_rss_bytes", "optimizer_bytes", "tokens_per_second", "wall_seconds", "status", "refresh_share",
                "predicted_bytes", "process_constant_bytes", "training_flops", "companion_runs", "learning_rate", "options", "training",
                "group_id", "foreign_processor_share", "eval_tokens", "eval_bytes", "unigram_loss", "bigram_loss",
                "test_loss", "test_perplexity", "test_bits_per_byte", "test_tokens", "training_passes",
            ])
    }

    @Test func showsWhatWasRecorded() throws {
        let spec = Sample.spec(seed: 42)
        var result = Sample.result()
        (result.evaluation.bytes, result.foreignProcessorShare) = (16_384, 0.25)
        let recorder = try store.recorder(for: spec, sweep: "quick")
        try recorder.start(spec, environment: Sample.environment)
        try recorder.record(Sample.data)
        try recorder.finish(result)
        let key = try spec.runKey()
        let (options, training) = ("{\"rank\":4,\"scale\":0.25}", try #require(try Self.part("training", of: spec)))
        let group = String(try spec.groupKey().prefix(12))
        #expect(
            try store.query("SELECT * FROM comparison").rows == [
                [
                    .text(String(key.prefix(12))), .text("quick"), .text("9m"), .text("galore"), .integer(4), .integer(42), .integer(100),
                    .integer(51_200), .real(3.25), .real(3), .real(exp(3)), .real(0.75), .integer(9_000_000), .integer(8_000_000),
                    .integer(17_000_000), .integer(39_500_000), .integer(90_000_000), .integer(4_800_000), .real(1000), .real(52.5),
                    .text("finished"), .real(0.0625), .integer(40_000_000), .integer(48_000_000), .real(6e14), .integer(0),
                    .real(0.01), .text(options), .text(training), .text(group), .real(0.25), .integer(4096), .integer(16_384), .real(7.5),
                    .real(5.25), .null, .null, .null, .null, .real(0.5),
                ]
            ])
        let row = try #require(try store.comparison(sweep: "quick").first)
        #expect(
            row
                == ComparisonRow(
                    runID: String(key.prefix(12)), sweep: "quick", size: "9m", method: "galore", rank: 4, seed: 42, steps: 100,
                    tokens: 51_200, trainLoss: 3.25, evalLoss: 3, perplexity: exp(3), bitsPerByte: 0.75, totalParameters: 9_000_000,
                    trainableParameters: 8_000_000, paperMemoryBytes: 17_000_000, peakTrackedBytes: 39_500_000,
                    peakResidentBytes: 90_000_000, optimizerBytes: 4_800_000, tokensPerSecond: 1000, wallSeconds: 52.5, status: .finished,
                    refreshShare: 0.0625, predictedBytes: 40_000_000, processConstantBytes: 48_000_000,
                    trainingFLOPs: 6e14, companionRuns: 0, learningRate: 0.01, options: options, training: training, groupID: group,
                    foreignProcessorShare: 0.25, evalTokens: 4096, evalBytes: 16_384, unigramLoss: 7.5, bigramLoss: 5.25, trainingPasses: 0.5))
    }

    /// A part of a specification as it is stored.
    private static func part(_ key: String, of spec: RunSpec) throws -> String? {
        let whole = try JSONSerialization.jsonObject(with: Data(spec.canonicalJSON().utf8)) as? [String: Any]
        guard let part = whole?[key] else { return nil }
        let bytes = try JSONSerialization.data(withJSONObject: part, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func whatIsMissingIsNull() throws {
        var result = Sample.result(speed: .nan)
        result.memory.peakResidentBytes = nil
        result.memory.constantBytes = nil
        result.trainSeconds = 0
        result.evaluation.bitsPerByte = nil
        try store.finish(Sample.spec("full_rank", rank: nil), sweep: "s", result: result)
        let row = try #require(try store.comparison(sweep: nil).first)
        #expect(row.rank == nil && row.peakResidentBytes == nil && row.bitsPerByte == nil && row.tokensPerSecond == nil)
        #expect(row.perplexity == exp(3))
        #expect(row.refreshShare == nil && row.processConstantBytes == nil && row.predictedBytes == 40_000_000)
        #expect(row.foreignProcessorShare == nil && row.evalBytes == nil && row.unigramLoss == nil && row.bigramLoss == nil)
        #expect(row.evalTokens == 4096)
    }

    @Test func hasARowForEverySweepOfARun() throws {
        let specs = [Sample.spec(seed: 3), Sample.spec(seed: 1), Sample.spec(seed: 2)]
        try store.registerSweep(name: "first", specs: specs)
        try store.registerSweep(name: "second", specs: [specs[1]])
        for spec in specs { try store.finish(spec, sweep: "first") }
        #expect(try store.comparison(sweep: nil).map(\.sweep) == ["first", "first", "first", "second"])
        #expect(try store.comparison(sweep: "first").map(\.seed) == [3, 1, 2])
        #expect(try store.comparison(sweep: "second").map(\.seed) == [1])
        #expect(try store.comparison(sweep: "third") == [])
    }

    @Test func leavesOutWhatDidNotFinish() throws {
        try store.markFailed(Sample.spec(seed: 1), Sample.failure)
        let running = Sample.spec(seed: 2)
        let recorder = try store.recorder(for: running, sweep: "s")
        try recorder.start(running, environment: Sample.environment)
        #expect(try store.comparison(sweep: nil) == [])
    }

    @Test func aRunThatNoPlanHoldsAnyMoreComesLastWithoutASweep() throws {
        let (old, new) = (Sample.spec(seed: 1), Sample.spec(seed: 2))
        try store.finish(old, sweep: "s")
        try store.registerSweep(name: "s", specs: [new])
        try store.finish(new, sweep: "s")
        #expect(try store.comparison(sweep: nil).map(\.sweep) == ["s", ""])
        #expect(try store.query("SELECT sweep, seed FROM comparison").rows == [[.text("s"), .integer(2)], [.null, .integer(1)]])
        #expect(try store.query("SELECT sweep, n FROM summary").rows == [[.text("s"), .integer(1)], [.null, .integer(1)]])
        try store.registerSweep(name: "s", specs: [new, old])
        #expect(try store.comparison(sweep: "s").map(\.seed) == [2, 1])
    }
}
