public import SLSpec

/// Records nothing: of several ranks the first does.
public final class SilentRecorder: RunRecorder {
    public init() {}

    public func start(_ spec: RunSpec, environment: EnvironmentRecord) {}
    /// Whether the record reaches so far is the first rank's to say.
    public func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) -> Bool { true }
    public func flush() {}
    public func record(_ sample: StepSample) {}
    public func record(_ evaluation: EvaluationSample) {}
    public func record(_ event: LifecycleRecord) {}
    public func record(_ data: DataRecord) {}
    public func record(_ note: RunNote) {}
    public func record(_ probe: ProbeRecord) {}
    public func finish(_ result: RunResult) {}
    public func fail(_ failure: RunFailure, memory: MemoryRecord?) {}
}
