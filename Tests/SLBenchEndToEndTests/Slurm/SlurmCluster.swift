import Foundation
import Testing

/// A real Slurm cluster on this machine, started and stopped by `scripts/lib/slurm-cluster`: three nodes of which two are in the partitions `main` and
/// `high`, where `high` preempts, and the third is in `last` alone. It ends with its stdin, so also with the process that runs the tests.
///
/// With hosts of its own it has five nodes of one core, four of them in `main`, each with a name and a network of its own.
final class SlurmCluster: @unchecked Sendable {
    let folder: URL
    private let process = Process()
    private let input = Pipe()
    private let answers: URL
    private var answered = 0
    private let hasHosts: Bool

    private static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let programs = ["munged", "slurmctld", "slurmd", "sbatch"]
    static let isInstalled = programs.allSatisfy { SearchPlace.has($0) }
    static let missing: Comment = "no Slurm here: the packages slurmctld, slurmd, slurm-client and munge bring it (scripts/test installs them)"

    /// Whether hosts can be made: by root, where the kernel lets it.
    static let canHaveHosts: Bool = {
        guard isInstalled, geteuid() == 0, ["ip", "nsenter", "unshare"].allSatisfy({ SearchPlace.has($0) }), let place = try? Workplace() else { return false }
        defer { place.remove() }
        return (try? place.shell("unshare --net --uts true"))?.status == 0
    }()
    static let noHosts: Comment = "no hosts of their own here: they take root, a kernel that lets it, and the packages iproute2 and util-linux"

    struct Problem: Error, CustomStringConvertible { let description: String }

    init(hosts: Bool = false) throws {
        hasHosts = hosts
        // A socket's path must be short.
        folder = URL(filePath: "/tmp/slbench-slurm-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        answers = folder.appending(path: "answers")
        let talk = folder.appending(path: "talk")
        for file in [answers, talk] { try Data().write(to: file) }
        process.executableURL = Self.package.appending(path: "scripts/lib/slurm-cluster")
        process.arguments = hosts ? ["--hosts", folder.path, "5", "1"] : [folder.path, "3"]
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: answers)
        process.standardError = try FileHandle(forWritingTo: talk)
        try Workplace.start(process)
        do {
            try wait(for: "up", seconds: 60)
        } catch {
            let words = (try? String(contentsOf: talk, encoding: .utf8)) ?? ""
            stop()
            throw Problem(description: "\(error): \(words.suffix(3000))")
        }
    }

    var variables: [String: String] { ["SLURM_CONF": folder.appending(path: "slurm.conf").path] }

    /// What has a process see the cluster: that of the controller's host.
    var launcher: [String] {
        guard hasHosts, let head = try? String(contentsOf: folder.appending(path: "run/host.head.pid"), encoding: .utf8) else { return [] }
        return ["/usr/bin/env", "nsenter", "-t", head.trimmingCharacters(in: .whitespacesAndNewlines), "-n", "-u"]
    }

    private var lines: [String] { ((try? String(contentsOf: answers, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init) }

    private func wait(for word: String, seconds: Double) throws {
        guard Processes.waits(seconds, for: { lines.count > answered || !process.isRunning }), lines.count > answered, lines[answered] == word else {
            throw Problem(description: "the cluster answers '\(lines.dropFirst(answered).first ?? "nothing")' and not '\(word)'")
        }
        answered += 1
    }

    /// `kill-node n2`, `start-controller`: see the script.
    func tell(_ command: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data((command + "\n").utf8))
        try wait(for: "ok", seconds: 30)
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        if !Processes.waits(60, for: { !process.isRunning }) { process.terminate() }
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}

/// Where daemons and their commands may be.
enum SearchPlace {
    static func has(_ program: String) -> Bool {
        ["/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/", "/usr/local/sbin/", "/usr/local/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + program) }
    }
}

/// One cluster for the whole suite.
struct OnSlurmCluster: SuiteTrait, TestScoping {
    @TaskLocal static var cluster: SlurmCluster?
    var hosts = false

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        let cluster = try SlurmCluster(hosts: hosts)
        defer { cluster.stop() }
        try await Self.$cluster.withValue(cluster) { try await function() }
    }
}
