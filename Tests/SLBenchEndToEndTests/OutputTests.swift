import Foundation
import Testing

/// What the program writes takes the place of nothing but its own former outputs, and is refused before anything runs.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct OutputTests {
    private static let text = (0..<400).map { "Line \($0) of a text that is long enough to train on for a moment.\n" }.joined()

    private func prepared(_ place: Workplace) throws -> String {
        try place.write(Self.text, to: "text.txt")
        try place.write("my notes\n", to: "notes.md")
        try place.write(
            Workplace.config(methods: #""full_rank""#, data: #""corpus": "text.txt", "tokenizer": "bytes""#), to: "tiny.json")
        let outcome = try place.run("sweep", "tiny.json", "--db", "a.sqlite", "--no-report")
        #expect(outcome.status == 0, "\(outcome.talk)")
        for (link, target) in [("link.md", "tiny.json"), ("base.md", "a.sqlite")] {
            try FileManager.default.createSymbolicLink(atPath: place.folder.appending(path: link).path, withDestinationPath: target)
        }
        let ids = try place.run("query", "SELECT run_id FROM run", "--db", "a.sqlite", "--format", "csv").output
        return try #require(ids.split(whereSeparator: \.isNewline).last.map(String.init))
    }

    @Test func nothingElseIsOverwritten() throws {
        try inWorkplace { place in
            let run = try prepared(place)
            try place.write("{\"hidden_size\": 8}", to: "model/config.json")
            let kept = ["a.sqlite", "tiny.json", "text.txt", "notes.md", "model/config.json"]
            let before = try kept.map { try Data(contentsOf: place.folder.appending(path: $0)) }
            let sweep = ["sweep", "tiny.json", "--db", "a.sqlite", "--set", "seeds=[7]"]
            let refused: [[String]] = ["a.sqlite", "a.sqlite-wal", "base.md", "tiny.json", "./tiny.json", "notes.md", "text.txt", ".", "/dev/null"].flatMap {
                [["report", "tiny", "--db", "a.sqlite", "-o", $0], ["export", run, "--db", "a.sqlite", "--to", "csv", "-o", $0]]
            } + ["a.sqlite", "link.md", "tiny.json", "notes.md", "text.txt", "notes.md/x.md", String(repeating: "n", count: 300) + ".md"].flatMap {
                [sweep + ["--report", $0], sweep + ["--set", "report=\"\($0)\""]]
            } + [
                ["report", "tiny", "--db", "a.sqlite", "--format", "csv", "-o", "notes.md"],
                ["export", run, "--db", "a.sqlite", "--to", "safetensors", "-o", "model"],
                ["export", run, "--db", "a.sqlite", "--to", "tensorboard", "-o", "notes.md"],
                ["bench-kernels", "-o", "notes.md", "--tokens", "64", "--repeats", "1"],
            ]
            for arguments in refused {
                let (process, _, talk) = try place.process(arguments)
                try Workplace.start(process)
                process.waitUntilExit()
                // A name in the config that can't be a report's is the config's problem.
                #expect([64, 74, 78].contains(process.terminationStatus), "\(arguments): \((try? String(contentsOf: talk, encoding: .utf8)) ?? "")")
            }
            #expect(try kept.map { try Data(contentsOf: place.folder.appending(path: $0)) } == before)
            // Nothing was trained for a report that could not be written.
            #expect(try place.run("query", "SELECT count(*) FROM run", "--db", "a.sqlite", "--format", "csv").output.hasSuffix("1\r\n"))
            #expect(try place.run("db", "check", "--db", "a.sqlite").status == 0)
            // A former output is replaced, through a link too.
            for _ in 0..<2 { #expect(try place.run("report", "tiny", "--db", "a.sqlite", "-o", "out.md").status == 0) }
            for _ in 0..<2 { #expect(try place.run("export", run, "--db", "a.sqlite", "--to", "safetensors", "-o", "weights").status == 0) }
            for to in ["csv", "jsonl"] {
                for _ in 0..<2 { #expect(try place.run("export", run, "--db", "a.sqlite", "--to", to, "-o", "curve.\(to)").status == 0) }
            }
            for _ in 0..<2 { #expect(try place.run("report", "tiny", "--db", "a.sqlite", "--format", "csv", "-o", "tables").status == 0) }
        }
    }

    @Test func aReportWithMoreFinishedRunsStays() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #""full_rank""#), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--set", "seeds=[1,2,3]").status == 0)
            let whole = try place.read("results/tiny.md")
            let outcome = try place.run("sweep", "tiny.json", "--db", "results/other.sqlite")
            #expect(outcome.status == 0 && outcome.talk.contains("holds 3 finished runs") && outcome.talk.contains("results/tiny.partial.md"), "\(outcome.talk)")
            #expect(try place.read("results/tiny.md") == whole)
            #expect(try place.read("results/tiny.partial.md").hasPrefix("# Sweep tiny"))
            // As many or more take its place.
            #expect(try place.run("sweep", "tiny.json", "--set", "seeds=[1,2,3,4]").status == 0)
            #expect(try place.read("results/tiny.md").contains("4 runs: 4 finished"))
        }
    }
}

/// Sweeps and databases that could get into each other's way.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct SharedNameTests {
    private func one(_ place: Workplace, _ sql: String, _ database: String = "results/slbench.sqlite") throws -> String {
        try place.run("query", sql, "--db", database, "--format", "csv").output.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    }

    private func waits(_ file: URL, for words: String) -> Bool {
        Processes.waits(60) { (try? String(contentsOf: file, encoding: .utf8))?.contains(words) ?? false }
    }

    @Test func aNameInUseIsRefusedAndAPlanThatDropsRunsSaysSo() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #""full_rank""#), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--set", "seeds=[1,2]", "--no-report").status == 0)
            let (process, _, talk) = try place.process(["sweep", "tiny.json", "--set", "training.steps=40000", "--no-report"])
            try Workplace.start(process)
            #expect(waits(talk, for: "step "))
            #expect(try String(contentsOf: talk, encoding: .utf8).contains("2 finished runs of the sweep 'tiny' that this plan does not hold"))
            let second = try place.run("sweep", "tiny.json", "--set", "seeds=[5]", "--no-report")
            #expect(second.status == 74 && second.talk.contains("another process works on the sweep 'tiny': process \(process.processIdentifier) on "))
            #expect(try one(place, "SELECT count(*) FROM sweep_run") == "1")
            // The lock ends with its process.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let back = try place.run("sweep", "tiny.json", "--set", "seeds=[1,2]", "--no-report")
            #expect(back.status == 0 && back.talk.contains("nothing to run"), "\(back.talk)")
        }
    }

    @Test func databasesOfOneFolderShareNothing() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #""full_rank""#), to: "tiny.json")
            for name in ["a.sqlite", "b.sqlite"] { #expect(try place.run("sweep", "tiny.json", "--db", name, "--no-report").status == 0) }
            let run = try one(place, "SELECT run_id FROM run", "a.sqlite")
            for name in ["a", "b"] {
                #expect(FileManager.default.fileExists(atPath: place.folder.appending(path: "\(name).sqlite.runs/\(run)/weights.safetensors").path))
            }
            #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: "runs").path))
            // As an earlier version left it: one folder for all.
            let files = FileManager.default
            try files.removeItem(at: place.folder.appending(path: "b.sqlite.runs"))
            try files.moveItem(at: place.folder.appending(path: "a.sqlite.runs"), to: place.folder.appending(path: "runs"))
            #expect(try place.run("export", run, "--db", "a.sqlite", "--to", "safetensors", "-o", "out").status == 0)
            // A merge brings the weights along.
            #expect(try place.run("db", "merge", "new/c.sqlite", "a.sqlite").talk.contains("weights of 1"))
            try files.removeItem(at: place.folder.appending(path: "runs"))
            #expect(try place.run("export", run, "--db", "new/c.sqlite", "--to", "safetensors", "-o", "merged").status == 0)
            #expect(try place.run("export", run, "--db", "a.sqlite", "--to", "safetensors", "-o", "gone").status == 66)
        }
    }

    @Test(arguments: [SIGINT, SIGKILL]) func aStoppedRerunKeepsTheOldResult(signal: Int32) throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #""full_rank""#, steps: 1500, extra: #", "threads": 1"#), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--no-report").status == 0)
            let facts = "SELECT eval_loss || ' ' || wall_seconds FROM comparison"
            let before = try one(place, facts)
            let (process, _, talk) = try place.process(["sweep", "tiny.json", "--rerun", "--no-report"])
            try Workplace.start(process)
            let attempt = place.folder.appending(path: "results/slbench.sqlite.runs").path
            #expect(Processes.waits(60) {
                ((try? FileManager.default.contentsOfDirectory(atPath: attempt)) ?? []).contains { $0.hasSuffix(".attempt.sqlite") }
            })
            #expect(try one(place, facts) == before)
            let runs = Processes.children(of: process)
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            #expect(Processes.waits(30) { !runs.contains(where: Processes.isAlive) })
            if signal == SIGINT {
                #expect(process.terminationStatus == 75)
                #expect(try String(contentsOf: talk, encoding: .utf8).contains("The earlier result stays."))
            }
            #expect(try one(place, facts) == before)
            let again = try place.run("sweep", "tiny.json", "--no-report")
            #expect(again.status == 0 && again.talk.contains("nothing to run"), "\(again.talk)")
            #expect(try one(place, facts) == before && one(place, "SELECT attempt FROM run") == "1")
            #expect(try place.run("db", "check").status == 0)
            let left = FileManager.default.enumerator(atPath: place.folder.path)?.compactMap { $0 as? String } ?? []
            #expect(left.filter { $0.contains("attempt") || $0.contains("/step-") } == [])
        }
    }
}
