import Foundation
import Testing

@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct SweepTests {
    private static let columns =
        "run_id,sweep,size,method,rank,seed,steps,tokens,train_loss,eval_loss,perplexity,bits_per_byte,total_parameters,"
        + "trainable_parameters,paper_memory_bytes,peak_tracked_bytes,peak_rss_bytes,optimizer_bytes,tokens_per_second,wall_seconds,status,"
        + "refresh_share,predicted_bytes,process_constant_bytes,training_flops,companion_runs,learning_rate,options,training,group_id,foreign_processor_share,"
        + "eval_tokens,eval_bytes,unigram_loss,bigram_loss,test_loss,test_perplexity,test_bits_per_byte,test_tokens,training_passes"

    private func rows(_ place: Workplace, _ sql: String) throws -> [String] {
        try place.run("query", sql, "--format", "csv").output.split(whereSeparator: \.isNewline).map(String.init)
    }

    @Test func runsRecordsComparesAndRunsNothingTwice() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(extra: #", "seeds": [1, 2]"#), to: "tiny.json")
            let first = try place.run("sweep", "tiny.json")
            #expect(first.status == 0, "\(first.talk)")
            #expect(first.output.contains("full_rank") && first.output.contains("sltrain"))
            let comparison = try rows(place, "SELECT * FROM comparison")
            #expect(comparison.first == Self.columns)
            #expect(comparison.count == 5)
            #expect(comparison.dropFirst().allSatisfy { $0.contains(",finished,") })
            #expect(try rows(place, "SELECT method, n FROM summary ORDER BY method").dropFirst() == ["full_rank,2", "sltrain,2"])
            // The peak resident size belongs to the run's own process: a few tens of MB more than its tensors, no tokenizer, no sweep.
            #expect(try rows(place, "SELECT count(*) FROM comparison WHERE peak_rss_bytes < peak_tracked_bytes").last == "0")

            let report = try place.read("results/tiny.md")
            #expect(report.contains("## Results"))
            try place.run("report", "tiny", "-o", "again/tiny.md")
            #expect(try place.read("again/tiny.md") == report)
            for (name, code) in [("tiny.pdf", 64), ("tiny", 64), ("tiny.csv", 64)] {
                let refused = try place.run("report", "tiny", "-o", name)
                #expect(refused.status == code && refused.talk.contains("a name that ends in .md, .html or .tex"), "\(refused.talk)")
                #expect(try place.run("sweep", "tiny.json", "--report", name).status == code)
                #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: name).path))
            }
            #expect(try place.run("sweep", "tiny.json", "--set", "report=tiny.pdf").status == 78)
            try place.run("report", "tiny", "-o", "again/tiny.html")
            #expect(try place.read("again/tiny.html").hasPrefix("<!doctype html>"))
            #expect(try place.run("report", "tiny", "--format", "latex").output.contains("\n\\documentclass"))
            #expect(try place.run("report", "tiny", "--format", "csv", "-o", "tables").status == 0)
            #expect(try place.read("tables/tiny-results.csv").hasPrefix("model,method,rank,learning_rate,seeds_finished,seeds,tokens_mean,eval_loss_mean,eval_loss_sd,"))
            // What the appendix says to ask gives the main table's rows.
            let lines = report.components(separatedBy: .newlines)
            let start = try #require(lines.firstIndex(of: "/* The main table. */"))
            let end = try #require(lines[start...].firstIndex { $0.hasSuffix(";") })
            #expect(try rows(place, lines[start...end].joined(separator: "\n")).count == 3)

            let ids = try rows(place, "SELECT run_id, wall_seconds FROM comparison ORDER BY run_id")
            let second = try place.run("sweep", "tiny.json")
            #expect(second.status == 0)
            #expect(second.talk.contains("nothing to run"))
            #expect(try rows(place, "SELECT run_id, wall_seconds FROM comparison ORDER BY run_id") == ids)

            // A seed added later runs only the new cells.
            let third = try place.run("sweep", "tiny.json", "--set", "seeds=[1,2,3]")
            #expect(third.talk.contains("2 of 6 cells to run"))
            #expect(try rows(place, "SELECT count(*) FROM comparison").last == "6")
        }
    }

    @Test func planTrainsNothing() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(), to: "tiny.json")
            let plan = try place.run("plan", "tiny.json", "--format", "json")
            #expect(plan.status == 0)
            let cells = try #require(try JSONSerialization.jsonObject(with: Data(plan.output.utf8)) as? [[String: Any]])
            #expect(cells.count == 2)
            #expect(cells.first?["state"] as? String == "new")
            #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: "results").path))
            #expect(try place.run("sweep", "tiny.json", "--dry-run").output.contains("2 of 2 cells to run"))
        }
    }

    /// A recipe can be sized on a machine that does not have its text.
    @Test func planStandsWithoutTheText() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(data: #""corpus": "c4/train", "tokenizer": "bytes""#), to: "far.json")
            let plan = try place.run("plan", "far.json")
            #expect(plan.status == 0)
            #expect(plan.output.contains("full_rank") && plan.talk.contains("c4/train"))
            #expect(try place.run("sweep", "far.json").status == 66)
        }
    }

    /// A model that is only predicted stands in plan, database and report, and is never run.
    @Test func predictedModelsAreNotRun() throws {
        try inWorkplace { place in
            let methods = #"{"method": "full_rank", "storage": "bf16"}, {"method": "sltrain", "rank": 4, "storage": "bf16"}"#
            try place.write(Workplace.config(methods: methods, extra: #", "predict": ["7b"]"#), to: "tiny.json")
            #expect(try place.run("validate", "tiny.json").output.hasPrefix("tiny.json: OK, 2 cells, 2 predicted\n"))
            let plan = try place.run("plan", "tiny.json", "--format", "json")
            let cells = try #require(try JSONSerialization.jsonObject(with: Data(plan.output.utf8)) as? [[String: Any]])
            #expect(cells.compactMap { $0["state"] as? String } == ["new", "new", "predicted", "predicted"])
            #expect(cells.compactMap { $0["memory_options"] as? String } == ["bf16", "bf16", "bf16", "bf16"])
            #expect(try place.run("sweep", "tiny.json").status == 0)
            #expect(try rows(place, "SELECT size, method FROM prediction ORDER BY position").dropFirst() == ["7b,full_rank", "7b,sltrain"])
            #expect(try rows(place, "SELECT count(*) FROM run_spec").last == "2")
            #expect(try rows(place, "SELECT count(*) FROM comparison WHERE predicted_bytes > 0").last == "2")
            let report = try place.read("results/tiny.md")
            #expect(report.contains("| 7b | full_rank (bf16) | predicted, not run |"))
            #expect(try place.run("sweep", "tiny.json").talk.contains("nothing to run"))
        }
    }

    @Test func aDivergedRunIsAResultAndTheSweepGoesOn() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #"{"method": "full_rank", "lr": 3}, "lost""#, steps: 30), to: "tiny.json")
            let outcome = try place.run("sweep", "tiny.json")
            #expect(outcome.status == 2)
            #expect(try rows(place, "SELECT method FROM comparison").last == "lost")
            #expect(try rows(place, "SELECT status FROM run ORDER BY status").dropFirst() == ["diverged", "finished"])
            #expect(try place.read("results/tiny.md").contains("diverged"))
            #expect(try place.run("sweep", "tiny.json").talk.contains("--retry-failed"))
        }
    }

    @Test func aModelThatWouldNotFitIsRefusedBeforeItStarts() throws {
        try inWorkplace { place in
            try place.write(
                Workplace.config().replacing(#""hidden_size": 16"#, with: #""hidden_size": 65536"#)
                    .replacing(#""intermediate_size": 40"#, with: #""intermediate_size": 262144"#)
                    .replacing(#""num_hidden_layers": 2"#, with: #""num_hidden_layers": 64"#), to: "big.json")
            let outcome = try place.run("sweep", "big.json")
            #expect(outcome.status == 2)
            #expect(try rows(place, "SELECT DISTINCT status FROM run").last == "failed")
            #expect(outcome.talk.contains("memory"))
        }
    }

    @Test func interruptedSweepsGoOn() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(steps: 40000), to: "tiny.json")
            let (process, _, talk) = try place.process(["sweep", "tiny.json"])
            try Workplace.start(process)
            try waitUntil { (try? String(contentsOf: talk, encoding: .utf8))?.contains("step ") ?? false }
            process.interrupt()
            process.waitUntilExit()
            #expect(process.terminationStatus == 75)
            #expect(try rows(place, "SELECT status FROM run").last == "interrupted")
            let again = try place.run("sweep", "tiny.json", "--set", "training.steps=3")
            #expect(again.status == 0)
            #expect(try rows(place, "SELECT count(*) FROM comparison WHERE status = 'finished'").last == "2")
        }
    }

    @Test func aKilledRunIsRecordedAndTheSweepGoesOn() throws {
        try inWorkplace { place in
            try place.write(
                Workplace.config(methods: #"{"method": "full_rank", "steps": 40000}, "low_rank""#, steps: 3), to: "tiny.json")
            let (process, _, talk) = try place.process(["sweep", "tiny.json"])
            try Workplace.start(process)
            try waitUntil { (try? String(contentsOf: talk, encoding: .utf8))?.contains("step ") ?? false }
            let child = try #require(children(of: process.processIdentifier).first)
            kill(child, SIGKILL)
            process.waitUntilExit()
            #expect(process.terminationStatus == 2)
            #expect(try rows(place, "SELECT status FROM run ORDER BY started_at").dropFirst().first == "failed")
            #expect(try rows(place, "SELECT method FROM comparison").last == "low_rank")
        }
    }

    private func waitUntil(_ condition: () -> Bool) throws {
        let end = Date().addingTimeInterval(60)
        while !condition() {
            try #require(Date() < end, "nothing happened for a minute")
            usleep(50_000)
        }
    }

    /// Processes whose parent is `pid`.
    private func children(of pid: Int32) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { candidate in
            guard let stat = try? String(contentsOfFile: "/proc/\(candidate)/stat", encoding: .utf8), let name = stat.lastIndex(of: ")") else { return false }
            let fields = stat[stat.index(after: name)...].split(separator: " ")
            return fields.count > 1 && Int32(fields[1]) == pid
        }
    }
}
