import SLSpec

/// For processes that share a run with the one that records it.
final class SilentRecorder: RunRecorder {
    func start(_ spec: RunSpec, environment: EnvironmentRecord) {}
    /// Asked of nobody: the first process decides.
    func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) -> Bool { true }
    func flush() {}
    func record(_ sample: StepSample) {}
    func record(_ evaluation: EvaluationSample) {}
    func record(_ event: LifecycleRecord) {}
    func record(_ data: DataRecord) {}
    func record(_ note: RunNote) {}
    func record(_ probe: ProbeRecord) {}
    func finish(_ result: RunResult) {}
    func fail(_ failure: RunFailure, memory: MemoryRecord?) {}
}
