import Foundation
import Testing

/// The real program, run in a folder of its own.
struct Workplace {
    struct Outcome {
        let status: Int32
        let output: String
        let talk: String
    }

    let folder: URL
    /// What the environment has beside what it has anyway.
    var variables: [String: String] = [:]
    /// What every process is started by, in place of this one: a program and its arguments.
    var launcher: [String] = []

    /// The program under test: $SLBENCH_BINARY, or the release build beside the package.
    static let binary: URL? = {
        let named = ProcessInfo.processInfo.environment["SLBENCH_BINARY"].map { URL(filePath: $0) }
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return [named, package.appending(path: ".build/release/slbench")].compactMap(\.self)
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    static let missing: Comment = "no program: build it (scripts/slbench --version) or set SLBENCH_BINARY"

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "slbench-e2e-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func write(_ text: some StringProtocol, to name: String) throws { try write(Data(text.utf8), to: name) }

    func write(_ bytes: Data, to name: String) throws {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: file)
    }

    func read(_ name: String) throws -> String { try String(contentsOf: folder.appending(path: name), encoding: .utf8) }

    /// The program, ready to be started by ``start(_:)``.
    func process(_ arguments: [String]) throws -> (process: Process, output: URL, talk: URL) {
        try process(#require(Self.binary, Self.missing), arguments)
    }

    private func process(_ program: URL, _ arguments: [String]) throws -> (process: Process, output: URL, talk: URL) {
        let process = Process()
        let words = launcher + [program.path] + arguments
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        environment["SLBENCH_DATA_DIR"] = folder.appending(path: "data").path
        environment["SLBENCH_DB"] = nil
        process.environment = environment.merging(variables) { $1 }
        let name = UUID().uuidString
        let (output, talk) = (folder.appending(path: "\(name).out"), folder.appending(path: "\(name).err"))
        for file in [output, talk] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: talk)
        process.standardInput = FileHandle.nullDevice
        return (process, output, talk)
    }

    @discardableResult
    func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    @discardableResult
    func run(_ arguments: [String]) throws -> Outcome {
        let (process, output, talk) = try process(arguments)
        try Workplace.start(process)
        process.waitUntilExit()
        return try Outcome(
            status: process.terminationStatus, output: String(contentsOf: output, encoding: .utf8),
            talk: String(contentsOf: talk, encoding: .utf8))
    }

    /// A child has those signals blocked that the thread has which starts it, and a test's thread may have all of them.
    static func start(_ process: Process) throws {
        var (none, former) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        try process.run()
    }

    /// A script for bash, in the workplace, with the program as $SLBENCH.
    func shell(_ script: String) throws -> Outcome {
        let (process, output, talk) = try process(URL(filePath: "/bin/bash"), ["-c", script])
        process.environment?["SLBENCH"] = Self.binary?.path
        try Workplace.start(process)
        process.waitUntilExit()
        return try Outcome(
            status: process.terminationStatus, output: String(contentsOf: output, encoding: .utf8),
            talk: String(contentsOf: talk, encoding: .utf8))
    }

    /// Everything of a database that must not depend on where, by whom and in how many pieces its runs were made, a line each: times and memory are each
    /// machine's own.
    ///
    /// - Parameter kinds: of events that tell how a run was made.
    func facts(_ database: String, without kinds: [String] = ["ranks"]) throws -> [String] {
        let left = kinds.map { "'\($0)'" }.joined(separator: ", ")
        return try [
            "SELECT run_key, status FROM run JOIN run_spec USING (run_id) ORDER BY run_key",
            "SELECT run_id, step, loss, learning_rate, gradient_norm, tokens FROM step_sample ORDER BY run_id, step",
            "SELECT run_id, step, loss, perplexity, tokens FROM evaluation ORDER BY run_id, step",
            """
            SELECT run_id, step, kind, json_remove(measurements, '$.seconds') AS measured FROM lifecycle_event WHERE kind NOT IN (\(left))
            ORDER BY run_id, step, kind, measured
            """,
            "SELECT run_id, steps, tokens, train_loss, weights_sha256 FROM run_result ORDER BY run_id",
        ].flatMap { sql in
            let answer = try run("query", sql, "--db", database, "--format", "csv")
            try #require(answer.status == 0, "\(answer.talk)")
            return answer.output.split(whereSeparator: \.isNewline).map(String.init)
        }
    }

    /// A sweep that takes a moment: a tiny model on the synthetic corpus.
    static func config(
        methods: String = #""full_rank", {"method": "sltrain", "rank": 4}"#, steps: Int = 3, name: String = "tiny",
        data: String = #""corpus": "synthetic", "tokenizer": "bytes""#, vocabulary: Int = 259, extra: String = ""
    ) -> String {
        """
        {"name": "\(name)", "model": {"name": "tiny", "vocab_size": \(vocabulary), "hidden_size": 16, "intermediate_size": 40,
         "num_hidden_layers": 2, "num_attention_heads": 2}, "methods": [\(methods)], "data": {\(data)},
         "training": {"steps": \(steps), "batch_size": 4, "sequence_length": 32, "warmup_steps": 1},
         "evaluation": {"tokens": 256}\(extra)}
        """
    }
}

/// A folder for one test, removed afterwards.
@discardableResult
func inWorkplace<Result>(_ body: (Workplace) throws -> Result) throws -> Result {
    let place = try Workplace()
    defer { place.remove() }
    return try body(place)
}
