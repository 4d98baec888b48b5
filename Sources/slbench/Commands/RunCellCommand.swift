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
        commandName: "run-cell", abstract: "Train one run from an order file (started by sweep).", shouldDisplay: false)

    @Option(help: "The order, a JSON file.")
    var order: String

    func run() throws {
        CellWorker.listen()
        let order = try CellOrder(contentsOf: URL(filePath: order))
        _ = try Program.checked(threads: order.threads)
        let store = try ResultStore(path: order.database)
        // The recorder speaks from wherever it is called; lines must not mix.
        let writer = Mutex(ProgressWriter())
        let total = order.spec.training.steps
        let recorder = PatientRecorder(
            try Self.recorder(order, store),
            clock: { MonotonicClock.seconds },
            notice: { text in
                Talk.say(text)
                writer.withLock { $0.write(CellProgress(phase: "waiting", step: 0, totalSteps: total, notice: text)) }
            })
        try CellWorker(registry: Program.registry, reason: ErrorPresentation.reason, words: ErrorPresentation.words).run(
            order, environment: Program.probe.record(threads: order.threads),
            recorder: recorder, emit: { progress in writer.withLock { $0.write(progress) } }, shouldStop: { StopFlag.isRaised })
    }

    private static func recorder(_ order: CellOrder, _ store: ResultStore) throws -> any RunRecorder {
        guard order.replacesFinished, let file = order.attemptFile else { return try store.recorder(for: order.spec, sweep: order.sweep) }
        return try store.replacement(for: order.spec, sweep: order.sweep, file: file)
    }
}
