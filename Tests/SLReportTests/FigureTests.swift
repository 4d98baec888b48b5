import Foundation
import SLReport
import SLSpec
import Testing

/// The tables of a report as a spreadsheet has them.
@Suite struct FigureTests {
    /// Every kind of table: seeds, ranks, budgets, a published size, refreshes, tuning, predictions, counted models.
    static let rich: SweepHistory = {
        var runs: [RunHistory] = []
        let model = ModelShape.preset(named: "60m") ?? Fixture.model
        for (method, rank, level) in [("full_rank", nil, 7), ("galore", 32, 7.2), ("galore", 128, 7.1)] as [(String, Int?, Double)] {
            for seed in [1, 2] as [UInt64] {
                let events = [LifecycleRecord(step: 2, kind: "refresh", measurements: ["seconds": 0.25, "matrices": 28])]
                var run = Fixture.finished(
                    Fixture.spec(method, rank: rank, seed: seed, model: model), id: "\(method) \(rank ?? 0) \(seed)", loss: level + 0.0625 * Double(seed),
                    memory: Fixture.memory(paper: 1_054_000_123, tracked: 2_090_000_456, resident: 2_150_000_789, constant: 55_000_000),
                    speed: 12_345.5 + Double(seed), refresh: 0.375, train: 1.5, events: rank == nil ? [] : events)
                run.result?.tokens = 122_900
                run.result?.trainingFloatingPointOperations = 4.096e12 * (rank == nil ? 1 : 0.5)
                run.data = DataRecord(
                    training: .init(tokens: 4096, bytes: 9000), validation: .init(tokens: 512, bytes: 900), unigramLoss: 7.5, bigramLoss: 6.25)
                runs.append(run)
            }
        }
        runs.append(Fixture.diverged(Fixture.spec("relora", rank: 8, model: model), id: "d"))
        let trials = [0.001, 0.003].map { rate in
            TunedCell.Trial(
                values: ["lr": .real(rate)], runs: [.init(runID: "t\(rate)", seed: 1000, status: .finished, evalLoss: 7 + rate)], isChosen: rate == 0.001)
        }
        let tuned = TunedCell(size: "60m", method: "full_rank", rank: nil, steps: 4, groupKey: try? runs[0].spec.groupKey(), trials: trials)
        return SweepHistory(name: "rich", runs: runs, predictions: PictureFixture.predictions, tuning: [tuned])
    }()

    private func table(_ slug: String) throws -> (head: [String], rows: [[String]]) {
        let files = SweepReport.document(Self.rich, catalog: Fixture.catalog).csvFiles(stem: "s")
        let file = try #require(files.first { $0.name == "s-\(slug).csv" }, "\(files.map(\.name))")
        let lines = file.text.split(separator: "\r\n", omittingEmptySubsequences: false).dropLast().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return (lines[0], Array(lines.dropFirst()))
    }

    private func column(_ name: String, of slug: String) throws -> [String] {
        let table = try table(slug)
        let place = try #require(table.head.firstIndex(of: name), "\(table.head)")
        return table.rows.map { $0[place] }
    }

    @Test func everyTableIsThere() {
        let slugs = SweepReport.document(Self.rich, catalog: Fixture.catalog).tables.map(\.slug)
        for slug in [
            "methods", "models", "budgets", "results", "results-60m", "ranks-60m", "differences-60m", "unfinished", "evaluations-60m", "memory-split-60m",
            "memory-60m", "speed-60m", "lifecycle", "settings-60m", "recipes", "tuning", "near-best", "sensitivity", "beside-published", "published", "environment", "runs", "equal-budgets-60m",
        ] { #expect(slugs.contains(slug), "\(slug)") }
    }

    @Test func numbersAreBare() throws {
        #expect(try column("tokens_mean", of: "results").first == "122900.0")
        #expect(try column("eval_loss_mean", of: "results").prefix(2) == ["7.09375", "7.29375"])
        #expect(try column("eval_loss_sd", of: "results").first?.hasPrefix("0.0441941738") == true)
        #expect(try column("eval_loss_low", of: "results").first.flatMap(Double.init) ?? 9 < 7.09375)
        #expect(try column("total_parameters", of: "results").first == "9000000")
        #expect(try column("paper_memory_bytes", of: "results-60m").first == "1054000123")
        #expect(try column("peak_rss_bytes", of: "memory-60m").first == "2150000789")
        #expect(try column("tokens_per_second_mean", of: "speed-60m").first == "12347.0")
        #expect(try column("wall_seconds_mean", of: "speed-60m").first == "2.5")
        #expect(try column("training_flops_mean", of: "speed-60m").first == "4096000000000.0")
        #expect(try column("seeds_finished", of: "results").last == "" && column("status", of: "results").suffix(3) == ["diverged", "counted", "counted"])
        #expect(try column("lr", of: "tuning") == ["0.001", "0.003"])
        #expect(try column("step", of: "evaluations-60m") == ["0", "2", "4"])
        #expect(try column("first_step", of: "lifecycle").allSatisfy { $0 == "2" } && column("matrices_mean", of: "lifecycle")[0] == "28.0")
    }

    /// Not one field of any table is a number dressed for reading.
    @Test func nothingIsDressed() throws {
        let dressed = #/^[+−-]?[0-9.]+([KMBG]|×| %| ±.*| s| min.*| [MG]B| …? .*)$|[±†‡×]|^—$/#
        for history in [Self.rich, Fixture.oneSeed, Fixture.twoSeeds, PictureFixture.ranks] {
            for file in SweepReport.document(history, catalog: Fixture.catalog).csvFiles(stem: "s") {
                let isProse = ["-methods.csv", "-published.csv"].contains { file.name.hasSuffix($0) }
                for field in file.text.replacing("\r\n", with: ",").split(separator: ",") where !isProse {
                    #expect(field.firstMatch(of: dressed) == nil, "\(file.name): \(field)")
                }
            }
        }
    }

    @Test func columnsOfOneNameAreToldApart() {
        let columns = [ReportColumn("a", ["1"], figures: .whole("n", [1])), ReportColumn("b", ["2"], figures: .whole("n", [2]))]
        let files = ReportDocument(title: "t", blocks: [.table("x", "", columns)]).csvFiles(stem: "s")
        #expect(files[0].text == "n,n_2\r\n1,2\r\n")
    }

    @Test func missingValuesAreEmptyAndFailedChecksAreNot() {
        let columns = [ReportColumn("a", ["—", "NaN"], figures: .real("a", [nil, .nan])), ReportColumn(words: "w", ["—", "x"])]
        #expect(ReportDocument(title: "t", blocks: [.table("x", "", columns)]).csvFiles(stem: "s")[0].text == "a,w\r\n,\r\nnan,x\r\n")
    }
}
