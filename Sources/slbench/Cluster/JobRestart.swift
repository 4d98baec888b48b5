import Foundation
import SLHarness
import SLSystem

/// Has the batch system start this process's job again where its time is nearly over.
///
/// SIGUSR1 and the end of the job's time mean that what is left is to go on in another job. SIGTERM may be somebody's who wants it ended, and
/// a job that starts itself again then can't be cancelled; where it is the batch system's own, that starts the job again itself.
enum JobRestart {
    /// - Parameters:
    ///   - isLate: whether the job's time is over.
    ///   - folder: of the run that is to go on: a mark there says that it has to be submitted.
    ///   - attempt: the run's last.
    static func ask(_ job: BatchJob?, isLate: Bool = false, folder: AttemptFolder, attempt: Int) throws {
        guard StopFlag.wasRaised(by: SIGUSR1) || isLate, !StopFlag.wasRaised(by: SIGTERM) else { return }
        guard let problem = Requeue.ask(job) else { return Talk.say("the job \(job?.id ?? "") starts again") }
        Talk.say("the job does not start again by itself: \(problem); the next `slbench sweep` submits the run again")
        try folder.mark(folder.requeueMark(attempt), problem)
    }
}
