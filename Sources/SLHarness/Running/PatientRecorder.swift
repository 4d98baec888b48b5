public import SLSpec
public import SLSystem
import Synchronization

/// Records a run through times in which nothing can be written: a full disk, a locked database, a folder that is gone.
///
/// The run waits, says so, and goes on when the trouble is over. When it lasts, or the run is asked to stop meanwhile, the
/// run ends as interrupted: its checkpoints are there, and the same command goes on from them.
public final class PatientRecorder: RunRecorder {
    private let recorder: any RunRecorder
    /// Seconds that one record may wait.
    private let patience: Double
    private let clock: @Sendable () -> Double
    private let pause: @Sendable (Double) -> Void
    private let shouldStop: @Sendable () -> Bool
    private let notice: @Sendable (String) -> Void
    private let step = Atomic<Int>(0)

    public init(
        _ recorder: any RunRecorder, patience: Double = 600, clock: @escaping @Sendable () -> Double,
        pause: @escaping @Sendable (Double) -> Void = { StopFlag.wait(seconds: $0) },
        shouldStop: @escaping @Sendable () -> Bool = { StopFlag.isRaised }, notice: @escaping @Sendable (String) -> Void
    ) {
        self.recorder = recorder
        self.patience = patience
        self.clock = clock
        self.pause = pause
        self.shouldStop = shouldStop
        self.notice = notice
    }

    public func start(_ spec: RunSpec, environment: EnvironmentRecord) throws {
        try patiently { try recorder.start(spec, environment: environment) }
    }

    public func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) throws -> Bool {
        self.step.store(step, ordering: .relaxed)
        return try patiently { try recorder.resume(spec, environment: environment, atStep: step) }
    }

    public func flush() throws { try patiently { try recorder.flush() } }

    /// The store keeps a sample that could not be written and writes it with the next.
    public func record(_ sample: StepSample) throws {
        step.store(sample.step, ordering: .relaxed)
        do {
            try recorder.record(sample)
        } catch let error as FileError where error.condition != nil {
            try patiently(after: error) { try recorder.flush() }
        }
    }

    public func record(_ evaluation: EvaluationSample) throws { try patiently { try recorder.record(evaluation) } }
    public func record(_ text: TextSample) throws { try patiently { try recorder.record(text) } }
    public func record(_ event: LifecycleRecord) throws { try patiently { try recorder.record(event) } }
    public func record(_ data: DataRecord) throws { try patiently { try recorder.record(data) } }
    public func record(_ note: RunNote) throws { try patiently { try recorder.record(note) } }
    public func record(_ probe: ProbeRecord) throws { try patiently { try recorder.record(probe) } }
    public func finish(_ result: RunResult) throws { try patiently { try recorder.finish(result) } }

    /// Not waited for: whoever fails has no time, and the sweep records what this can't.
    public func fail(_ failure: RunFailure, memory: MemoryRecord?) throws { try recorder.fail(failure, memory: memory) }

    private func patiently<Value>(after first: FileError? = nil, _ body: () throws -> Value) throws -> Value {
        let start = clock()
        var told = false
        var last = first
        while true {
            if let error = last {
                if !told {
                    notice("waiting: \(error.file): \(error.problem)" + (error.fix.map { "; \($0)" } ?? ""))
                    told = true
                }
                guard !shouldStop(), clock() - start < patience else {
                    throw RunFailure(
                        status: .interrupted, reason: .inputOutput, step: step.load(ordering: .relaxed),
                        message: "Stopped after \(Int(clock() - start)) s of waiting: \(error.file): \(error.problem)")
                }
                pause(1)
            }
            do {
                let value = try body()
                if told { notice("goes on: \(last?.file ?? "") can be written again") }
                return value
            } catch let error as FileError where error.condition != nil {
                last = error
            }
        }
    }
}
