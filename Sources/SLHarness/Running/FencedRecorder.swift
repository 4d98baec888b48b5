public import SLSpec
import Synchronization

/// Records a run as long as the run is this process's: a newer claim ends it before the next fact is written.
public final class FencedRecorder: RunRecorder {
    private let recorder: any RunRecorder
    private let fence: ClaimFence
    private let step = Atomic<Int>(0)

    public init(_ recorder: any RunRecorder, fence: ClaimFence) {
        self.recorder = recorder
        self.fence = fence
    }

    private func check() throws { try fence.check(step: step.load(ordering: .relaxed)) }

    public func start(_ spec: RunSpec, environment: EnvironmentRecord) throws {
        try check()
        try recorder.start(spec, environment: environment)
    }

    public func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) throws -> Bool {
        try check()
        self.step.store(step, ordering: .relaxed)
        return try recorder.resume(spec, environment: environment, atStep: step)
    }

    public func flush() throws {
        try check()
        try recorder.flush()
    }

    public func record(_ sample: StepSample) throws {
        try check()
        step.store(sample.step, ordering: .relaxed)
        try recorder.record(sample)
    }

    public func record(_ evaluation: EvaluationSample) throws {
        try check()
        try recorder.record(evaluation)
    }

    public func record(_ event: LifecycleRecord) throws {
        try check()
        try recorder.record(event)
    }

    public func record(_ data: DataRecord) throws {
        try check()
        try recorder.record(data)
    }

    public func record(_ note: RunNote) throws {
        try check()
        try recorder.record(note)
    }

    public func record(_ probe: ProbeRecord) throws {
        try check()
        try recorder.record(probe)
    }

    public func finish(_ result: RunResult) throws {
        try check()
        try recorder.finish(result)
    }

    public func fail(_ failure: RunFailure, memory: MemoryRecord?) throws {
        try check()
        try recorder.fail(failure, memory: memory)
    }
}
