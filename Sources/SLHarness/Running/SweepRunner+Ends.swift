import Foundation
import SLSpec

extension SweepRunner {
    /// Takes note of a run whose process has ended.
    func end(_ run: ActiveRun, _ exit: CellExit, _ sweep: inout SweepInProgress, _ display: inout ProgressDisplay) throws {
        let outOfMemory = wasOutOfMemory(run, exit, besides: sweep.active)
        let cell = run.cell
        // A finished run keeps its result until another attempt has finished, so its row says nothing of this one.
        if cell.status == .finished { return endRerun(run, exit, outOfMemory: outOfMemory, &sweep, &display) }
        var status = try ledger.status(of: [cell.runKey])[cell.runKey]
        // `finished` is believed of the row alone; anything but an end there is this process's to record.
        if status == nil || status == .running || (status == cell.status && status != .finished && !hasOwnWords(exit)) {
            try ledger.markFailed(cell.spec, exit.failure(outOfMemory: outOfMemory), processID: exit.processID)
            status = try ledger.status(of: [cell.runKey])[cell.runKey]
        }
        let ended = status ?? .failed
        sweep.count(ended)
        if ended == .finished { sweep.pace.note(expected: cell.time.seconds, took: clock() - run.started) }
        display.end(cell.runKey, try summary(ended, cell, exit), isGood: ended == .finished)
    }

    private func endRerun(
        _ run: ActiveRun, _ exit: CellExit, outOfMemory: Bool?, _ sweep: inout SweepInProgress, _ display: inout ProgressDisplay
    ) {
        guard exit.end != .status(CellExit.Status.finished) else {
            sweep.count(.finished)
            sweep.pace.note(expected: run.cell.time.seconds, took: clock() - run.started)
            let evaluation = exit.lastProgress?.evaluation
            let words = evaluation.map { String(format: ", eval loss %.4f, perplexity %.2f", $0.loss, $0.perplexity) } ?? ""
            return display.end(run.cell.runKey, "finished" + words, isGood: true)
        }
        let failure = exit.failure(outOfMemory: outOfMemory)
        sweep.count(failure.status)
        let first = failure.message.split(separator: "\n").first.map(String.init) ?? failure.reason.rawValue
        display.end(
            run.cell.runKey, "\(failure.status.rawValue) after \(failure.step) updates: \(first) The earlier result stays.", isGood: false)
    }

    /// The kernel counts its kills and names nobody: each is set down to the first run found dead by such a signal.
    private func wasOutOfMemory(_ run: ActiveRun, _ exit: CellExit, besides others: [ActiveRun]) -> Bool? {
        guard exit.wasKilledFromOutside, let before = run.killsBefore, let after = outOfMemoryKills() else { return nil }
        guard after > before else { return false }
        // One that was started since has not counted it as its own.
        for other in others { other.killsBefore = other.killsBefore.map { min(after, $0 + 1) } }
        return true
    }

    /// Statuses with which a run's process ends after it recorded why.
    private func hasOwnWords(_ exit: CellExit) -> Bool {
        if case .status(let number) = exit.end { return number != 0 } else { return false }
    }

    private func summary(_ status: RunStatus, _ cell: PlannedCell, _ exit: CellExit) throws -> String {
        guard status != .finished else {
            guard let evaluation = exit.lastProgress?.evaluation else { return "finished" }
            return "finished, eval loss \(NumberText.fixed(evaluation.loss, decimals: 4)), perplexity \(NumberText.perplexity(evaluation.perplexity))"
        }
        guard let failure = try ledger.failure(of: cell.runKey) else { return status.rawValue }
        let first = failure.message.split(separator: "\n").first.map(String.init) ?? failure.reason.rawValue
        return "\(status.rawValue) (\(failure.reason.rawValue)) after \(failure.step) updates: \(first)"
    }
}
