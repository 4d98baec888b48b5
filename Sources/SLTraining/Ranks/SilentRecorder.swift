public import SLSpec

/// Takes everything and keeps nothing: for processes that share a run with the one that records it, and for runs that nobody records.
public final class SilentRecorder: RunRecorder {
    public init() {}

    public func start(_ spec: RunSpec, environment: EnvironmentRecord) {}
    /// Whether a record reaches so far is to be asked of who keeps one.
    public func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) -> Bool { true }
    public func flush() {}
    public func record(_ sample: StepSample) {}
    public func record(_ evaluation: EvaluationSample) {}
    public func record(_ text: TextSample) {}
    public func record(_ event: LifecycleRecord) {}
    public func record(_ data: DataRecord) {}
    public func record(_ note: RunNote) {}
    public func record(_ probe: ProbeRecord) {}
    public func finish(_ result: RunResult) {}
    public func fail(_ failure: RunFailure, memory: MemoryRecord?) {}
}
