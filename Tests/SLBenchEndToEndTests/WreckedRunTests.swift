import Foundation
import Testing

/// Runs that end badly and runs of padded rows, on the real binary.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct WreckedRunTests {
    private func rows(_ place: Workplace, _ sql: String) throws -> [String] {
        try place.run("query", sql, "--format", "csv").output.split(whereSeparator: \.isNewline).map(String.init).dropFirst().map { $0 }
    }

    @Test func aWreckIsADivergenceEverywhere() throws {
        try inWorkplace { place in
            let methods = #""full_rank", {"method": "full_rank", "lr": 30, "warmup_steps": 0}"#
            try place.write(Workplace.config(methods: methods, steps: 1), to: "tiny.json")
            let sweep = try place.run("sweep", "tiny.json")
            #expect(sweep.status == 2, "\(sweep.talk)")
            #expect(sweep.talk.contains("above the bound") && sweep.output.contains("diverged"))
            #expect(try rows(place, "SELECT status, failure_reason FROM run ORDER BY 1") == ["diverged,loss_bound", "finished,"])
            #expect(try rows(place, "SELECT count(*) FROM comparison") == ["1"])
            #expect(try rows(place, "SELECT count(*) FROM evaluation WHERE step = 1") == ["2"])
            // The finished one had a single update, which times nothing.
            #expect(try rows(place, "SELECT tokens_per_second IS NULL FROM comparison") == ["1"])
            for text in [sweep.output, sweep.talk, try place.run("status").output, try place.read("results/tiny.md"), try place.run("query", "SELECT * FROM evaluation").output] {
                #expect(text.firstMatch(of: /[0-9]{25}/) == nil, "a number without end: \(text)")
            }
        }
    }

    @Test func aBudgetOfPaddedRowsIsInTargets() throws {
        try inWorkplace { place in
            let records = (0..<600).map { #"{"text": "record \#($0) \#(String(repeating: "xy", count: $0 % 7))"}"# }
            try place.write(records.joined(separator: "\n"), to: "text.jsonl")
            let data = #""corpus": "text.jsonl", "tokenizer": "bytes", "packing": "truncate""#
            let config = Workplace.config(methods: #""full_rank""#, data: data).replacing(#""steps": 3"#, with: #""tokens": 5000"#)
            try place.write(config, to: "tiny.json")
            #expect(try place.run("validate", "tiny.json").status == 0)
            let plan = try place.run("plan", "tiny.json")
            #expect(plan.output.contains("positions are targets"), "\(plan.output) \(plan.talk)")
            let sweep = try place.run("sweep", "tiny.json")
            #expect(sweep.status == 0, "\(sweep.talk)")
            let found = try #require(try rows(place, "SELECT tokens, steps FROM comparison").first).split(separator: ",").compactMap { Int($0) }
            #expect(abs(found[0] - 5000) < 150 && found[1] * 128 > 5500, "\(found)")
        }
    }
}
