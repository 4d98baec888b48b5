import Foundation
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
    /// The processes that train it together with this one, which records it; `nil` where it is alone.
    var shared: RankedCell?

    /// - Throws: `RunFailure` when the run diverged or was interrupted.
    func execute() throws {
        _ = try Program.checked(threads: assignment.threads)
        switch assignment.records {
        case .database: try recordingIntoDatabase()
        case .attempts: try recordingApart()
        }
    }

    private func recordingIntoDatabase() throws {
        let store = try ResultStore(path: assignment.database)
        let key = try assignment.spec.runKey()
        guard try assignment.replacesFinished || store.status(of: key) != .finished else {
            return Talk.say("run \(ShortKey.of(key)) is finished already")
        }
        try train(try Self.recorder(assignment, store), AttemptFolder(runs: RunsFolder(database: assignment.database), runID: ShortKey.of(key)), attempt: 0, fence: nil)
    }

    static func recorder(_ assignment: CellAssignment, _ store: ResultStore) throws -> any RunRecorder {
        guard assignment.replacesFinished, let file = assignment.attemptFile else { return try store.recorder(for: assignment.spec, sweep: assignment.sweep) }
        return try store.replacement(for: assignment.spec, sweep: assignment.sweep, file: file)
    }

    /// Into a database of this attempt alone, in the run's folder.
    private func recordingApart() throws {
        let folder = try attemptFolder()
        if let attempt = try finishedAttempt(in: folder) { return sayFinished(folder, attempt) }
        let claim = try folder.claim()
        // It may have finished between the look and the claim.
        if let attempt = try finishedAttempt(in: folder) {
            unsafe unlink(folder.claimFile(claim.attempt).path)
            return sayFinished(folder, attempt)
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
        try train(FencedRecorder(recorder, fence: fence), folder, attempt: claim.attempt, fence: fence)
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

    private func train(_ inner: any RunRecorder, _ folder: AttemptFolder, attempt: Int, fence: ClaimFence?) throws {
        let (emit, isFollowed) = (progress(), isFollowed)
        let total = assignment.spec.training.steps
        // The recorder speaks from wherever it is called; lines must not mix.
        let recorder = PatientRecorder(
            inner, clock: { MonotonicClock.seconds },
            notice: { [isFollowed] text in
                if isFollowed { Talk.say(text) }
                emit(CellProgress(activity: "waiting", step: 0, totalSteps: total, notice: text))
            })
        let deadline = end.map { JobDeadline(end: $0) { Date().timeIntervalSince1970 } }
        do {
            let worker = CellWorker(registry: Program.registry, reason: ErrorPresentation.reason, words: ErrorPresentation.words)
            let data = try shared?.begin(worker)
            try worker.run(
                assignment, environment: Program.probe.record(threads: assignment.threads),
                recorder: shared == nil ? recorder : FirstRankRecorder(recorder), prepared: data, ranks: shared?.ranks ?? LoneRank(), emit: emit,
                fence: fence,
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
            if !isFollowed { try requeue(folder, attempt, isLate: deadline?.isReached ?? false) }
            throw failure
        }
        if !isFollowed { Talk.say("finished") }
    }

    /// SIGUSR1 and the end of the job's time mean that the run is to go on in another job. SIGTERM may be somebody's who wants it ended, and
    /// a job that starts itself again then can't be cancelled; where it is the batch system's own, that starts the job again itself.
    private func requeue(_ folder: AttemptFolder, _ attempt: Int, isLate: Bool) throws {
        guard StopFlag.wasRaised(by: SIGUSR1) || isLate, !StopFlag.wasRaised(by: SIGTERM) else { return }
        guard let problem = Requeue.ask(job) else { return Talk.say("the job \(job?.id ?? "") starts again") }
        Talk.say("the job does not start again by itself: \(problem); the next `slbench sweep` submits the run again")
        try folder.mark(folder.requeueMark(attempt), problem)
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
