import ArgumentParser
import Foundation
import SLData
import SLHarness
import SLRanks
import SLSpec
import SLSystem

/// A run's process where several train the run together: the first claims the run, records it and says how it goes; the others are told
/// whether there is anything to do.
final class RankedCell {
    private let training: RankedTraining
    private let assignment: CellAssignment
    private var hasBegun = false

    var ranks: any RankGroup { training.ranks }

    private init(_ session: RankSession, _ assignment: CellAssignment) {
        training = RankedTraining(session: session)
        self.assignment = assignment
    }

    /// Trains by itself or with the other ranks, as the assignment says.
    ///
    /// - Throws: `RunFailure` when the run diverged or was interrupted; `ExitCode` with the status that all ranks have agreed on;
    ///   `RankError` when ranks are wanted and were not started, or can't be connected.
    static func execute(_ run: CellRun) throws {
        let assignment = run.assignment
        guard assignment.ranks > 1 else {
            listen(run.isFollowed)
            return try run.execute()
        }
        let launch = try RankLaunch.current()
        guard let launch, launch.count == assignment.ranks else {
            throw RankError.unavailable(
                problem: "ranks: the run is to be trained by \(assignment.ranks), and \(launch.map { "\($0.count) were" } ?? "this process was") started",
                fix: "end the batch script with: exec srun -K1 --mpi=pmix slbench run-cell --tasks \"$@\"")
        }
        Talk.rank = launch.rank
        try RankSession.run(launch, oversubscribes: assignment.oversubscribes) { session in
            // Of the ranks the first alone has the sweep at its stdin.
            listen(run.isFollowed && session.ranks.isFirst)
            return try RankedCell(session, assignment).status(of: run)
        }
    }

    private static func listen(_ isFollowed: Bool) {
        if isFollowed { CellWorker.listenToSweep() } else { CellWorker.listenToJob() }
    }

    /// - Returns: the exit status, the same on every rank.
    /// - Throws: `RankError` where ranks differ or are gone, and this rank's own errors.
    private func status(of run: CellRun) throws -> Int32 {
        guard ranks.isFirst else { return try help() }
        var status: Int32 = 0
        do {
            var run = run
            run.shared = self
            try run.execute()
        } catch let failure as RunFailure {
            status = ProgramEnd.status(of: failure)
        } catch where !hasBegun && !(error is RankError) {
            status = ProgramEnd.status(of: error)
        }
        if !hasBegun { _ = try training.told(.end(status: status)) } else { _ = try training.heard(status) }
        return status
    }

    private func help() throws -> Int32 {
        switch try training.told(.end(status: 0)) {
        case .end(let status): return status
        case .train(let assignment):
            let worker = CellWorker(registry: Program.registry, reason: ErrorPresentation.reason, words: ErrorPresentation.words)
            let data = try training.agreedData(assignment, worker)
            try training.help(assignment, worker, data)
            return try training.heard(0)
        }
    }

    /// Has the others begin.
    ///
    /// - Returns: the run's data, which all of them have.
    /// - Throws: `RankError` on every rank where they differ.
    func begin(_ worker: CellWorker) throws -> PreparedData {
        hasBegun = true
        _ = try training.told(.train(assignment))
        return try training.agreedData(assignment, worker)
    }
}
