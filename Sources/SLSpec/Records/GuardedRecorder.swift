/// A call of a recorder, as far as what goes around it needs to know.
public enum RecorderCall: Sendable, Hashable {
    case resume(atStep: Int)
    case sample(step: Int)
    /// The end of a run that has not finished.
    case failure
    case other
}

/// What goes around each call of a recorder: it can refuse it, or say an error of it in other words.
public protocol RecorderGuard: AnyObject, Sendable {
    func around<Value>(_ call: RecorderCall, _ body: () throws -> Value) throws -> Value
}

/// Another recorder, with something around each of its calls.
public final class GuardedRecorder: RunRecorder {
    private let recorder: any RunRecorder
    private let sentry: any RecorderGuard

    public init(_ recorder: any RunRecorder, by sentry: any RecorderGuard) {
        self.recorder = recorder
        self.sentry = sentry
    }

    public func start(_ spec: RunSpec, environment: EnvironmentRecord) throws {
        try sentry.around(.other) { try recorder.start(spec, environment: environment) }
    }
    public func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) throws -> Bool {
        try sentry.around(.resume(atStep: step)) { try recorder.resume(spec, environment: environment, atStep: step) }
    }
    public func flush() throws { try sentry.around(.other) { try recorder.flush() } }
    public func record(_ sample: StepSample) throws { try sentry.around(.sample(step: sample.step)) { try recorder.record(sample) } }
    public func record(_ evaluation: EvaluationSample) throws { try sentry.around(.other) { try recorder.record(evaluation) } }
    public func record(_ text: TextSample) throws { try sentry.around(.other) { try recorder.record(text) } }
    public func record(_ event: LifecycleRecord) throws { try sentry.around(.other) { try recorder.record(event) } }
    public func record(_ data: DataRecord) throws { try sentry.around(.other) { try recorder.record(data) } }
    public func record(_ note: RunNote) throws { try sentry.around(.other) { try recorder.record(note) } }
    public func record(_ probe: ProbeRecord) throws { try sentry.around(.other) { try recorder.record(probe) } }
    public func finish(_ result: RunResult) throws { try sentry.around(.other) { try recorder.finish(result) } }
    public func fail(_ failure: RunFailure, memory: MemoryRecord?) throws {
        try sentry.around(.failure) { try recorder.fail(failure, memory: memory) }
    }
}
