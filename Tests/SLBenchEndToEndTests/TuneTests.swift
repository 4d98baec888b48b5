import Foundation
import Testing

/// `slbench tune` on the real binary.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct TuneTests {
    private static let tuning = #", "seeds": [1, 2], "tuning": {"seeds": [100], "steps": 2, "lr_factors": [0.5, 1, 2]}"#

    @Test func trialsChooseTheSettingsOfTheSweep() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(extra: Self.tuning), to: "tiny.json")
            let first = try place.run("tune", "tiny.json")
            #expect(first.status == 0, "\(first.talk)")
            #expect(first.output.contains("tried: eval loss"))
            func rows(_ sql: String) throws -> [String] {
                try place.run("query", sql, "--format", "csv").output.split(whereSeparator: \.isNewline).map(String.init).dropFirst().map { $0 }
            }
            #expect(try rows("SELECT sweep, count(*) FROM comparison GROUP BY sweep ORDER BY sweep") == ["tiny,4", "tiny.tuning,6"])
            #expect(try rows("SELECT count(*), sum(is_chosen) FROM tuning_trial") == ["6,2"])
            // Each row of the sweep has the rate of its chosen trial.
            #expect(try rows("""
                SELECT count(*) FROM tuning_trial AS trial JOIN tuned_cell USING (sweep_id, cell) JOIN run_spec USING (group_key)
                WHERE is_chosen AND json_extract(tried, '$.lr') = json_extract(run_spec.spec, '$.training.lr')
                """) == ["4"])
            #expect(try place.read("results/tiny.md").contains("## Tuning"))
            // What is done stays done.
            let ids = try rows("SELECT run_id, wall_seconds FROM comparison ORDER BY run_id")
            #expect(try place.run("tune", "tiny.json").status == 0)
            #expect(try rows("SELECT run_id, wall_seconds FROM comparison ORDER BY run_id") == ids)
            // A sweep without the choice would put other runs in the place of these.
            let refused = try place.run("sweep", "tiny.json")
            #expect(refused.status == 64 && refused.talk.contains("slbench tune tiny.json"), "\(refused.talk)")
            #expect(try rows("SELECT run_id, wall_seconds FROM comparison ORDER BY run_id") == ids)
        }
    }

    /// A sweep's own seeds leave every trial as it is, the tuning's seed every run; words that fit neither are a mistake.
    @Test func someRunsAgainWithoutTheirTrials() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(extra: Self.tuning), to: "tiny.json")
            #expect(try place.run("tune", "tiny.json").status == 0)
            func times(_ sweep: String, _ condition: String) throws -> String {
                try place.run("query", "SELECT run_id, wall_seconds FROM comparison WHERE sweep = '\(sweep)' AND \(condition) ORDER BY run_id", "--format", "csv").output
            }
            let (trials, first, second) = (try times("tiny.tuning", "1"), try times("tiny", "seed = 1"), try times("tiny", "seed = 2"))
            let again = try place.run("tune", "tiny.json", "--rerun", "--only", "seed=1")
            #expect(again.status == 0 && again.talk.contains("none of the 6 cells of tiny.tuning"), "\(again.talk)")
            #expect(try times("tiny.tuning", "1") == trials && times("tiny", "seed = 2") == second && times("tiny", "seed = 1") != first)
            let onlyTrials = try place.run("tune", "tiny.json", "--rerun", "--only", "seed=100")
            #expect(onlyTrials.status == 0, "\(onlyTrials.talk)")
            #expect(try times("tiny.tuning", "1") != trials && times("tiny", "seed = 2") == second)
            let neither = try place.run("tune", "tiny.json", "--only", "seed=7")
            #expect(neither.status == 64 && neither.talk.contains("no cell is left of 4"), "\(neither.talk)")
        }
    }

    /// Rates at which nothing learns: the cell has no run, and stands in every table all the same.
    @Test func aMethodThatAlwaysDivergesDoesNotVanish() throws {
        try inWorkplace { place in
            let methods = #""full_rank", {"method": "sltrain", "rank": 4, "tune": {"lr": [1000, 3000]}}"#
            try place.write(Workplace.config(methods: methods, extra: #", "tuning": {"seeds": [100], "lr": [0.001, 0.001, 0.003]}"#), to: "tiny.json")
            let tuned = try place.run("tune", "tiny.json")
            #expect(tuned.status == 2, "\(tuned.talk)")
            #expect(tuned.talk.contains("1 trials are named more than once") && tuned.talk.contains("1 of 2 cells have no run"))
            #expect(tuned.output.contains("trials: 2 diverged"))
            #expect(try place.read("results/tiny.md").contains("tiny sltrain r=4 has no run"))
            #expect(try place.run("check", "tiny").output.contains("tiny sltrain r=4 is not compared"))
            let all = try place.run("tune", "tiny.json", "--set", #"methods=[{"method": "sltrain", "rank": 4, "tune": {"lr": [1000, 3000]}}]"#)
            #expect(all.status == 2 && all.output.contains("trials: 2 diverged"), "\(all.talk)")
        }
    }

    @Test func withoutTuningItSaysWhatIsMissing() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(), to: "tiny.json")
            let refused = try place.run("tune", "tiny.json")
            #expect(refused.status == 78 && refused.talk.contains("tuning: missing") && refused.talk.contains("lr_factors"))
        }
    }
}
