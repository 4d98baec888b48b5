import Foundation
import SLHarness
import SLMethodKit
import SLMethods
import SLNumerics
import SLSpec
import SLStore
import SLSystem

/// What the whole program shares: the methods it knows and what it says of itself.
enum Program {
    static let version = "0.1.0"
    static let registry = BuiltinMethods.registry
    static let defaultDatabase = "results/slbench.sqlite"

    static var versionText: String {
        let source = SourceTree.ofProgram()
        let commit = source.map { " (\($0.commit.prefix(12))\($0.isDirty ? ", modified" : ""))" } ?? ""
        return "slbench \(version)\(commit), \(BLASEnvironment.configuration), SQLite \(sqliteVersion ?? "unknown")"
    }

    /// Which of its forms the kernels run in.
    static var vectorUnits: String {
        let list = { (units: [VectorUnits]) in units.map(\.rawValue).joined(separator: ", ") }
        let missing = VectorUnits.built.filter { !VectorUnits.available.contains($0) }
        return "\(VectorUnits.active.rawValue); the program has \(list(VectorUnits.built))"
            + (missing.isEmpty ? "" : ", the processor lacks \(list(missing))")
    }

    static var identity: ProgramIdentity {
        let source = SourceTree.ofProgram()
        return ProgramIdentity(version: version, commit: source?.commit, isModified: source?.isDirty ?? false)
    }

    static var sqliteVersion: String? {
        guard let table = try? ResultStore.inMemory().query("SELECT sqlite_version()"), case .text(let version)? = table.rows.first?.first
        else { return nil }
        return version
    }

    static var probe: EnvironmentProbe {
        EnvironmentProbe(
            programVersion: version, blas: "\(BLASEnvironment.configuration); products \(ProductLibrary.summary)", blasCore: BLASEnvironment.core,
            sqliteVersion: sqliteVersion, vectorUnits: VectorUnits.active.rawValue)
    }

    /// Threads of each of so many runs side by side when nobody says: what the process may use, shared, or what is given.
    static func threads(_ asked: Int?, config: Int? = nil, jobs: Int = 1, otherwise standard: Int? = nil) -> Int {
        asked ?? config ?? threadsByVariable ?? standard ?? max(1, MachineProbe.usableCores / jobs)
    }

    /// What the variable says was checked when the program started.
    static var threadsByVariable: Int? { (try? EnvironmentVariable.wholeNumber("SLBENCH_THREADS", ProgramStart.threadRange)) ?? nil }

    /// - Throws: `FileError` when the limits set for this process leave no room for so many threads. OpenBLAS would wait for it for ever.
    static func checked(threads: Int) throws -> Int {
        try LimitGuard().check(threads: threads, jobs: 1)
        return threads
    }
}

/// The database as the harness sees it.
struct StoreLedger: RunLedger {
    let store: ResultStore
    /// Whether runs of any machine tell how long another takes, the slowest of equal ones; otherwise those of this one.
    var isOfAnyHost = false

    func status(of runKeys: [String]) throws -> [String: RunStatus] { try store.status(of: runKeys) }

    func failure(of runKey: String) throws -> RunFailure? {
        guard try store.status(of: runKey) != nil else { return nil }
        return try store.history(run: runKey).failure
    }

    func markFailed(_ spec: RunSpec, _ failure: RunFailure, processID: Int32?) throws {
        try store.markFailed(spec, failure, processID: processID)
    }

    func makers(ofFinished runKeys: [String]) throws -> [String: ProgramIdentity] {
        try store.environments(ofFinished: runKeys).mapValues { ProgramIdentity($0) }
    }

    func startedSpecs(sweep: String) throws -> [RunSpec] { try store.startedSpecs(sweep: sweep) }

    func measuredThroughput(threads: Int) throws -> [ThroughputKey: Double] {
        var result: [ThroughputKey: Double] = [:]
        for run in try store.measuredSpeeds(host: isOfAnyHost ? nil : MachineProbe.host, threads: threads) {
            result[ThroughputKey(run.spec)] = run.tokensPerSecond * Double(run.spec.training.totalTokens) / Double(run.tokens)
        }
        return result
    }
}
