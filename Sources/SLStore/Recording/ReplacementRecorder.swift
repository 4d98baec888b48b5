import Foundation
import GRDB
public import SLSpec
import Synchronization

/// Records another attempt at a run that may be finished already.
///
/// A finished run keeps its record while the attempt is recorded in a file of its own; that file's record takes the place of
/// the old one in one transaction when the attempt has finished, and never otherwise. Stopped, killed or diverged, the attempt
/// leaves the earlier result as it was. A run that is not finished is recorded as by ``StoreRecorder``.
public final class ReplacementRecorder: RunRecorder {
    private struct State {
        /// `nil` before the start.
        var inner: StoreRecorder?
        /// The attempt's own database; `nil` when the run is recorded in its place.
        var apart: ResultStore?
        var isComplete = false
        var companions = 0
        var lastTouch: ContinuousClock.Instant?
    }

    private let store: ResultStore
    private let identified: IdentifiedSpec
    private let sweep: String?
    /// Where the attempt is recorded.
    private let file: String
    private let state = Mutex(State())

    init(store: ResultStore, identified: IdentifiedSpec, sweep: String?, file: String) {
        self.store = store
        self.identified = identified
        self.sweep = sweep
        self.file = file
    }

    /// - Throws: `FileError` when another process trains the run now.
    public func start(_ spec: RunSpec, environment: EnvironmentRecord) throws {
        try state.withLock { state in
            guard state.inner == nil else {
                throw FileError(file: store.path, problem: "run \(ShortKey.of(identified.key)) was started twice by one recorder")
            }
            guard let runID = try store.claimRerun(identified) else {
                let recorder = try store.recorder(for: spec, sweep: sweep)
                try recorder.start(spec, environment: environment)
                state.inner = recorder
                return
            }
            Self.remove(file)
            let apart = try ResultStore(path: file)
            try apart.know(identified, runID: runID)
            let recorder = try apart.recorder(for: spec, sweep: nil)
            try recorder.start(spec, environment: environment)
            (state.inner, state.apart) = (recorder, apart)
        }
    }

    /// An attempt at a finished run begins at its beginning.
    public func resume(_ spec: RunSpec, environment: EnvironmentRecord, atStep step: Int) throws -> Bool {
        try state.withLock { state in
            guard state.inner == nil, try store.status(of: identified.key) != .finished else { return false }
            let recorder = try store.recorder(for: spec, sweep: sweep)
            guard try recorder.resume(spec, environment: environment, atStep: step) else { return false }
            state.inner = recorder
            return true
        }
    }

    public func flush() throws { try pass { try $0.flush() } }
    public func record(_ sample: StepSample) throws { try pass { try $0.record(sample) } }
    public func record(_ evaluation: EvaluationSample) throws { try pass { try $0.record(evaluation) } }
    public func record(_ text: TextSample) throws { try pass { try $0.record(text) } }
    public func record(_ event: LifecycleRecord) throws { try pass { try $0.record(event) } }
    public func record(_ data: DataRecord) throws { try pass { try $0.record(data) } }
    public func record(_ note: RunNote) throws { try pass { try $0.record(note) } }
    public func record(_ probe: ProbeRecord) throws { try pass { try $0.record(probe) } }

    private func pass(_ body: (StoreRecorder) throws -> Void) throws {
        try state.withLock { state in
            guard let inner = state.inner else {
                throw FileError(file: store.path, problem: "run \(ShortKey.of(identified.key)) was recorded to before it was started")
            }
            touch(&state)
            try body(inner)
        }
    }

    /// A sign of life in the database that others look at. Whether it can be written shows at the end.
    private func touch(_ state: inout State) {
        guard state.apart != nil, state.lastTouch.map({ .now - $0 >= .seconds(1) }) ?? true else { return }
        state.lastTouch = .now
        if let count = try? store.touchRerun(identified) { state.companions = max(state.companions, count) }
    }

    /// Can be tried again when the database can't be written: what is complete in the attempt's file is not recorded twice.
    public func finish(_ result: RunResult) throws {
        try state.withLock { state in
            guard let inner = state.inner else {
                throw FileError(file: store.path, problem: "run \(ShortKey.of(identified.key)) was ended before it was started")
            }
            guard state.apart != nil else { return try inner.finish(result) }
            touch(&state)
            if !state.isComplete {
                try inner.finish(result)
                state.isComplete = true
            }
            try store.adopt(file, identified, sweep: sweep, companions: state.companions)
            state.apart = nil
            Self.remove(file)
        }
    }

    /// The earlier result stays.
    public func fail(_ failure: RunFailure, memory: MemoryRecord?) throws {
        try state.withLock { state in
            guard let inner = state.inner else {
                _ = try store.markFailed(identified.spec, failure, processID: Int32(exactly: getpid()))
                return
            }
            guard state.apart != nil else { return try inner.fail(failure, memory: memory) }
            try RunWriting.checkFailure(failure, file: store.path)
            state.apart = nil
            Self.remove(file)
            try store.releaseRerun(identified)
        }
    }

    /// With what SQLite keeps beside a file.
    static func remove(_ file: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unsafe unlink(file + suffix) }
    }
}

extension ResultStore {
    /// Removes what an attempt that is gone left of its record.
    public func removeAttempt(_ file: String) { ReplacementRecorder.remove(Self.absolute(file)) }

    /// A recorder for a run that may be finished: its result stays until the new attempt has finished.
    ///
    /// - Parameter file: where the attempt is recorded meanwhile; it goes when the attempt ends.
    public func replacement(for spec: RunSpec, sweep: String?, file: String) throws(FileError) -> ReplacementRecorder {
        ReplacementRecorder(store: self, identified: try IdentifiedSpec(spec, file: path), sweep: sweep, file: Self.absolute(file))
    }
}
