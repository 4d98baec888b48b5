import Foundation
import Testing

/// A method that never acts in a run is said to by everything that shows the run.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct SilentEventTests {
    private static let methods = #""full_rank", {"method": "relora", "rank": 4}, {"method": "galore", "rank": 4}"#
    private static let sentence = "no merge in 3 updates: the first is due after update 1001 (merge_interval 1000)"

    @Test func planSweepCheckAndReportSaySo() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: Self.methods), to: "tiny.json")
            let plan = try place.run("plan", "tiny.json")
            #expect(plan.output.contains("will not happen: tiny relora r4: \(Self.sentence)"), "\(plan.output)")
            #expect(plan.output.contains("will not happen: tiny galore r4: no refresh after the one of update 1"))
            #expect(try place.run("plan", "tiny.json", "--format", "csv").output.contains(Self.sentence))
            let sweep = try place.run("sweep", "tiny.json")
            #expect(sweep.status == 0 && sweep.talk.contains(Self.sentence), "\(sweep.talk)")
            #expect(try place.run("check", "tiny").output.contains("note: tiny: relora r=4: \(Self.sentence)."))
            #expect(try place.read("results/tiny.md").contains(Self.sentence))
            let notes = try place.run("query", "SELECT kind, count(*) FROM run_note GROUP BY kind", "--format", "csv").output
            #expect(notes.contains("silent_event,3"), "\(notes)")
        }
    }

    @Test func trialsShorterThanAnIntervalAreSaidBeforeTheyAreMade() throws {
        try inWorkplace { place in
            let tuning = #", "tuning": {"seeds": [100], "steps": 4, "lr_factors": [0.5, 1]}"#
            let relora = #""full_rank", {"method": "relora", "rank": 4, "merge_interval": 5, "restart_warmup_steps": 1}"#
            try place.write(Workplace.config(methods: relora, steps: 8, extra: tuning), to: "tiny.json")
            let plan = try place.run("plan", "tiny.json").output
            #expect(plan.contains("trials of tune will not see: tiny relora: no merge in 4 updates") && !plan.contains("will not happen"), "\(plan)")
            #expect(try place.run("tune", "tiny.json", "--dry-run").output.contains("will not happen: tiny relora r4 (lr"))
        }
    }
}
