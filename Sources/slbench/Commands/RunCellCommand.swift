import ArgumentParser
import Foundation
import SLHarness
import SLNumerics
import SLSpec
import SLStore
import SLSystem
import Synchronization

/// The inside of one run's process; started by `sweep`.
struct RunCellCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-cell", abstract: "Train one run from an assignment file (started by sweep).", shouldDisplay: false)

    @Option(help: "The assignment, a JSON file.")
    var assignment: String

    func run() throws {
        CellWorker.listen()
        let assignment = try CellAssignment(contentsOf: URL(filePath: assignment))
        _ = try Program.checked(threads: assignment.threads)
        let store = try ResultStore(path: assignment.database)
        // The recorder speaks from wherever it is called; lines must not mix.
        let writer = Mutex(ProgressWriter())
        let total = assignment.spec.training.steps
        let recorder = PatientRecorder(
            try Self.recorder(assignment, store),
            clock: { MonotonicClock.seconds },
            notice: { text in
                Talk.say(text)
                writer.withLock { $0.write(CellProgress(activity: "waiting", step: 0, totalSteps: total, notice: text)) }
            })
        try CellWorker(registry: Program.registry, reason: ErrorPresentation.reason, words: ErrorPresentation.words).run(
            assignment, environment: Program.probe.record(threads: assignment.threads),
            recorder: recorder, emit: { progress in writer.withLock { $0.write(progress) } }, shouldStop: { StopFlag.isRaised })
    }

    private static func recorder(_ assignment: CellAssignment, _ store: ResultStore) throws -> any RunRecorder {
        guard assignment.replacesFinished, let file = assignment.attemptFile else { return try store.recorder(for: assignment.spec, sweep: assignment.sweep) }
        return try store.replacement(for: assignment.spec, sweep: assignment.sweep, file: file)
    }
}
