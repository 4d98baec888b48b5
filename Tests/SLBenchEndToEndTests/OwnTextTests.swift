import Foundation
import Testing

/// Text of the user's own: what is read, what is not and is said, and what a plan does to it.
@Suite(.enabled(if: Workplace.binary != nil, Workplace.missing)) struct OwnTextTests {
    private static let text = (0..<4000).map { "The state of the union, number \($0), is strong.\n" }.joined()

    @Test func aPlanSaysThatItPreparesTheTextAndThatItNeedNot() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(data: #""corpus": "own.txt", "tokenizer": "bytes""#), to: "tiny.json")
            try place.write(Self.text, to: "own.txt")
            let first = try place.run("plan", "tiny.json")
            #expect(first.status == 0)
            #expect(first.talk.contains("The text is prepared first") && first.talk.contains("tokenizing"), "\(first.talk)")
            let second = try place.run("plan", "tiny.json")
            #expect(second.talk.contains("prepared, nothing left to do") && !second.talk.contains("tokenizing"), "\(second.talk)")
        }
    }

    @Test func filesThatAreNotReadStandInThePlanAndWithTheRun() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #""full_rank""#, data: #""corpus": "texts", "tokenizer": "bytes""#), to: "tiny.json")
            try place.write(Self.text, to: "texts/a.txt")
            try place.write("PAR1", to: "texts/b.parquet")
            #expect(try place.run("plan", "tiny.json").talk.contains("1 entry is not read: b.parquet"))
            let sweep = try place.run("sweep", "tiny.json", "--no-report")
            #expect(sweep.status == 0 && sweep.talk.contains("b.parquet"), "\(sweep.talk)")
            let notes = try place.run("query", "SELECT kind, message FROM run_note", "--format", "csv").output
            #expect(notes.contains("data,") && notes.contains("b.parquet"), "\(notes)")
            try FileManager.default.createSymbolicLink(atPath: place.folder.appending(path: "texts/c.txt").path, withDestinationPath: "gone.txt")
            let dangling = try place.run("sweep", "tiny.json", "--no-report")
            #expect(dangling.status == 66 && dangling.talk.contains("texts/c.txt"), "\(dangling.talk)")
        }
    }

    @Test func malformedRecordsAreRefusedOrCountedAndRecorded() throws {
        try inWorkplace { place in
            let lines = (0..<300).map { "{\"text\": \"record \($0) of many, of which each is a text\"}\n" }.joined()
            try place.write(Workplace.config(methods: #""full_rank""#, data: #""corpus": "r.jsonl", "tokenizer": "bytes""#), to: "tiny.json")
            try place.write(lines + "{\"text\": \"x\", \"score\": NaN}\n", to: "r.jsonl")
            let refused = try place.run("sweep", "tiny.json", "--no-report")
            #expect(refused.status == 65)
            #expect(refused.talk.contains("r.jsonl:301") && refused.talk.contains("NaN") && refused.talk.contains("skip_malformed"), "\(refused.talk)")
            let skipped = try place.run("sweep", "tiny.json", "--no-report", "--set", "data.skip_malformed=true")
            #expect(skipped.status == 0 && skipped.talk.contains("1 malformed record skipped"), "\(skipped.talk)")
            #expect(try place.run("query", "SELECT message FROM run_note").output.contains("1 malformed record skipped"))
            #expect(try place.run("plan", "tiny.json", "--set", "data.skip_malformed=-1").status == 78)
        }
    }

    @Test func preparedTokensTrainWithoutAWordAboutTheirText() throws {
        try inWorkplace { place in
            try place.write(
                Workplace.config(methods: #""full_rank""#, data: #""corpus": "train.bin""#), to: "tiny.json")
            let ids = (0..<6000).flatMap { [UInt8(($0 * 7 + $0 / 13) % 251), UInt8(0)] }
            try place.write(Data(ids), to: "train.bin")
            try place.write(Data(ids.reversed().suffix(1000).reversed()), to: "val.bin")
            let outcome = try place.run("sweep", "tiny.json", "--no-report", "--valid", "val.bin")
            #expect(outcome.status == 0, "\(outcome.talk)")
            let row = try place.run("query", "SELECT eval_loss > 0, bits_per_byte FROM comparison", "--format", "csv").output
            #expect(row.split(whereSeparator: \.isNewline).last == "1,", "\(row)")
            // Without tokens of their own the last of the corpus are held out: another text.
            let split = try place.run("sweep", "tiny.json", "--no-report", "--set", "name=split")
            #expect(split.status == 0, "\(split.talk)")
            #expect(try place.run("query", "SELECT count(DISTINCT run_id) FROM run", "--format", "csv").output.contains("2"))
            #expect(try place.run("plan", "tiny.json", "--valid", "none.bin").talk.contains("none.bin"))
        }
    }

    /// What `scripts/install` leaves under PREFIX is all that the program needs, wherever it is called.
    @Test func anInstalledProgramFindsTheCorpusThatWasFetchedForIt() throws {
        try inWorkplace { place in
            let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            try place.write(Workplace.config(data: #""corpus": "sotu", "tokenizer": "bytes""#), to: "here/tiny.json")
            for number in 0..<249 { try place.write(Self.text.prefix(4000) + "\(number)\n", to: "project/.slbench/corpora/sotu/\(number).txt") }
            try place.write("", to: "project/.slbench/corpora/sotu/SHA256SUMS")
            let outcome = try place.shell(
                """
                set -e
                mkdir -p project/Sources project/.build/release
                cp -r '\(project.path)/scripts' project/scripts
                cp '\(project.path)/Package.swift' project/
                cp "$SLBENCH" project/.build/release/slbench
                sleep 0.05
                touch project/.build/slbench.stamp
                unset SLBENCH_DATA_DIR
                project/scripts/install "$PWD/prefix"
                mv project elsewhere
                cd here
                ../prefix/bin/slbench plan tiny.json
                """)
            #expect(outcome.status == 0, "\(outcome.talk)")
            #expect(outcome.talk.contains("tokenizing"), "\(outcome.talk)")
            #expect(!outcome.talk.contains("is not there"), "\(outcome.talk)")
        }
    }
}
