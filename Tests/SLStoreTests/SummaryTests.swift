import Foundation
import SLSpec
import SLStore
import Testing

@Suite struct SummaryTests {
    let store: ResultStore
    init() throws { store = try ResultStore.inMemory() }

    private func real(_ column: String, where condition: String = "true") throws -> Double? {
        switch try store.cell("SELECT \(column) FROM summary WHERE \(condition)") {
        case .real(let value)?: value
        case .integer(let value)?: Double(value)
        default: nil
        }
    }

    private func finish(_ losses: [Double], _ spec: (UInt64) -> RunSpec = { Sample.spec(seed: $0) }) throws {
        for (index, loss) in losses.enumerated() {
            try store.finish(spec(UInt64(index)), sweep: "s", result: Sample.result(loss: loss, speed: 1000 + 100 * Double(index)))
        }
    }

    @Test func hasTheseColumns() throws {
        #expect(
            try store.query("SELECT * FROM summary").columns == [
                "sweep", "size", "method", "rank", "group_id", "steps", "tokens", "n", "n_diverged", "eval_loss_mean", "eval_loss_sd",
                "eval_loss_low", "eval_loss_high", "perplexity", "perplexity_low", "perplexity_high", "train_loss", "bits_per_byte",
                "total_parameters", "trainable_parameters", "paper_memory_bytes", "peak_tracked_bytes", "peak_rss_bytes",
                "optimizer_bytes", "tokens_per_second", "wall_seconds", "learning_rate", "options", "training", "unigram_loss",
                "bigram_loss", "test_loss_mean", "test_loss_sd", "test_perplexity", "test_bits_per_byte", "training_passes",
            ])
    }

    /// Two rates of one method are two rows, and each says which it is.
    @Test func rowsOfOneMethodAreToldApart() throws {
        for rate in [0.001, 0.003] {
            try finish([3, 3.5]) { seed in
                var spec = Sample.spec(seed: seed)
                spec.training.learningRate = rate
                return spec
            }
        }
        #expect(
            try store.query("SELECT learning_rate, json_extract(training, '$.lr'), n FROM summary ORDER BY learning_rate").rows
                == [[.real(0.001), .real(0.001), .integer(2)], [.real(0.003), .real(0.003), .integer(2)]])
    }

    @Test func oneSeedHasNoSpread() throws {
        try finish([3])
        #expect(
            try store.query(
                "SELECT n, eval_loss_mean, eval_loss_sd, eval_loss_low, eval_loss_high, perplexity, perplexity_low FROM summary"
            ).rows == [[.integer(1), .real(3), .null, .null, .null, .real(exp(3)), .null]])
    }

    /// 3.0 and 3.2: mean 3.1, sd √0.02, half width 12.706205 · √0.02 / √2 = 1.2706205.
    @Test func twoSeedsByHand() throws {
        try finish([3.0, 3.2])
        #expect(try real("n") == 2)
        #expect(abs(try #require(try real("eval_loss_mean")) - 3.1) < 1e-12)
        #expect(abs(try #require(try real("eval_loss_sd")) - 0.141421356237) < 1e-11)
        #expect(abs(try #require(try real("eval_loss_low")) - 1.829379526) < 1e-8)
        #expect(abs(try #require(try real("eval_loss_high")) - 4.370620474) < 1e-8)
        #expect(abs(try #require(try real("perplexity")) - 22.197951281) < 1e-8)
        #expect(try real("tokens_per_second") == 1050)
    }

    /// 3, 4 and 5: mean 4, sd 1, half width 4.3026527 / √3 = 2.4841377.
    @Test func threeSeedsByHand() throws {
        try finish([5, 3, 4])
        #expect(try real("n") == 3)
        #expect(try real("eval_loss_mean") == 4)
        #expect(try real("eval_loss_sd") == 1)
        #expect(abs(try #require(try real("eval_loss_low")) - 1.515862288) < 1e-8)
        #expect(abs(try #require(try real("eval_loss_high")) - 6.484137712) < 1e-8)
        #expect(abs(try #require(try real("perplexity_high")) - exp(6.484137712)) < 1e-5)
    }

    /// A spread of 1e-7 around 1000 is lost in Σx² − n·x̄², whose terms are 3e6.
    @Test func smallSpreadsSurvive() throws {
        try finish([1000, 1000.0000001, 1000.0000002])
        #expect(abs(try #require(try real("eval_loss_sd")) / 1e-7 - 1) < 1e-5)
        #expect(try real("perplexity") == nil)
    }

    /// Quantiles for 31, 32 and 101 seeds: 2.0422725 (table), 2.0395134 and 1.9839715 (expansion).
    @Test(arguments: [(31, 2.0422724563012378), (32, 2.039513446396408), (101, 1.9839715185235518)])
    func quantilesBeyondTheTable(_ n: Int, _ quantile: Double) throws {
        try finish((0..<n).map { $0.isMultiple(of: 2) ? 3 : 4 })
        let mean = try #require(try real("eval_loss_mean"))
        let sd = try #require(try real("eval_loss_sd"))
        let high = try #require(try real("eval_loss_high"))
        #expect(abs((high - mean) / sd * Double(n).squareRoot() - quantile) < 3e-6)
    }

    @Test func groupsBySettingsAndNotByNameAlone() throws {
        try finish([3, 4])
        try finish([6]) { Sample.spec(learningRate: 5e-3, seed: $0) }
        try finish([7]) { Sample.spec("full_rank", rank: nil, seed: $0) }
        #expect(
            try store.query("SELECT method, rank, n, eval_loss_mean FROM summary").rows == [
                [.text("galore"), .integer(4), .integer(2), .real(3.5)], [.text("galore"), .integer(4), .integer(1), .real(6)],
                [.text("full_rank"), .null, .integer(1), .real(7)],
            ])
        #expect(try store.query("SELECT DISTINCT group_id FROM summary").rows.count == 3)
    }

    @Test func countsDivergedRunsBesideTheMean() throws {
        let lost = Sample.spec(seed: 9)
        try store.registerSweep(name: "s", specs: (0..<2).map { Sample.spec(seed: $0) } + [lost])
        try finish([3, 4])
        try store.markFailed(lost, RunFailure(status: .diverged, reason: .notANumber, step: 5, message: "NaN"))
        #expect(try store.query("SELECT n, n_diverged, eval_loss_mean FROM summary").rows == [[.integer(2), .integer(1), .real(3.5)]])
    }

    /// A method that never finished is a result: it has a row without figures.
    @Test func aGroupOfWhichEveryRunDivergedHasARow() throws {
        let lost = (8...9).map { Sample.spec("lora", seed: $0) }
        try store.registerSweep(name: "s", specs: [Sample.spec(seed: 0)] + lost)
        try finish([3])
        for spec in lost { try store.markFailed(spec, RunFailure(status: .diverged, reason: .lossBound, step: 5, message: "above")) }
        #expect(try store.query("SELECT sweep, method, steps, n, n_diverged, eval_loss_mean, perplexity FROM summary").rows == [
            [.text("s"), .text("galore"), .integer(100), .integer(1), .integer(0), .real(3), .real(exp(3))],
            [.text("s"), .text("lora"), .integer(100), .integer(0), .integer(2), .null, .null],
        ])
    }

    @Test func aLossThatIsNoNumberEntersNoMean() throws {
        try finish([3, .nan])
        #expect(try store.query("SELECT n, eval_loss_mean, eval_loss_sd FROM summary").rows == [[.integer(1), .real(3), .null]])
    }
}
