import Foundation
import Testing

/// What bounds a sweep, picks from it, looks at it and joins it with others.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct SweepOptionTests {
    private func one(_ place: Workplace, _ sql: String, _ database: String = "results/slbench.sqlite") throws -> String {
        try place.run("query", sql, "--db", database, "--format", "csv").output.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    }

    @Test func onlySomeCells() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(extra: #", "seeds": [1, 2]"#), to: "tiny.json")
            #expect(try place.run("plan", "tiny.json", "--only", "method=sltrain,seed=2").output.contains("1 of 1 cells to run"))
            #expect(try place.run("plan", "tiny.json", "--only", "method=sltrain|full_rank").output.contains("4 of 4 cells to run"))
            #expect(try place.run("plan", "tiny.json", "--only", "rank=4", "--only", "seed=1").output.contains("3 of 3 cells to run"))
            let typo = try place.run("plan", "tiny.json", "--only", "metod=sltrain")
            #expect(typo.status == 64 && typo.talk.contains("did you mean 'method'?"))
            #expect(try place.run("sweep", "tiny.json", "--only", "method").status == 64)
            #expect(try place.run("sweep", "tiny.json", "--only", "seed=7").talk.contains("no cell is left of 4"))
            #expect(try place.run("sweep", "tiny.json", "--only", "method=sltrain", "--no-report").status == 0)
            #expect(try one(place, "SELECT count(*) FROM comparison") == "2")
        }
    }

    @Test func aRunThatTakesTooLongLeavesACheckpoint() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #""full_rank""#, steps: 100_000), to: "long.json")
            let late = try place.run("sweep", "long.json", "--timeout", "2s", "--no-report")
            #expect(late.status == 2 && late.talk.contains("timed_out"), "\(late.talk)")
            #expect(try one(place, "SELECT status, failure_reason FROM run") == "failed,timed_out")
            let reached = try #require(Int(try one(place, "SELECT max(step) FROM step_sample")))
            // It is left alone until it is asked for; then it goes on where it was.
            #expect(try place.run("sweep", "long.json", "--no-report").talk.contains("1 failed or diverged before"))
            _ = try place.run("sweep", "long.json", "--timeout", "2s", "--retry-failed", "--no-report")
            #expect(try one(place, "SELECT step FROM resumption") == String(reached))
            #expect(try #require(Int(try one(place, "SELECT max(step) FROM step_sample"))) > reached)
            #expect(try place.run("sweep", "long.json", "--timeout", "soon").status == 64)
        }
    }

    @Test func noMoreFailuresThanAllowed() throws {
        try inWorkplace { place in
            let config = Workplace.config(methods: #"{"method": "full_rank", "lr": 50}"#, steps: 60, extra: #", "seeds": [1, 2, 3]"#)
            try place.write(config, to: "bad.json")
            let outcome = try place.run("sweep", "bad.json", "--max-failures", "1", "--no-report")
            #expect(outcome.status == 2 && outcome.talk.contains("no other is started (--max-failures 1)"), "\(outcome.talk)")
            #expect(try one(place, "SELECT count(*) FROM run") == "1")
            #expect(try one(place, "SELECT status FROM run") == "diverged")
        }
    }

    @Test func everythingAgain() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #""full_rank""#), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--no-report").status == 0)
            let first = try one(place, "SELECT weights_sha256 FROM run_result")
            #expect(first.count == 64)
            #expect(try place.run("sweep", "tiny.json", "--rerun", "--no-report").status == 0)
            #expect(try one(place, "SELECT attempt FROM run") == "2")
            #expect(try one(place, "SELECT weights_sha256 FROM run_result") == first)
            #expect(try one(place, "SELECT count(*) FROM step_sample") == "3")
        }
    }

    @Test func standingComparingCheckingMerging() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(), to: "tiny.json")
            #expect(try place.run("status").status == 66)
            for database in ["a.sqlite", "b.sqlite"] { #expect(try place.run("sweep", "tiny.json", "--db", database, "--no-report").status == 0) }
            let standing = try place.run("status", "--db", "a.sqlite")
            #expect(standing.status == 0 && standing.output.contains("sweep tiny: 2 finished") && standing.output.contains("3/3"))
            #expect(try place.run("status", "tni", "--db", "a.sqlite").talk.contains("it holds: tiny"))

            let ids = try place.run("query", "SELECT run_id FROM comparison", "--db", "a.sqlite", "--format", "csv").output
                .split(whereSeparator: \.isNewline).dropFirst().map(String.init)
            try #require(ids.count == 2)
            let same = try place.run("compare", ids[0], ids[0], "--db", "a.sqlite", "--other-db", "b.sqlite", "--assert-equal")
            #expect(same.status == 0 && same.output.contains("**Equal** in every loss, evaluation and weight."), "\(same.output)")
            let other = try place.run("compare", ids[0], ids[1], "--db", "a.sqlite", "--assert-equal")
            #expect(other.status == 3 && other.output.contains("**Not equal:**") && other.output.contains("`method`"))
            #expect(try place.run("compare", ids[0], ids[1], "--db", "a.sqlite").status == 0)

            let checked = try place.run("check", "tiny", "--db", "a.sqlite")
            #expect(checked.status == 0 && checked.output.contains("note: tiny: one seed a row"), "\(checked.output)")

            #expect(try place.run("db", "check", "--db", "a.sqlite").output.contains("sound"))
            try place.write(Workplace.config(extra: #", "seeds": [5]"#), to: "more.json")
            #expect(try place.run("sweep", "more.json", "--db", "c.sqlite", "--no-report").status == 0)
            let merged = try place.run("db", "merge", "a.sqlite", "b.sqlite", "c.sqlite")
            #expect(merged.status == 0 && merged.talk.contains("0 runs added, 0 replaced by further ones, 2 kept"), "\(merged.talk)")
            #expect(try one(place, "SELECT count(*) FROM comparison", "a.sqlite") == "4")
            #expect(try place.run("check", "tiny", "--db", "a.sqlite").output.contains("note: tiny: with 2 seeds no difference can be claimed at 5 %"))
            let missing = try place.run("db", "merge", "a.sqlite", "none.sqlite")
            #expect(missing.status == 66 && missing.talk.contains("no such"))
        }
    }
}
