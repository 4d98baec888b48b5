import Foundation
import SLData
import SLHarness
import SLNumerics
import SLRanks
import SLSpec
import SLStore
import SLSystem
import Synchronization

/// One run in this process, from its assignment to its end.
struct CellRun {
    let assignment: CellAssignment
    /// The batch system's; `nil` where none started this process.
    let job: BatchJob?
    /// When the job's time is over, in seconds since 1970.
    let end: Double?
    /// Whether a sweep reads what this process says on stdout; else its words are for a log.
    let isFollowed: Bool

    /// A run that is this process's to train.
    struct Begun {
        var recorder: any RunRecorder
        var folder: AttemptFolder
        /// 0 for one that records into the sweep's own database.
        var attempt: Int
        var fence: ClaimFence?
    }

    /// - Returns: `nil` for a run that is finished already.
    func begin() throws -> Begun? {
        _ = try Program.checked(threads: assignment.threads)
        return switch assignment.records {
        case .database: try beginInDatabase()
        case .attempts: try beginApart()
        }
    }

    private func beginInDatabase() throws -> Begun? {
        let store = try ResultStore(path: assignment.database)
        let key = try assignment.spec.runKey()
        guard try assignment.replacesFinished || store.status(of: key) != .finished else {
            Talk.say("run \(ShortKey.of(key)) is finished already")
            return nil
        }
        let folder = AttemptFolder(runs: RunsFolder(database: assignment.database), runID: ShortKey.of(key))
        return Begun(recorder: try Self.recorder(assignment, store), folder: folder, attempt: 0)
    }

    static func recorder(_ assignment: CellAssignment, _ store: ResultStore) throws -> any RunRecorder {
        guard assignment.replacesFinished, let file = assignment.attemptFile else { return try store.recorder(for: assignment.spec, sweep: assignment.sweep) }
        return try store.replacement(for: assignment.spec, sweep: assignment.sweep, file: file)
    }

    /// Into a database of this attempt alone, in the run's folder.
    private func beginApart() throws -> Begun? {
        let folder = try attemptFolder()
        if let attempt = try finishedAttempt(in: folder) {
            sayFinished(folder, attempt)
            return nil
        }
        let claim = try folder.claim()
        // It may have finished between the look and the claim.
        if let attempt = try finishedAttempt(in: folder) {
            unsafe unlink(folder.claimFile(claim.attempt).path)
            sayFinished(folder, attempt)
            return nil
        }
        keepWords(in: folder.log(claim.attempt))
        Talk.say("run \(folder.runID): attempt \(claim.attempt), \(claim.words)")
        for number in folder.requeueMarks { unsafe unlink(folder.requeueMark(number).path) }
        let earlier = folder.attempts.filter { $0 >= assignment.firstAttempt || $0 == 0 }.filter { $0 < claim.attempt }
        let store = try ResultStore.beginAttempt(
            at: folder.database(claim.attempt).path, after: earlier.map { (attempt: $0, file: folder.database($0).path) }, notice: Talk.say)
        let fence = ClaimFence(folder: folder, attempt: claim.attempt)
        let recorder = try store.recorder(
            for: assignment.spec, sweep: assignment.sweep, claim: RunClaim(attempt: claim.attempt, jobID: claim.jobID))
        return Begun(recorder: GuardedRecorder(recorder, by: RecordFence(fence)), folder: folder, attempt: claim.attempt, fence: fence)
    }

    private func attemptFolder() throws -> AttemptFolder {
        let key = try assignment.spec.runKey()
        let path = assignment.checkpointFolder ?? RunsFolder(database: assignment.database).folder(ShortKey.of(key)).path
        for path in [path, assignment.dataDirectory, assignment.database] where !path.hasPrefix("/") {
            throw DataError(file: path, problem: "the assignment of a job names a relative path", fix: "submit the sweep again: a job may start in any folder")
        }
        return AttemptFolder(url: URL(filePath: path))
    }

    /// The attempt that finished the run, by its record or by what is left of it.
    private func finishedAttempt(in folder: AttemptFolder) throws -> Int? {
        if let mark = folder.finishedMarks.last, mark >= assignment.firstAttempt { return mark }
        let numbers = folder.attempts.filter { $0 >= assignment.firstAttempt }
        guard !numbers.isEmpty else { return nil }
        guard let scratch = ScratchFolder(prefix: "slbench-attempt", otherwise: [folder.url]) else {
            throw FileError(file: folder.url.path, problem: "there is no folder for temporary files", fix: "set TMPDIR to a folder that can be written")
        }
        defer { scratch.remove() }
        return numbers.reversed().first { number in
            let snapshot = try? AttemptSnapshot(of: folder.database(number).path, attempt: number, copy: scratch.url.appending(path: "a.sqlite").path)
            return snapshot?.status == .finished
        }
    }

    private func sayFinished(_ folder: AttemptFolder, _ attempt: Int) {
        Talk.say("run \(folder.runID) is finished already, by attempt \(attempt)")
    }

    private func keepWords(in file: URL) {
        let descriptor = unsafe open(file.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        if descriptor >= 0 { StandardError.copy(to: descriptor) }
    }

    /// - Parameters:
    ///   - data: the run's, where it is prepared.
    ///   - ranks: the processes that train it together; this one is the first of them.
    /// - Throws: `RunFailure` when the run diverged or was interrupted.
    func train(_ begun: Begun, data: PreparedData? = nil, ranks: any RankGroup = LoneRank()) throws {
        let fence = begun.fence
        let (emit, isFollowed) = (progress(), isFollowed)
        let total = assignment.spec.training.steps
        // The recorder speaks from wherever it is called; lines must not mix.
        let recorder = PatientRecorder(
            begun.recorder, clock: { MonotonicClock.seconds },
            notice: { [isFollowed] text in
                if isFollowed { Talk.say(text) }
                emit(CellProgress(activity: "waiting", step: 0, totalSteps: total, notice: text))
            })
        let deadline = end.map { JobDeadline(end: $0) { Date().timeIntervalSince1970 } }
        do {
            let worker = CellWorker(registry: Program.registry, reason: ErrorPresentation.reason, words: ErrorPresentation.words)
            try worker.run(
                assignment, environment: Program.probe.record(threads: assignment.threads),
                recorder: ranks.isLone ? recorder : GuardedRecorder(recorder, by: OwnTrouble()), prepared: data, ranks: ranks, emit: emit, fence: fence,
                shouldStop: {
                    // Each learns from being asked.
                    let isLate = deadline?.isDue() ?? false
                    let isSuperseded = fence?.isSuperseded ?? false
                    return StopFlag.isRaised || isLate || isSuperseded
                })
        } catch let failure as RunFailure where failure.status == .interrupted {
            if fence?.newerClaim != nil {
                Talk.say("slbench: \(failure.message)")
                // Nothing more is written, not even by what lies ready to be.
                ProgramEnd.leave(with: 75)
            }
            if !isFollowed {
                try JobRestart.ask(job, isLate: deadline?.isReached ?? false, folder: begun.folder, attempt: begun.attempt)
            }
            throw failure
        }
        if !isFollowed { Talk.say("finished") }
    }

    private func progress() -> @Sendable (CellProgress) -> Void {
        guard isFollowed else {
            let plain = Mutex(PlainProgress(clock: { MonotonicClock.seconds }, say: Talk.say))
            return { progress in plain.withLock { $0.note(progress) } }
        }
        let writer = Mutex(ProgressWriter())
        return { progress in writer.withLock { $0.write(progress) } }
    }
}
