import SLHarness
import SLSpec
import Synchronization
import Testing

/// Times in which nothing can be written: the run waits, says so, and nothing is written twice.
struct PatientRecorderTests {
    /// A recorder whose disk is full for so many tries.
    private final class Troubled: RunRecorder {
        let log = Mutex<(trouble: Int, condition: FileError.Condition?, said: [String])>((0, .diskFull, []))

        private func take(_ words: String) throws {
            try log.withLock {
                if $0.trouble > 0 {
                    $0.trouble -= 1
                    throw FileError(file: "r.sqlite", problem: "the disk is full", fix: "free some space", condition: $0.condition)
                }
                $0.said.append(words)
            }
        }

        func start(_ spec: RunSpec, environment: EnvironmentRecord) throws { try take("start") }
        func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) throws -> Bool {
            try take("resume \(step)")
            return true
        }
        func flush() throws { try take("flush") }
        func record(_ sample: StepSample) throws { try take("step \(sample.step)") }
        func record(_ evaluation: EvaluationSample) throws { try take("evaluation") }
        func record(_ event: LifecycleRecord) throws { try take(event.kind) }
        func record(_ data: DataRecord) throws { try take("data") }
        func record(_ text: TextSample) throws { try take(text.kind.rawValue) }
        func record(_ note: RunNote) throws { try take(note.kind.rawValue) }
        func record(_ probe: ProbeRecord) throws { try take(probe.occasion.rawValue) }
        func finish(_ result: RunResult) throws { try take("finish") }
        func fail(_ failure: RunFailure, memory: MemoryRecord?) throws { try take("fail") }
    }

    private let troubled = Troubled()
    private let notices = Notices()
    private final class Notices: Sendable {
        let words = Mutex<[String]>([])
        let time = Mutex<Double>(0)
    }

    private func recorder(patience: Double = 60, stop: @escaping @Sendable () -> Bool = { false }) -> PatientRecorder {
        let notices = notices
        return PatientRecorder(
            troubled, patience: patience, clock: { notices.time.withLock { $0 } }, pause: { seconds in notices.time.withLock { $0 += seconds } },
            shouldStop: stop, notice: { text in notices.words.withLock { $0.append(text) } })
    }

    private func sample(_ step: Int) -> StepSample {
        StepSample(step: step, loss: 1, learningRate: 1, gradientNorm: 1, tokens: 1, seconds: 1, lifecycleSeconds: 0)
    }

    private var said: [String] { troubled.log.withLock { $0.said } }

    @Test func waitsUntilItCanWrite() throws {
        troubled.log.withLock { $0.trouble = 5 }
        try recorder().record(LifecycleRecord(step: 1, kind: "merge", measurements: [:]))
        #expect(said == ["merge"])
        let words = notices.words.withLock { $0 }
        #expect(words.count == 2 && words[0].contains("waiting: r.sqlite: the disk is full; free some space") && words[1].contains("goes on"))
        #expect(notices.time.withLock { $0 } == 5)
    }

    /// The recorder below keeps a sample that it could not write; it must not get it twice.
    @Test func aSampleIsNotHandedOverTwice() throws {
        troubled.log.withLock { $0.trouble = 3 }
        try recorder().record(sample(4))
        #expect(said == ["flush"])
    }

    @Test func givesUpResumable() throws {
        troubled.log.withLock { $0.trouble = .max }
        let recorder = recorder(patience: 10)
        do {
            try recorder.record(sample(7))
            Issue.record("no error")
        } catch let failure as RunFailure {
            #expect(failure.status == .interrupted && failure.reason == .inputOutput && failure.step == 7)
            #expect(failure.message.contains("after 10 s of waiting"))
        }
    }

    @Test func stopsWaitingWhenAsked() throws {
        troubled.log.withLock { $0.trouble = .max }
        #expect(throws: RunFailure.self) { try recorder(stop: { true }).flush() }
        #expect(notices.time.withLock { $0 } == 0)
    }

    /// What waiting does not mend is thrown at once.
    @Test func otherErrorsPass() throws {
        troubled.log.withLock { ($0.trouble, $0.condition) = (1, nil) }
        #expect(throws: FileError.self) { try recorder().record(sample(1)) }
        #expect(notices.words.withLock { $0 }.isEmpty)
    }
}
