import Foundation
import Testing

/// A sweep each of whose runs is trained by several processes: the launcher is a run's process to it.
@Suite(.serialized, .enabled(if: Ranks.isPossible, Ranks.missing)) struct RankSweepTests {
    private static let galore = #"{"method": "galore", "rank": 4, "update_interval": 7}"#
    private static let methods = galore + #", {"method": "relora", "rank": 4, "merge_interval": 9, "restart_warmup_steps": 2}"#

    private static func config(steps: Int, methods: String = methods) -> String {
        Workplace.config(methods: methods, steps: steps, extra: #", "threads": 1, "checkpoint": {"every_steps": 5}"#)
            .replacing(#""batch_size": 4,"#, with: #""batch_size": 4, "gradient_accumulation": 2, "shards": 2,"#)
    }

    private func one(_ place: Workplace, _ sql: String, _ database: String) throws -> String {
        let lines = try place.run("query", sql, "--db", database, "--format", "csv").output.split(whereSeparator: \.isNewline)
        return try #require(lines.last.map(String.init), "\(sql)")
    }

    /// All processes at the work of a database, launchers and ranks.
    private func atWork(_ database: String) -> [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }.filter { number in
            let words = (try? String(contentsOfFile: "/proc/\(number)/cmdline", encoding: .utf8)) ?? ""
            return words.contains("run-cell") && words.contains(database)
        }
    }

    private func ranks(_ database: String) -> [pid_t] {
        atWork(database).filter { !((try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8)) ?? "").contains("mpirun") }
    }

    private func hasCheckpoint(_ place: Workplace, _ database: String) -> Bool {
        let files = FileManager.default.enumerator(atPath: place.folder.appending(path: database + ".runs").path)?.compactMap { $0 as? String } ?? []
        return files.contains { $0.contains("step-") && $0.hasSuffix(".safetensors") }
    }

    @Test func theBitsAreThoseOfOneProcess() throws {
        try inWorkplace { place in
            try place.write(Self.config(steps: 20), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--db", "alone.sqlite", "--no-report").status == 0)
            let shared = try place.run("sweep", "tiny.json", "--set", "ranks=2", "--db", "shared.sqlite", "--no-report")
            #expect(shared.status == 0, "\(shared.talk)")
            #expect(try place.facts("shared.sqlite") == place.facts("alone.sqlite"))
            #expect(try one(place, "SELECT count(*) FROM run WHERE status = 'finished'", "shared.sqlite") == "2")
            #expect(try one(place, "SELECT min(ranks) FROM environment", "shared.sqlite") == "2")
        }
    }

    /// Told to stop, killed at once, or one rank gone: no process is left, and what follows has the bits of a sweep left alone.
    @Test(arguments: ["told", "killed", "launcher", "rank"]) func anEndedSweepGoesOn(how: String) throws {
        try inWorkplace { place in
            try place.write(Self.config(steps: 150, methods: Self.galore), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--db", "alone.sqlite", "--no-report").status == 0)
            let database = place.folder.appending(path: "cut.sqlite").path
            let (process, _, talk) = try place.process(["sweep", "tiny.json", "--set", "ranks=2", "--db", database, "--no-report"])
            try Workplace.start(process)
            #expect(Processes.waits(60) { hasCheckpoint(place, "cut.sqlite") })
            let trained = atWork(database)
            switch how {
            case "told": kill(process.processIdentifier, SIGTERM)
            case "killed": kill(process.processIdentifier, SIGKILL)
            case "launcher": for number in trained where !ranks(database).contains(number) { kill(number, SIGKILL) }
            default: if let number = ranks(database).last { kill(number, SIGKILL) }
            }
            process.waitUntilExit()
            let said = try String(contentsOf: talk, encoding: .utf8)
            switch how {
            // A rank that is left hears that the launcher is gone, as a run hears that its sweep is: it saves itself.
            case "told", "launcher": #expect(process.terminationStatus == 75, "\(said)")
            case "killed": break
            // A first rank that outlives the others for a moment records that it is interrupted; else the sweep records what it sees.
            default: #expect([2, 75].contains(process.terminationStatus), "\(said)")
            }
            #expect(Processes.waits(60) { !trained.contains(where: Processes.isAlive) }, "\(how): a process stays")
            let again = try place.run("sweep", "tiny.json", "--set", "ranks=2", "--retry-failed", "--db", database, "--no-report")
            #expect(again.status == 0, "\(again.talk)")
            #expect(try place.facts("cut.sqlite") == place.facts("alone.sqlite"))
        }
    }

    @Test func moreRanksThanShardsAreRefused() throws {
        try inWorkplace { place in
            try place.write(Self.config(steps: 2), to: "tiny.json")
            let end = try place.run("sweep", "tiny.json", "--set", "ranks=4", "--db", "r.sqlite")
            #expect(end.status == 78 && end.talk.contains("4 ranks can't share training.shards 2"), "\(end.talk)")
        }
    }
}
