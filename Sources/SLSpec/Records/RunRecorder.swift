/// Where a run's facts go as they happen. The trainer knows this protocol and no database.
public protocol RunRecorder: AnyObject, Sendable {
    /// The run exists and is `running`. Called once, before the first step.
    func start(_ spec: RunSpec, environment: EnvironmentRecord) throws
    func record(_ sample: StepSample) throws
    func record(_ evaluation: EvaluationSample) throws
    func record(_ event: LifecycleRecord) throws
    /// The run is `finished`.
    func finish(_ result: RunResult) throws
    /// The run is `diverged`, `failed` or `interrupted`; everything recorded so far stays.
    func fail(_ failure: RunFailure, memory: MemoryRecord?) throws
}
