import ArgumentParser
import Foundation
import SLData
import SLHarness
import SLMethodKit
import SLModel
import SLNumerics
import SLRanks
import SLSpec
import SLStore
import SLSystem
import SLTraining

/// A plan of one cell, carried out by this very process as the first of its ranks.
extension SweepRun {
    func ranked(_ session: RankSession) throws -> RankedTraining.Plan {
        // Before anything is refused for want of memory and recorded as such.
        try session.check(threads: threads)
        guard let assignment = try takeUp(ranks: session.ranks.count, here: session.countHere) else { return .end(status: concluded(standing)) }
        return .train(assignment) { data, worker in concluded(try trainHere(assignment, data: data, ranks: session.ranks, worker: worker)) }
    }

    /// Everything that comes before a run's process is started.
    ///
    /// - Parameters:
    ///   - ranks: processes that share the run.
    ///   - here: those of them on this host.
    /// - Returns: `nil` when there is nothing to run.
    /// - Throws: `FileError`, `RankError` or `RunFailure` when it can't be run here.
    private func takeUp(ranks: Int, here: Int) throws -> CellAssignment? {
        takeSharedFiles()
        var memory = MemoryGuard(threads: threads)
        memory.ranks = here
        try checkDisk(memory)
        try clearCheckpoints()
        guard var cell = plan.cells.first(where: { $0.action == .run }) else { return nil }
        let training = cell.spec.training
        try ShardWork.check(training, ranks: ranks)
        let method = try Program.registry.make(cell.spec.method, options: cell.spec.options, model: cell.spec.model, activations: training.activations)
        let plans = try MemoryPlan.ofRanks(ranks, shape: cell.spec.model, method: method, training: training, threads: threads)
        if let largest = plans.max(by: { $0.totalBytes < $1.totalBytes }) { cell.memory = largest.breakdown }
        if let refusal = memory.refusal(cell) {
            let failure = RunFailure(status: .failed, reason: .outOfMemory, step: 0, message: refusal)
            try ledger.markFailed(cell.spec, failure, processID: nil)
            throw failure
        }
        return assignment(cell)
    }

    /// Trains and records, as the process of a run does that a sweep has started.
    ///
    /// - Throws: what is this rank's own trouble; how the run ended for all is the outcome.
    private func trainHere(_ assignment: CellAssignment, data: PreparedData, ranks: any RankGroup, worker: CellWorker) throws -> SweepOutcome {
        guard let cell = plan.cells.first(where: { $0.action == .run }) else { return SweepOutcome() }
        var display = ProgressDisplay(terminal: { .standardError() }, clock: { MonotonicClock.seconds }) { StandardError.write($0) }
        let recorder = GuardedRecorder(
            PatientRecorder(try CellRun.recorder(assignment, ledger.store), clock: { MonotonicClock.seconds }, notice: { Talk.say($0) }),
            by: OwnTrouble())
        var outcome = SweepOutcome()
        display.begin(cell, index: 1, of: 1)
        defer { display.close() }
        do {
            let result = try worker.run(
                assignment, environment: Program.probe.record(threads: assignment.threads), recorder: recorder, prepared: data, ranks: ranks,
                emit: { progress in
                    display.update(cell.runKey, progress)
                    display.show(SweepStanding())
                }, shouldStop: { StopFlag.isRaised })
            outcome.count(.finished)
            let (loss, perplexity) = (NumberText.fixed(result.evaluation.loss, decimals: 4), NumberText.perplexity(result.evaluation.perplexity))
            display.end(cell.runKey, "finished, eval loss \(loss), perplexity \(perplexity)", isGood: true)
        } catch let failure as RunFailure {
            outcome.count(failure.status)
            display.end(cell.runKey, "\(failure.status.rawValue) after \(failure.step) updates: \(failure.message)", isGood: false)
        }
        return outcome
    }

    /// What the plan alone says, when nothing of it is to be run.
    private var standing: SweepOutcome {
        var outcome = SweepOutcome()
        outcome.alreadyDone = plan.count(.skipDone)
        outcome.open = plan.count(.skipRunning)
        for cell in plan.cells where cell.action == .skipFailed { outcome.count(cell.status ?? .failed) }
        return outcome
    }

    /// Shows what the run came to.
    ///
    /// - Returns: the exit status that it means.
    private func concluded(_ outcome: SweepOutcome) -> Int32 {
        do {
            try showEssence()
            try Self.conclude(outcome, reasons: "its reason stands in the database")
            return 0
        } catch {
            return ProgramEnd.status(of: error)
        }
    }
}
