import Foundation
import SLHarness
import SLMethodKit
import SLMethods
import SLSpec
import Synchronization

/// A ledger in memory.
final class FakeLedger: RunLedger {
    struct Entry {
        var status: RunStatus
        var failure: RunFailure?
    }

    let entries = Mutex<[String: Entry]>([:])
    let throughput: [ThroughputKey: Double]
    let made: [String: ProgramIdentity]
    let started: [RunSpec]
    /// Nothing can be read or written any more.
    let isBroken = Atomic<Bool>(false)

    init(
        _ statuses: [String: RunStatus] = [:], throughput: [ThroughputKey: Double] = [:], made: [String: ProgramIdentity] = [:],
        started: [RunSpec] = []
    ) {
        self.throughput = throughput
        self.made = made
        self.started = started
        entries.withLock { $0 = statuses.mapValues { Entry(status: $0, failure: nil) } }
    }

    func status(of runKeys: [String]) throws -> [String: RunStatus] {
        if isBroken.load(ordering: .relaxed) { throw FileError(file: "r.sqlite", problem: "is gone", condition: .vanished) }
        return entries.withLock { entries in
            Dictionary(uniqueKeysWithValues: runKeys.compactMap { key in entries[key].map { (key, $0.status) } })
        }
    }

    func failure(of runKey: String) -> RunFailure? { entries.withLock { $0[runKey]?.failure } }

    func markFailed(_ spec: RunSpec, _ failure: RunFailure, processID: Int32?) throws {
        let key = try spec.runKey()
        entries.withLock { $0[key] = Entry(status: failure.status, failure: failure) }
    }

    func makers(ofFinished runKeys: [String]) -> [String: ProgramIdentity] { made }
    func startedSpecs(sweep: String) -> [RunSpec] { started }
    func measuredThroughput(threads: Int) -> [ThroughputKey: Double] { throughput }
}

enum Sample {
    static let shape = ModelShape(name: "tiny", vocabularySize: 259, hiddenSize: 16, intermediateSize: 40, layerCount: 2, headCount: 2)

    static func spec(_ method: String, seed: UInt64 = 1, given: [String: OptionValue] = [:]) throws -> RunSpec {
        let descriptor = try BuiltinMethods.registry.descriptor(named: method)
        return RunSpec(
            model: shape, method: method, options: MethodOptions(descriptor: descriptor, model: shape, given: given),
            training: TrainingSpec(steps: 10, batchSize: 4, sequenceLength: 32, learningRate: 1e-3, warmupSteps: 1),
            data: DataIdentity(
                name: "d", packing: .concat, corpusSHA256: "a", tokenizer: "bytes", tokenizerSHA256: "b", vocabularySize: 259,
                trainTokens: 100_000, validationTokens: 1000),
            evaluation: EvaluationSpec(tokens: 512), seed: seed)
    }

    static func plan(
        _ specs: [RunSpec], _ ledger: any RunLedger = EmptyLedger(), retriesFailed: Bool = false, rerunsAll: Bool = false, rate: Double = 1e9,
        checkpoint: CheckpointPolicy = CheckpointPolicy(), program: ProgramIdentity? = nil
    ) throws -> SweepPlan {
        try SweepPlanner(
            registry: BuiltinMethods.registry, threads: 2, retriesFailed: retriesFailed, rerunsAll: rerunsAll, checkpoint: checkpoint, program: program
        ).plan(
            name: "sweep", cells: specs.map { ($0, "methods[0]") }, data: DataSpec(), ledger: ledger, rate: { rate })
    }
}

/// A folder for one test, removed afterwards.
func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-harness-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
}
