import Foundation
import Testing

/// Sweeps with runs side by side: stopped, killed, out of disk, out of their folder.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct ParallelSweepTests {
    private static let long = Workplace.config(
        methods: #""full_rank", {"method": "sltrain", "rank": 4}"#, steps: 1500,
        extra: #", "seeds": [1, 2], "checkpoint": {"every_steps": 50}, "threads": 1"#)

    private func one(_ place: Workplace, _ sql: String) throws -> String {
        try place.run("query", sql, "--format", "csv").output.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    }

    /// A sweep with two runs at work that have a checkpoint each.
    private func started(_ place: Workplace, _ arguments: [String] = []) throws -> (process: Process, runs: [pid_t], talk: URL) {
        let (process, _, talk) = try place.process(["sweep", "long.json", "--jobs", "2", "--no-report"] + arguments)
        try Workplace.start(process)
        let folder = place.folder.appending(path: "results/slbench.sqlite.runs").path
        let began = Processes.waits(60) {
            let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
            return Set(files.filter { $0.contains("/step-") && $0.hasSuffix(".safetensors") }.map { $0.prefix(12) }).count >= 2
        }
        #expect(began, "no two checkpoints came")
        let runs = Processes.children(of: process)
        #expect(runs.count == 2)
        return (process, runs, talk)
    }

    @Test(arguments: [SIGINT, SIGKILL]) func twoRunsAreStoppedAndBothGoOn(signal: Int32) throws {
        try inWorkplace { place in
            try place.write(Self.long, to: "long.json")
            let (process, runs, talk) = try started(place)
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            if signal == SIGINT {
                #expect(process.terminationStatus == 75)
                #expect(try String(contentsOf: talk, encoding: .utf8).contains("run the same command again to go on"))
                #expect(try one(place, "SELECT count(*) FROM run WHERE status = 'interrupted'") == "2")
            }
            // Neither keeps the other's pipe open: both notice that the sweep is gone.
            #expect(Processes.waits(30) { !runs.contains(where: Processes.isAlive) })
            let again = try place.run("sweep", "long.json", "--jobs", "2", "--no-report")
            #expect(again.status == 0, "\(again.talk)")
            #expect(try one(place, "SELECT count(*) FROM resumption") == "2")
            #expect(try one(place, "SELECT count(*) FROM run WHERE status = 'finished'") == "4")
            // The methods took turns: both of the first seed began before any of the second.
            #expect(try one(place, "SELECT max(started_at) FROM run JOIN run_spec USING (run_id) WHERE seed = 1")
                < one(place, "SELECT min(started_at) FROM run JOIN run_spec USING (run_id) WHERE seed = 2"))
            #expect(try one(place, "SELECT min(companion_runs) FROM run JOIN run_spec USING (run_id) WHERE seed = 1") == "1")
            let files = FileManager.default.enumerator(atPath: place.folder.path)?.compactMap { $0 as? String } ?? []
            #expect(files.filter { $0.contains("/step-") }.isEmpty)
        }
    }

    /// The folder goes while runs record: nothing is written into a deleted file, and the sweep says so.
    @Test func aRemovedFolderIsNoticed() throws {
        try inWorkplace { place in
            try place.write(Self.long, to: "long.json")
            let (process, runs, talk) = try started(place)
            try FileManager.default.moveItem(at: place.folder.appending(path: "results"), to: place.folder.appending(path: "away"))
            let said = try Processes.waits(30) {
                try String(contentsOf: talk, encoding: .utf8).contains("is gone: the file or its folder was removed")
            }
            #expect(said)
            kill(process.processIdentifier, SIGTERM)
            #expect(Processes.waits(30) { !runs.contains(where: Processes.isAlive) })
            process.waitUntilExit()
            #expect(process.terminationStatus == 74)
            // Put back, it goes on.
            try? FileManager.default.removeItem(at: place.folder.appending(path: "results"))
            try FileManager.default.moveItem(at: place.folder.appending(path: "away"), to: place.folder.appending(path: "results"))
            let again = try place.run("sweep", "long.json", "--jobs", "2", "--no-report")
            #expect(again.status == 0, "\(again.talk)")
            #expect(try one(place, "SELECT count(*) FROM resumption") == "2")
            #expect(try place.run("db", "check").status == 0)
        }
    }

    /// Nothing is begun that no disk of this world could hold.
    @Test func tooLittleDiskIsRefusedBeforeTheStart() throws {
        try inWorkplace { place in
            let seeds = (1...400).map(String.init).joined(separator: ",")
            let config = Workplace.config(methods: #""full_rank""#, steps: 1_000_000_000, extra: #", "seeds": [\#(seeds)]"#)
            try place.write(config, to: "vast.json")
            let refused = try place.run("sweep", "vast.json", "--jobs", "2")
            #expect(refused.status == 74 && refused.talk.contains("too little disk") && refused.talk.contains("are free"), "\(refused.talk)")
            #expect(try one(place, "SELECT count(*) FROM run") == "0")
        }
    }

    @Test func thePlanSaysWhatChanged() throws {
        try inWorkplace { place in
            let text = (0..<400).map { "Line \($0) of a text that is long enough to train on for a moment.\n" }.joined()
            try place.write(text, to: "text.txt")
            try place.write(Workplace.config(methods: #""full_rank""#, data: #""corpus": "text.txt", "tokenizer": "bytes""#), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--no-report").status == 0)
            let same = try place.run("plan", "tiny.json")
            #expect(same.output.contains("done") && !same.output.contains("changed"), "\(same.output)")
            try place.write(text + text, to: "text.txt")
            let other = try place.run("plan", "tiny.json")
            #expect(other.output.contains("new (the corpus changed: ") && other.output.contains("… was "), "\(other.output)")
            let machine = try place.run("plan", "tiny.json", "--format", "csv").output.split(whereSeparator: \.isNewline)
            #expect(machine.first?.contains(",disk_bytes,note,") == true && machine.last?.contains("the corpus changed") == true)
        }
    }

    @Test func moreThreadsThanCoresAreWarnedOf() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--jobs", "0").status == 64)
            let warned = try place.run("sweep", "tiny.json", "--jobs", "64", "--threads", "16", "--no-report")
            #expect(warned.status == 0 && warned.talk.contains("want 1024 cores"), "\(warned.talk)")
        }
    }
}
