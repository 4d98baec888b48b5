import Foundation
import Testing

/// A folder for one test, and the cluster that its sweeps go to.
struct ClusterPlace {
    let place: Workplace
    let cluster: SlurmCluster

    static let home = "home/r.sqlite"
    static let away = "away/r.sqlite"

    /// Runs a body in a folder of its own, and takes back what it left in the queue.
    static func with(_ body: (ClusterPlace) throws -> Void) throws {
        let cluster = try #require(OnSlurmCluster.cluster)
        var place = try Workplace()
        place.variables = cluster.variables
        place.launcher = cluster.launcher
        let here = ClusterPlace(place: place, cluster: cluster)
        defer {
            _ = try? here.slurm("scancel --name=\(here.jobName) --signal=KILL --full; scancel --name=\(here.jobName); scancel --name=\(here.lastName)")
            _ = Processes.waits(20) { (try? here.slurm("squeue -h -o %i --name=\(here.jobName),\(here.lastName)"))?.output.isEmpty ?? true }
            place.remove()
        }
        try body(here)
    }

    /// Differs from test to test, so that each takes back what is its own.
    var name: String { "s" + place.folder.lastPathComponent.suffix(8).lowercased() }
    var jobName: String { "slbench-\(name)" }
    /// The job that comes last.
    var lastName: String { jobName + "-collect" }

    /// Writes the sweep's config.
    ///
    /// - Parameters:
    ///   - shards: so many processes may share a run.
    ///   - slurm: members of the key `slurm`.
    func configure(methods: String, steps: Int, shards: Int = 1, slurm: String = "", extra: String = "") throws {
        let config = Workplace.config(
            methods: methods, steps: steps, name: name, extra: #", "checkpoint": {"every_steps": 50}, "threads": 1, "slurm": {\#(slurm)}\#(extra)"#)
        let sharded = config.replacing(#""batch_size": 4,"#, with: #""batch_size": 4, "gradient_accumulation": \#(shards), "shards": \#(shards),"#)
        try place.write(shards > 1 ? sharded : config, to: "c.json")
    }

    /// The same sweep on this machine.
    func runAtHome() throws {
        let outcome = try place.run("sweep", "c.json", "--db", Self.home, "--no-report")
        #expect(outcome.status == 0, "\(outcome.talk)")
    }

    @discardableResult
    func submit(_ more: String..., expecting status: Int32 = 0) throws -> Workplace.Outcome {
        let outcome = try place.run(["sweep", "c.json", "--db", Self.away, "--on", "slurm", "--no-report"] + more)
        #expect(outcome.status == status, "\(outcome.talk)")
        return outcome
    }

    /// A command of Slurm's, or several.
    @discardableResult
    func slurm(_ script: String) throws -> Workplace.Outcome { try place.shell(script) }

    /// A command as so many ranks over the cluster's nodes. `-K1` ends all of them with the first that fails; without it the others would wait for
    /// ever, and so would `srun`.
    @discardableResult
    func ranks(_ count: Int, nodes: Int, seconds: Int = 120, _ command: String) throws -> Workplace.Outcome {
        try slurm("timeout \(seconds) srun -K1 --mpi=pmix -N\(nodes) -n\(count) -c1 --mem=600M --job-name=\(jobName) \(command)")
    }

    /// `ID STATE REASON NODE RESTARTS`, of the jobs of this test.
    func jobs() throws -> [[String]] {
        var answer = Workplace.Outcome(status: 1, output: "", talk: "")
        // A controller that has just been started takes a moment.
        let isAnswered = try Processes.waits(60) {
            answer = try slurm("squeue -h -r -t all --name=\(jobName) -O 'JobArrayID:|,State:|,Reason:|,NodeList:|,RestartCnt:|'")
            return answer.status == 0
        }
        #expect(isAnswered, "\(answer.talk)")
        return answer.output.split(separator: "\n").map { $0.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    /// The jobs, for people.
    var seen: String { ((try? jobs()) ?? []).map { $0.joined(separator: " ") }.joined(separator: "; ") }

    /// Jobs that have not ended.
    func open() throws -> [[String]] {
        try jobs().filter { $0.count > 1 && ["PENDING", "RUNNING", "COMPLETING", "CONFIGURING"].contains($0[1]) }
    }

    func isRunning() throws -> Bool { try jobs().contains { $0.count > 1 && $0[1] == "RUNNING" } }

    /// Waits until nothing of the test is queued or at work. A job that was requeued starts after some seconds; one that is hurried
    /// (`scontrol update StartTime=now`) may come to a node that still holds it for revoked, and fails there without a word.
    func waitForEnd(_ seconds: Double = 240) throws -> Bool {
        try Processes.waits(seconds) {
            if try open().isEmpty { return true }
            Thread.sleep(forTimeInterval: 0.3)
            return false
        }
    }

    func collect() throws {
        let outcome = try place.run("collect", name, "--db", Self.away)
        #expect(outcome.status == 0, "\(outcome.talk)")
    }

    /// Files of the runs away whose names hold a word.
    func files(_ word: String) -> [String] {
        let folder = place.folder.appending(path: Self.away + ".runs")
        return (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []).filter { $0.contains(word) }.sorted()
    }

    struct Claim: Decodable {
        let process_id: pid_t
        let host: String
    }

    /// Claims of that number, by the folders of their runs; one that is just being made is none yet.
    func claims(_ number: Int) -> [String: Claim] {
        files("claim-\(number)").reduce(into: [:]) { found, file in
            guard let bytes = try? Data(contentsOf: place.folder.appending(path: Self.away + ".runs/" + file)) else { return }
            found[(file as NSString).deletingLastPathComponent] = try? JSONDecoder().decode(Claim.self, from: bytes)
        }
    }

    /// The process that made a claim, of the one run that there is.
    func process(ofClaim number: Int) -> pid_t? { claims(number).values.first?.process_id }

    /// Whether a signal has come to a process that stands still.
    func isPending(_ signal: Int32, in process: pid_t) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let pending = status.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") }?.split(whereSeparator: \.isWhitespace).last
        return pending.flatMap { UInt64($0, radix: 16) }.map { $0 & (1 << UInt64(signal - 1)) != 0 } ?? false
    }

    /// Waits until the job that comes last has done so.
    func waitForLast(_ seconds: Double = 90) throws -> Bool {
        try Processes.waits(seconds) {
            Thread.sleep(forTimeInterval: 0.2)
            let states = try slurm("squeue -h -t all -o %T --name=\(lastName)").output.split(whereSeparator: \.isNewline)
            return states.contains("COMPLETED") && states.allSatisfy { ["COMPLETED", "CANCELLED"].contains($0) }
        }
    }

    /// Waits for a checkpoint of a run at work.
    func waitForCheckpoint(_ seconds: Double = 60) -> Bool { Processes.waits(seconds) { files("step-").contains { $0.hasSuffix(".safetensors") } } }

    func one(_ sql: String, _ database: String = away) throws -> String {
        try place.run("query", sql, "--db", database, "--format", "csv").output.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    }

    /// Losses, rates, norms, evaluations, events and digests are those of the sweep at home.
    func expectEqual() throws {
        let (home, away) = (try place.facts(Self.home), try place.facts(Self.away))
        #expect(home.count > 10 && home.contains { $0.hasSuffix(",finished") })
        #expect(away.count == home.count)
        let differences = zip(home, away).filter { $0 != $1 }
        #expect(differences.isEmpty, "\(differences.count) differences, the first: \(differences.first.map { "\($0) | \($1)" } ?? "")")
    }
}
