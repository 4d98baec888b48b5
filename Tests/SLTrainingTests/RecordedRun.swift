import Foundation
import SLSpec
import Synchronization

/// A record of one run that outlives the process that writes it, and can be cut off like one.
final class RecordedRun: RunRecorder {
    static let environment = EnvironmentRecord(
        programVersion: "test", commit: nil, commitIsDirty: nil, host: "test", operatingSystem: "", cpu: "", cores: 2, memoryBytes: 1,
        blas: "", blasCore: "", threads: 2, swiftVersion: "", sqliteVersion: nil)

    /// What a killed process does: nothing any more.
    struct Killed: Error {}

    struct Seen {
        var starts = 0
        var resumptions: [Int] = []
        var steps: [StepSample] = []
        var evaluations: [EvaluationSample] = []
        var texts: [TextSample] = []
        var events: [LifecycleRecord] = []
        var data: DataRecord?
        var notes: [RunNote] = []
        var probes: [ProbeRecord] = []
        var result: RunResult?
        var failure: RunFailure?
        var failureMemory: MemoryRecord?
        /// Records that are still taken; then the process is dead.
        var patience = Int.max
    }

    private let state = Mutex(Seen())
    var seen: Seen { state.withLock { $0 } }

    func revive(patience: Int) { state.withLock { $0.patience = patience } }

    /// What must be the same however often a run was killed: losses, rates, norms, tokens, events without their times.
    var traces: [[String]] {
        let seen = seen
        return [
            seen.steps.map { "\($0.step) \($0.loss) \($0.learningRate) \($0.gradientNorm) \($0.tokens)" },
            seen.evaluations.map { "\($0.step) \($0.loss) \($0.tokens)" },
            seen.events.map { event in
                let measured = event.measurements.filter { $0.key != "seconds" }.sorted { $0.key < $1.key }
                return "\(event.step) \(event.kind) \(measured.map { "\($0.key)=\($0.value)" })"
            },
            [seen.result?.weightsSHA256 ?? "none", "\(seen.result?.trainLoss ?? .nan)", "\(seen.result?.tokens ?? 0)"],
            seen.texts.map { "\($0.kind) \($0.corpus) \($0.evaluation.step) \($0.evaluation.loss) \($0.evaluation.tokens)" },
        ]
    }

    private func take(_ body: (inout Seen) -> Void) throws {
        try state.withLock {
            guard $0.patience > 0 else { throw Killed() }
            $0.patience -= 1
            body(&$0)
        }
    }

    func start(_ spec: RunSpec, environment: EnvironmentRecord) throws {
        try take {
            $0.starts += 1
            ($0.steps, $0.evaluations, $0.texts, $0.events, $0.notes, $0.probes) = ([], [], [], [], [], [])
        }
    }

    func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) throws -> Bool {
        guard seen.steps.filter({ $0.step <= step }).count == step else { return false }
        try take {
            $0.resumptions.append(step)
            $0.steps.removeAll { $0.step > step }
            $0.evaluations.removeAll { $0.step > step }
            $0.texts.removeAll { $0.evaluation.step > step }
            $0.events.removeAll { $0.step > step }
            $0.probes.removeAll { $0.step > step }
            $0.notes.removeAll { $0.step > step || ($0.step == step && $0.kind == .changedConditions) }
        }
        return true
    }

    func flush() {}
    func record(_ sample: StepSample) throws { try take { $0.steps.append(sample) } }
    func record(_ evaluation: EvaluationSample) throws {
        try take {
            $0.evaluations.removeAll { $0.step == evaluation.step }
            $0.evaluations.append(evaluation)
        }
    }
    func record(_ text: TextSample) throws {
        try take {
            $0.texts.removeAll { $0.kind == text.kind && $0.corpus == text.corpus && $0.evaluation.step == text.evaluation.step }
            $0.texts.append(text)
        }
    }
    func record(_ event: LifecycleRecord) throws { try take { $0.events.append(event) } }
    func record(_ data: DataRecord) throws { try take { $0.data = data } }
    func record(_ note: RunNote) throws { try take { $0.notes.append(note) } }
    func record(_ probe: ProbeRecord) throws { try take { $0.probes.append(probe) } }
    func finish(_ result: RunResult) throws { try take { $0.result = result } }
    func fail(_ failure: RunFailure, memory: MemoryRecord?) throws {
        try take {
            $0.failure = failure
            $0.failureMemory = memory
        }
    }
}
