import Foundation
import SLHarness
import SLRanks
import SLSpec

/// A run's process, alone or as one of those that train the run together: the first of them claims the run, records it and says how it goes.
extension CellRun {
    /// Trains by itself or with the other ranks, as the assignment says.
    ///
    /// - Throws: `RunFailure` when the run diverged or was interrupted; `ExitCode` with the status that all ranks have agreed on;
    ///   `RankError` when ranks are wanted and were not started, or can't be connected.
    func execute() throws {
        guard assignment.ranks > 1 else {
            listen(toSweep: isFollowed)
            if let begun = try begin() { try train(begun) }
            return
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
            listen(toSweep: isFollowed && session.ranks.isFirst)
            return try RankedTraining(session: session).run { try ranked(session.ranks) }
        }
    }

    private func listen(toSweep isFollowed: Bool) {
        if isFollowed { CellWorker.listenToSweep() } else { CellWorker.listenToJob() }
    }

    private func ranked(_ ranks: any RankGroup) throws -> RankedTraining.Plan {
        guard let begun = try begin() else { return .end(status: 0) }
        return .train(assignment) { data, _ in
            do {
                try train(begun, data: data, ranks: ranks)
                return 0
            } catch let failure as RunFailure {
                return ProgramEnd.status(of: failure)
            }
        }
    }
}
