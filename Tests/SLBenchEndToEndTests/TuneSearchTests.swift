import Foundation
import Testing

/// `slbench tune` with a search, on the real binary.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct TuneSearchTests {
    private static func config(_ tuning: String, steps: Int = 300) -> String {
        Workplace.config(steps: steps, extra: #", "seeds": [1], "threads": 1, "tuning": {"seeds": [100], \#(tuning)}"#)
    }

    private static let descent = #""search": "coordinate_descent", "max_trials": 6, "coordinates": {"lr": {"factor": 2}, "grad_clip": [null, 1]}"#

    private func rows(_ place: Workplace, _ sql: String, _ database: String) throws -> [String] {
        try place.run("query", sql, "--db", database, "--format", "csv").output.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
    }

    private static let facts = [
        "SELECT size, method, steps, group_key, search FROM tuned_cell ORDER BY cell",
        "SELECT cell, trial, run_id, tried, is_chosen FROM tuning_trial ORDER BY cell, trial",
        "SELECT run_id, step, loss FROM evaluation ORDER BY run_id, step",
        "SELECT run_id, status FROM run ORDER BY run_id",
        "SELECT sweep.name, run_id FROM sweep_run JOIN sweep ON sweep.id = sweep_id ORDER BY sweep.name, run_id",
    ]

    /// Killed on the way, with runs side by side, and asked for again: the trials, the bits and the choice are those of a search left alone.
    @Test func aKilledSearchGoesOnAsItWouldHave() throws {
        try inWorkplace { place in
            try place.write(Self.config(Self.descent), to: "tiny.json")
            let whole = try place.run("tune", "tiny.json", "--db", "whole/r.sqlite", "--no-report")
            #expect(whole.status == 0, "\(whole.talk)")
            let (process, _, _) = try place.process(["tune", "tiny.json", "--db", "killed/r.sqlite", "--jobs", "2", "--no-report"])
            try process.run()
            let finished = "SELECT run_id, wall_seconds FROM run_result ORDER BY run_id"
            #expect(Processes.waits(60) { ((try? rows(place, finished, "killed/r.sqlite").count) ?? 0) >= 3 })
            let children = Processes.children(of: process)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(Processes.waits(30) { !children.contains(where: Processes.isAlive) })
            let before = try rows(place, finished, "killed/r.sqlite")
            let all = try rows(place, finished, "whole/r.sqlite")
            #expect(before.count < all.count, "it had come to its end before it was killed")
            let again = try place.run("tune", "tiny.json", "--db", "killed/r.sqlite", "--jobs", "2", "--no-report")
            #expect(again.status == 0, "\(again.talk)")
            for sql in Self.facts { #expect(try rows(place, sql, "killed/r.sqlite") == rows(place, sql, "whole/r.sqlite"), "\(sql)") }
            // What was done stayed done.
            #expect(try Set(before).isSubset(of: rows(place, finished, "killed/r.sqlite")))
            #expect(try rows(place, "SELECT count(*) FROM tuning_trial GROUP BY cell", "whole/r.sqlite").allSatisfy { (4...6).contains(Int($0) ?? 0) })
        }
    }

    @Test func whatIsKnownBeforehandIsSaid() throws {
        try inWorkplace { place in
            try place.write(Self.config(Self.descent, steps: 4), to: "tiny.json")
            #expect(try place.run("validate", "tiny.json").output.contains("up to 6 trials each by coordinate descent"))
            let dry = try place.run("tune", "tiny.json", "--dry-run")
            #expect(dry.status == 0 && dry.talk.contains("at most 6 trials a cell") && dry.talk.contains("at most 12 runs for 2 cells"), "\(dry.talk)")
            #expect(dry.output.contains("2 of 2 cells to run"), "\(dry.output)")
            #expect(try place.run("plan", "tiny.json").output.contains("slbench tune comes first: coordinate descent"))
            // Shorter trials of everything, then the rates at full length; the report has them all.
            #expect(try place.run("tune", "tiny.json").status == 0)
            #expect(try rows(place, "SELECT DISTINCT json_extract(spec, '$.training.steps') AS steps FROM run_spec JOIN sweep_run USING (run_id) JOIN sweep ON sweep.id = sweep_id WHERE name = 'tiny.tuning' ORDER BY steps", "results/slbench.sqlite") == ["2", "4"])
            let report = try place.read("results/tiny.md")
            for words in ["by coordinate descent", "The best trial of each length", "Everything that the trials took", "How much the loss depends on each number"] {
                #expect(report.contains(words), "\(words)")
            }
            let after = try place.run("tune", "tiny.json", "--dry-run")
            #expect(after.output.contains("nothing to run"), "\(after.output)")
        }
    }

    @Test func successiveHalvingEndsWithOne() throws {
        try inWorkplace { place in
            let tuning = #""search": "successive_halving", "max_trials": 4, "eta": 2, "rungs": 2, "coordinates": {"lr": {"factor": 2}}"#
            try place.write(Self.config(tuning, steps: 4), to: "tiny.json")
            let tuned = try place.run("tune", "tiny.json", "--trials-only")
            #expect(tuned.status == 0, "\(tuned.talk)")
            let sql = "SELECT cell, json_extract(spec, '$.training.steps') AS steps, count(*) FROM tuning_trial JOIN run_spec USING (run_id) GROUP BY cell, steps ORDER BY cell, steps"
            #expect(try rows(place, sql, "results/slbench.sqlite") == ["0,2,3", "0,4,1", "1,2,3", "1,4,1"])
            #expect(try rows(place, "SELECT count(*) FROM tuning_trial WHERE is_chosen", "results/slbench.sqlite") == ["2"])
        }
    }
}
