import Foundation
import Testing

/// Text that nothing is chosen by, corpora of other sources, and how often a text may be gone over: from the config to the report.
@Suite(.enabled(if: Workplace.binary != nil, Workplace.missing)) struct TestTextTests {
    private static let text = (0..<1500).map { "The state of the union, number \($0), is strong and will be stronger.\n" }.joined()
    private static let other = (0..<400).map { "Call me \($0 * 7), some years ago, never mind how long.\n" }.joined()

    private func rows(_ place: Workplace, _ sql: String) throws -> [String] {
        Array(try place.run("query", sql, "--format", "csv").output.split(whereSeparator: \.isNewline).map(String.init).dropFirst())
    }

    private func prepared(_ place: Workplace, _ data: String = #", "test": "held_out", "exclude": ["whale"]"#) throws {
        try place.write(Self.text, to: "texts/union.txt")
        try place.write(Self.other, to: "texts/whale.txt")
        let config = Workplace.config(methods: #""full_rank", {"method": "galore", "rank": 4}"#, data: #""corpus": "texts", "tokenizer": "bytes"\#(data)"#)
        try place.write(
            config.replacing(#""evaluation": {"tokens": 256}"#, with: #""evaluation": {"tokens": 256, "held_out": ["texts/whale.txt"], "held_out_tokens": 100}"#),
            to: "tiny.json")
    }

    @Test func theReportSpeaksOfTheTestText() throws {
        try inWorkplace { place in
            try prepared(place)
            let plan = try place.run("plan", "tiny.json")
            #expect(plan.status == 0 && plan.talk.contains("test text"), "\(plan.talk)")
            let sweep = try place.run("sweep", "tiny.json")
            #expect(sweep.status == 0 && sweep.output.contains("test loss"), "\(sweep.talk)")
            #expect(try rows(place, "SELECT kind, corpus, step FROM text_evaluation GROUP BY kind, corpus, step ORDER BY kind, step") == [
                "held_out,whale.txt,0", "held_out,whale.txt,3", "test,texts without whale,3",
            ])
            #expect(try rows(place, "SELECT test_loss > 0 AND test_loss <> eval_loss, test_tokens > 4000, training_passes < 1 FROM comparison") == ["1,1,1", "1,1,1"])
            #expect(try rows(place, "SELECT test_loss_mean > 0 FROM summary") == ["1", "1"])
            let report = try place.read("results/tiny.md")
            #expect(report.contains("| test loss |") && report.contains("## Corpora of other sources"), "\(report)")
            #expect(try place.run("db", "check").status == 0)
            // Nothing is trained twice, and a run that is trained again is the same.
            #expect(try place.run("plan", "tiny.json").output.contains("done"))
        }
    }

    @Test func textThatIsTrainedOnTestsNothing() throws {
        try inWorkplace { place in
            try prepared(place, #", "test": "held_out""#)
            let refused = try place.run("sweep", "tiny.json", "--no-report")
            #expect(refused.status == 65 && refused.talk.contains("held-out text is training text too") && refused.talk.contains("data.exclude"), "\(refused.talk)")
        }
    }

    @Test func morePassesThanAllowedAreRefusedAndCanBeAllowed() throws {
        try inWorkplace { place in
            try place.write(Self.text, to: "own.txt")
            // 4 · 32 targets an update, about 94 thousand in the text.
            try place.write(Workplace.config(methods: #""full_rank""#, steps: 4000, data: #""corpus": "own.txt", "tokenizer": "bytes""#), to: "tiny.json")
            let refused = try place.run("plan", "tiny.json")
            #expect(refused.status == 65, "\(refused.talk)")
            let passes = try #require(refused.talk.firstMatch(of: /([0-9]+\.[0-9]) passes over a training text/)?.1).description
            #expect((4.5...6.5).contains(Double(passes) ?? 0) && refused.talk.contains("\"max_passes\": 6"), "\(refused.talk)")
            let allowed = try place.run("plan", "tiny.json", "--set", "data.max_passes=6")
            #expect(allowed.status == 0, "\(allowed.talk)")
            #expect(try place.run("plan", "tiny.json", "--set", "data.max_passes=2", "--set", "training.steps=1400").status == 0)
            // Text that is made is gone over as often as one likes.
            #expect(try place.run("plan", "tiny.json", "--set", "data.corpus=synthetic", "--set", "training.steps=200000").status == 0)
        }
    }
}
