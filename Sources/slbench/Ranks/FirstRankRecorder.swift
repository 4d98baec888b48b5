import SLRanks
import SLSpec

/// What can't be recorded is the first rank's own trouble, and no end that all ranks have come to.
final class FirstRankRecorder: RunRecorder {
    private let recorder: any RunRecorder

    init(_ recorder: any RunRecorder) { self.recorder = recorder }

    func start(_ spec: RunSpec, environment: EnvironmentRecord) throws { try owned { try recorder.start(spec, environment: environment) } }
    func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) throws -> Bool {
        try owned { try recorder.resume(spec, environment: environment, atStep: step) }
    }
    func flush() throws { try owned { try recorder.flush() } }
    func record(_ sample: StepSample) throws { try owned { try recorder.record(sample) } }
    func record(_ evaluation: EvaluationSample) throws { try owned { try recorder.record(evaluation) } }
    func record(_ event: LifecycleRecord) throws { try owned { try recorder.record(event) } }
    func record(_ data: DataRecord) throws { try owned { try recorder.record(data) } }
    func record(_ note: RunNote) throws { try owned { try recorder.record(note) } }
    func record(_ probe: ProbeRecord) throws { try owned { try recorder.record(probe) } }
    func finish(_ result: RunResult) throws { try owned { try recorder.finish(result) } }
    func fail(_ failure: RunFailure, memory: MemoryRecord?) throws { try recorder.fail(failure, memory: memory) }

    private func owned<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let failure as RunFailure { throw RankError.failed(call: "the record of the run", problem: failure.message) }
    }
}
