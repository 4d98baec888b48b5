/// Where a run's facts go as they happen. The trainer knows this protocol and no database.
public protocol RunRecorder: AnyObject, Sendable {
    /// The run exists and is `running`. Called once, before the first step.
    func start(_ spec: RunSpec, environment: EnvironmentRecord) throws
    /// The run goes on from a checkpoint: it is `running` again, and what was recorded after `step` is taken back.
    ///
    /// - Returns: `false`, and nothing changed, when the record up to `step` is not complete, so that the run must be started.
    func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) throws -> Bool
    /// Everything recorded so far is on the disk.
    func flush() throws
    func record(_ sample: StepSample) throws
    func record(_ evaluation: EvaluationSample) throws
    /// Of a text and a step at most one that counts: the last.
    func record(_ text: TextSample) throws
    func record(_ event: LifecycleRecord) throws
    /// Once, after the start.
    func record(_ data: DataRecord) throws
    func record(_ note: RunNote) throws
    /// Of one step at most one.
    func record(_ probe: ProbeRecord) throws
    /// The run is `finished`.
    func finish(_ result: RunResult) throws
    /// The run is `diverged`, `failed` or `interrupted`; everything recorded so far stays.
    func fail(_ failure: RunFailure, memory: MemoryRecord?) throws
}
