import GRDB
public import SLSpec
import Synchronization

/// Records one run as it happens.
///
/// Step samples wait for a second or for twenty of them and then go in one transaction. Everything else goes at once and
/// takes the waiting samples along. A write that fails keeps them for the next one.
public final class StoreRecorder: RunRecorder {
    struct State {
        var runID: String?
        var attempt = 0
        var waiting: [StepRow] = []
        var lastWrite = ContinuousClock.now
        var pace = AttemptPace()
    }

    package static let longestQueue = 20

    private let store: ResultStore
    private let identified: IdentifiedSpec
    private let sweep: String?
    private let process: ProcessIdentity
    private let claim: RunClaim?
    private let longestWait: Duration
    private let state = Mutex(State())

    init(store: ResultStore, identified: IdentifiedSpec, sweep: String?, process: ProcessIdentity, claim: RunClaim?, longestWait: Duration) {
        self.store = store
        self.identified = identified
        self.sweep = sweep
        self.process = process
        self.claim = claim
        self.longestWait = longestWait
    }

    deinit { try? flush() }

    /// Enters the run as `running`. An earlier attempt that did not finish is replaced with all its samples.
    ///
    /// - Throws: `FileError` when the run is finished already or another process trains it now.
    public func start(_ spec: RunSpec, environment: EnvironmentRecord) throws {
        try state.withLock { state in
            try checkStart(spec, state)
            let (runID, attempt) = try store.write { db in
                let runID = try identified.save(db)
                try join(db, runID)
                let attempt = try RunWriting.begin(db, runID: runID, process: process, claim: claim, file: store.path)
                try EnvironmentRow(environment, runID: runID, sqliteVersion: Self.sqliteVersion(db)).insert(db)
                try AttemptRow.begin(
                    db, runID: runID, attempt: attempt, process: process, environment: environment, jobID: claim?.jobID, step: 0)
                return (runID, attempt)
            }
            state = State(runID: runID, attempt: attempt)
        }
    }

    /// - Throws: as ``start(_:environment:)``.
    public func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) throws -> Bool {
        try state.withLock { state in
            try checkStart(spec, state)
            let resumed = try store.write { db -> State? in
                guard let runID = try IdentifiedSpec.runID(db, key: identified.key),
                    let attempt = try RunWriting.resume(
                        db, runID: runID, step: step, process: process, claim: claim, environment: environment, file: store.path)
                else { return nil }
                try AttemptRow.begin(
                    db, runID: runID, attempt: attempt, process: process, environment: environment, jobID: claim?.jobID, step: step)
                try join(db, runID)
                try EnvironmentRow(environment, runID: runID, sqliteVersion: Self.sqliteVersion(db)).insert(db, onConflict: .replace)
                return State(runID: runID, attempt: attempt)
            }
            if let resumed { state = resumed }
            return resumed != nil
        }
    }

    private func checkStart(_ spec: RunSpec, _ state: State) throws {
        let given = try IdentifiedSpec(spec, file: store.path)
        guard given.key == identified.key else {
            throw FileError(
                file: store.path, problem: "a recorder for run \(ShortKey.of(identified.key)) was given run \(ShortKey.of(given.key))")
        }
        guard state.runID == nil else {
            throw FileError(file: store.path, problem: "run \(ShortKey.of(given.key)) was started twice by one recorder")
        }
    }

    private func join(_ db: Database, _ runID: String) throws {
        guard let sweep else { return }
        try ResultStore.addToSweep(db, sweep: ResultStore.sweepID(db, name: sweep, file: store.path), runID: runID)
    }

    private static func sqliteVersion(_ db: Database) throws -> String? { try String.fetchOne(db, sql: "SELECT sqlite_version()") }

    public func record(_ sample: StepSample) throws {
        try state.withLock { state in
            state.waiting.append(StepRow(sample, runID: try started(state)))
            state.pace.note(sample)
            guard state.waiting.count >= Self.longestQueue || ContinuousClock.now - state.lastWrite >= longestWait else { return }
            try write(&state) { _, _ in }
        }
    }

    public func record(_ evaluation: EvaluationSample) throws {
        try state.withLock { state in
            try write(&state) { db, runID in try EvaluationRow(evaluation, runID: runID).insert(db, onConflict: .replace) }
        }
    }

    public func record(_ text: TextSample) throws {
        try state.withLock { try write(&$0) { db, runID in try TextEvaluationRow(text, runID: runID).insert(db, onConflict: .replace) } }
    }

    public func record(_ event: LifecycleRecord) throws {
        try state.withLock { try write(&$0) { db, runID in try LifecycleRow(event, runID: runID).insert(db) } }
    }

    public func record(_ data: DataRecord) throws {
        try state.withLock {
            try write(&$0) { db, runID in
                try DataRow(data, runID: runID).insert(db, onConflict: .replace)
                for text in data.texts ?? [] { try EvaluatedTextRow(text, runID: runID).insert(db, onConflict: .replace) }
            }
        }
    }

    public func record(_ note: RunNote) throws {
        try state.withLock { try write(&$0) { db, runID in try NoteRow(note, runID: runID).insert(db) } }
    }

    public func record(_ probe: ProbeRecord) throws {
        try state.withLock { try write(&$0) { db, runID in try ProbeRows.insert(db, probe, runID: runID) } }
    }

    /// Writes the samples that still wait.
    public func flush() throws {
        try state.withLock { state in
            guard !state.waiting.isEmpty else { return }
            try write(&state) { _, _ in }
        }
    }

    public func finish(_ result: RunResult) throws {
        try state.withLock { state in
            try write(&state) { db, runID in
                try EvaluationRow(result.evaluation, runID: runID).insert(db, onConflict: .replace)
                try MemoryRow(result.memory, runID: runID).insert(db)
                try ResultRow(result, runID: runID).insert(db)
                try RunWriting.end(db, runID: runID, status: .finished, failure: nil)
            }
        }
    }

    /// Ends the run short of its end. Before `start` it enters the run first, so that the failure is not lost.
    public func fail(_ failure: RunFailure, memory: MemoryRecord?) throws {
        try RunWriting.checkFailure(failure, file: store.path)
        try state.withLock { state in
            guard state.runID != nil else {
                try store.markFailed(identified.spec, failure, processID: Int32(exactly: process.processID))
                return
            }
            func end(_ db: Database, _ runID: String) throws {
                if let memory { try MemoryRow(memory, runID: runID).insert(db) }
                try RunWriting.end(db, runID: runID, status: failure.status, failure: failure)
            }
            do {
                try write(&state, end)
            } catch where !state.waiting.isEmpty {
                // Better a failure without its last samples than a run that says `running` for ever.
                let samples = state.waiting
                state.waiting = []
                do { try write(&state, end) } catch {
                    state.waiting = samples
                    throw error
                }
            }
        }
    }

    private func started(_ state: State) throws -> String {
        guard let runID = state.runID else {
            throw FileError(file: store.path, problem: "run \(ShortKey.of(identified.key)) was recorded to before it was started")
        }
        return runID
    }

    /// One transaction: sign of life, waiting samples, `body`.
    private func write(_ state: inout State, _ body: (Database, String) throws -> Void) throws {
        let runID = try started(state)
        let (attempt, waiting, pace) = (state.attempt, state.waiting, state.pace)
        try store.write { db in
            try RunWriting.touch(db, runID: runID, attempt: attempt, file: store.path)
            for sample in waiting { try sample.insert(db) }
            try AttemptRow.note(db, runID: runID, attempt: attempt, step: pace.step, tokensPerSecond: pace.tokensPerSecond)
            try body(db, runID)
        }
        state.waiting = []
        state.lastWrite = .now
    }
}

extension ResultStore {
    /// A recorder for one run.
    ///
    /// - Parameters:
    ///   - sweep: The run joins it, at its end, unless its plan has the run already. `nil` for a run of its own.
    ///   - claim: of a run whose processes agree outside of the database whose it is.
    public func recorder(for spec: RunSpec, sweep: String?, claim: RunClaim? = nil) throws(FileError) -> StoreRecorder {
        try recorder(for: spec, sweep: sweep, claim: claim, longestWait: .seconds(1))
    }

    package func recorder(for spec: RunSpec, sweep: String?, claim: RunClaim? = nil, longestWait: Duration) throws(FileError) -> StoreRecorder {
        StoreRecorder(
            store: self, identified: try IdentifiedSpec(spec, file: path), sweep: sweep, process: .current, claim: claim, longestWait: longestWait)
    }
}
