import Foundation
import Testing

/// Real processes that are killed: nothing is lost, nothing is repeated, and the bits are those of a sweep left alone.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct KillTests {
    private static let config = Workplace.config(
        methods: #"{"method": "galore", "rank": 4, "update_interval": 7}, {"method": "relora", "rank": 4, "merge_interval": 9, "restart_warmup_steps": 2}"#,
        steps: 120, extra: #", "checkpoint": {"every_steps": 5}, "threads": 1"#)

    private func one(_ place: Workplace, _ sql: String, _ database: String) throws -> Int {
        let lines = try place.run("query", sql, "--db", database, "--format", "csv").output.split(whereSeparator: \.isNewline)
        return try #require(lines.last.flatMap { Int($0) }, "\(sql)")
    }

    @Test(arguments: [SIGKILL, SIGTERM, SIGINT]) func aKilledSweepGoesOn(signal: Int32) throws {
        try inWorkplace { place in
            try place.write(Self.config, to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--db", "whole/r.sqlite").status == 0)
            let (process, _, talk) = try place.process(["sweep", "tiny.json", "--db", "killed/r.sqlite"])
            try Workplace.start(process)
            let runs = place.folder.appending(path: "killed/r.sqlite.runs")
            let began = Processes.waits(60) {
                let files = FileManager.default.enumerator(atPath: runs.path)?.compactMap { $0 as? String } ?? []
                return files.contains { $0.contains("step-") && $0.hasSuffix(".safetensors") }
            }
            #expect(began, "no checkpoint came")
            let trained = Processes.children(of: process)
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            if signal != SIGKILL {
                #expect(process.terminationStatus == 75)
                #expect(try String(contentsOf: talk, encoding: .utf8).contains("run the same command again to go on"))
            }
            // A run whose sweep is gone stops by itself.
            #expect(Processes.waits(30) { !trained.contains(where: Processes.isAlive) })
            let again = try place.run("sweep", "tiny.json", "--db", "killed/r.sqlite")
            #expect(again.status == 0, "\(again.talk)")
            #expect(try one(place, "SELECT count(*) FROM resumption", "killed/r.sqlite") >= 1)
            #expect(try place.facts("killed/r.sqlite") == place.facts("whole/r.sqlite"))
            let left = FileManager.default.enumerator(atPath: runs.path)?.compactMap { $0 as? String } ?? []
            #expect(left.filter { $0.contains("step-") }.isEmpty && left.filter { $0.hasSuffix("weights.safetensors") }.count == 2)
        }
    }

    /// The run's own process alone is killed: the sweep records it and goes on; asked for again, the run does too.
    @Test func aKilledRunIsOneFailure() throws {
        try inWorkplace { place in
            try place.write(Self.config, to: "tiny.json")
            let (process, _, _) = try place.process(["sweep", "tiny.json"])
            try Workplace.start(process)
            #expect(Processes.waits(60) { Processes.children(of: process).contains { kill($0, SIGKILL) == 0 } })
            process.waitUntilExit()
            #expect(process.terminationStatus == 2)
            let database = "results/slbench.sqlite"
            #expect(try one(place, "SELECT count(*) FROM run WHERE status = 'failed' AND failure_reason = 'crashed'", database) == 1)
            #expect(try one(place, "SELECT count(*) FROM run WHERE status = 'finished'", database) == 1)
            #expect(try place.run("sweep", "tiny.json", "--retry-failed").status == 0)
            #expect(try one(place, "SELECT count(*) FROM run WHERE status = 'finished'", database) == 2)
        }
    }
}
