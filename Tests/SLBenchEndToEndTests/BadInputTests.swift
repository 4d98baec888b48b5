import Foundation
import Testing

/// Each kind of bad input: a clear error that names the place, and the exit code that scripts rely on.
@Suite(.enabled(if: Workplace.binary != nil, Workplace.missing)) struct BadInputTests {
    private func sweep(_ config: String, _ files: [(String, Data)] = []) throws -> Workplace.Outcome {
        var outcome: Workplace.Outcome?
        try inWorkplace { place in
            for (name, bytes) in files { try place.write(bytes, to: name) }
            try place.write(config, to: "bad.json")
            outcome = try place.run("sweep", "bad.json")
        }
        return try #require(outcome)
    }

    @Test(arguments: [
        ("{\"model\": ", "bad.json: line 1, column 11"),
        (#"{"model": "9m", "methods": ["full_rank"], "trainning": {}}"#, "did you mean 'training'?"),
        (#"{"model": "9m", "methods": [{"method": "sltrain", "sp_ratio": 0.1}]}"#, "here it is 'delta'"),
        (#"{"model": "9m", "methods": [{"method": "lost", "rank": 4096}]}"#, "exceeds the smaller side"),
        (#"{"model": "9m", "methods": [{"method": "lost", "gamma": 1.5}]}"#, "a number from 0.0 to 1.0"),
        (#"{"model": "9m", "methods": [{"method": "relora", "merge_interval": 5, "restart_warmup_steps": 9}]}"#, "restart_warmup_steps"),
    ])
    func badConfigsEndWith78(config: String, words: String) throws {
        let outcome = try sweep(config)
        #expect(outcome.status == 78)
        #expect(outcome.talk.contains(words), "\(outcome.talk)")
        #expect(outcome.output.isEmpty)
    }

    @Test func badTextEndsWith65Or66() throws {
        let words = Data(String(repeating: "The state of the union is strong.\n", count: 4000).utf8)
        let cases: [(file: String, bytes: Data?, status: Int32)] = [
            ("missing.txt", nil, 66), ("empty.txt", Data(), 65), ("short.txt", Data("Too short.\n".utf8), 65),
            ("latin.txt", words + Data([0xff, 0xfe, 0x41]), 65), ("cut.jsonl.gz", Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48]), 65),
            ("lines.jsonl", Data("{\"text\": \"fine\"}\n{\"txt\": 1}\n".utf8), 65),
        ]
        for (file, bytes, status) in cases {
            let config = Workplace.config(data: #""corpus": "\#(file)", "tokenizer": "bytes""#)
            let outcome = try sweep(config, bytes.map { [(file, $0)] } ?? [])
            #expect(outcome.status == status, "\(file): \(outcome.status) \(outcome.talk)")
            #expect(outcome.talk.contains(file), "\(outcome.talk)")
        }
    }

    @Test func aTokenizerThatDoesNotFitTheModel() throws {
        let outcome = try sweep(Workplace.config(vocabulary: 100))
        #expect(outcome.status == 65)
        #expect(outcome.talk.contains("259") && outcome.talk.contains("100"), "\(outcome.talk)")
    }

    @Test func databasesThatAreNone() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(), to: "tiny.json")
            try place.write("this is not a database, and it is long enough to be looked at as one\n", to: "text.sqlite")
            let before = try place.read("text.sqlite")
            #expect(try place.run("sweep", "tiny.json", "--db", "text.sqlite").status == 74)
            #expect(try place.read("text.sqlite") == before)
            #expect(try place.run("query", "SELECT 1", "--db", "none.sqlite").status == 66)
            #expect(try place.run("sweep", "tiny.json").status == 0)
            let write = try place.run("query", "DELETE FROM run")
            #expect(write.status == 74)
            #expect(write.talk.contains("only reads"))
            #expect(try place.run("query", "SELEC 1").status == 74)
            #expect(try place.run("report", "nosuch").status == 74)
            let nowhere = try place.run("report", "tiny", "--format", "csv")
            #expect(nowhere.status == 64 && nowhere.talk.contains("-o DIR"))
        }
    }

    @Test func missingFilesAndUsage() throws {
        try inWorkplace { place in
            #expect(try place.run("sweep", "nowhere.json").status == 66)
            #expect(try place.run("validate", "nowhere.json").status == 66)
            let mistyped = try place.run("swep", "x.json")
            #expect(mistyped.status == 64)
            #expect(mistyped.talk.contains("did you mean 'sweep'?"))
            #expect(try place.run("sweep", "x.json", "--threds", "2").status == 64)
            #expect(try place.run("estimate", "--model", "61m").talk.contains("Did you mean '60m'?"))
            #expect(try place.run("estimate", "--rank", "4096", "--model", "60m").status == 64)
            let unknown = try place.run("methods", "galor")
            #expect(unknown.status == 78)
            #expect(unknown.talk.contains("did you mean 'galore'?"))
            #expect(try place.run("verify", "nowhere").status == 66)
        }
    }
}
