import Foundation
import Testing

/// Runs as the jobs of a batch system: tasks written by the program, each carried out by a process of its own.
struct BatchWorkplace {
    let place: Workplace
    let database = "shared/r.sqlite"

    /// The sweep at home, in `whole/r.sqlite`, and its tasks, in `tasks.json`.
    init(_ place: Workplace, config: String, isRunAtHome: Bool = true) throws {
        self.place = place
        try place.write(config, to: "tiny.json")
        if isRunAtHome {
            let whole = try place.run("sweep", "tiny.json", "--db", "whole/r.sqlite", "--no-report")
            #expect(whole.status == 0, "\(whole.talk)")
        }
        try writeTasks()
    }

    func writeTasks(_ further: String...) throws {
        let (process, _, talk) = try place.process(["sweep", "tiny.json", "--db", database, "--tasks", "tasks.json"] + further)
        try Workplace.start(process)
        process.waitUntilExit()
        let said = try String(contentsOf: talk, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(said)")
    }

    /// A job's process; its stdin is at its end from the start.
    func job(_ task: Int, _ arguments: [String] = [], environment: [String: String] = [:]) throws -> (process: Process, output: URL, talk: URL) {
        let made = try place.process(["run-cell", "--tasks", "tasks.json", "--task", String(task)] + arguments)
        for name in made.process.environment ?? [:] where name.key.hasPrefix("SLURM_") { made.process.environment?[name.key] = nil }
        made.process.environment?.merge(environment) { $1 }
        return made
    }

    /// A job from its start to its end.
    func finish(_ task: Int, _ arguments: [String] = [], environment: [String: String] = [:]) throws -> Workplace.Outcome {
        let (process, output, talk) = try job(task, arguments, environment: environment)
        try Workplace.start(process)
        process.waitUntilExit()
        return try Workplace.Outcome(
            status: process.terminationStatus, output: String(contentsOf: output, encoding: .utf8), talk: String(contentsOf: talk, encoding: .utf8))
    }

    func folder(_ task: Int) throws -> URL {
        let tasks = try JSONSerialization.jsonObject(with: Data(contentsOf: place.folder.appending(path: "tasks.json"))) as? [String: [String: [String]]]
        return URL(filePath: try #require(tasks?["tasks"]?[String(task)]?.first)).deletingLastPathComponent()
    }

    func files(_ task: Int) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder(task).path).sorted() }

    func hasCheckpoint(_ task: Int) throws -> Bool { try files(task).contains { $0.hasPrefix("step-") && $0.hasSuffix(".safetensors") } }

    func collect(_ arguments: String...) throws -> Workplace.Outcome {
        let (process, output, talk) = try place.process(["collect", "--db", database] + arguments)
        try Workplace.start(process)
        process.waitUntilExit()
        return try Workplace.Outcome(
            status: process.terminationStatus, output: String(contentsOf: output, encoding: .utf8), talk: String(contentsOf: talk, encoding: .utf8))
    }

    func one(_ sql: String, _ database: String? = nil) throws -> String {
        let lines = try place.run("query", sql, "--db", database ?? self.database, "--format", "csv").output.split(whereSeparator: \.isNewline)
        return try #require(lines.last.map { String($0) }, "\(sql)")
    }
}
