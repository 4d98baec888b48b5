import ArgumentParser
import Foundation
import SLHarness
import SLSpec

/// The inside of one run's process; started by `sweep`, or by a batch system.
struct RunCellCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-cell", abstract: "Train one run from an assignment file (started by sweep or a batch system).",
        discussion: """
            With --tasks the process is a batch system's: it reads nothing from stdin, SIGTERM and SIGUSR2 have it leave a checkpoint and
            end with 75, SIGUSR1 the same and ask Slurm to start the job again. A run that is finished ends with 0 at once.
            """, shouldDisplay: false)

    @Option(help: "The assignment, a JSON file. The run stops when stdin ends.")
    var assignment: String?

    @Option(help: "The tasks of a batch job, a JSON file.")
    var tasks: String?

    @Option(help: "Which of the tasks; $SLURM_ARRAY_TASK_ID if not given.")
    var task: Int?

    @Option(
        help: "Time until the job is ended, e.g. 4h: a checkpoint is left before. What Slurm says if not given.",
        transform: DurationArgument.init(parsing:))
    var deadline: DurationArgument?

    func validate() throws {
        if (assignment == nil) == (tasks == nil) { throw ValidationError("run-cell: one of --assignment and --tasks is needed") }
        if task != nil, tasks == nil { throw ValidationError("run-cell: --task chooses one of --tasks") }
    }

    func run() throws {
        let job = BatchJob()
        let end = deadline.map { Date().timeIntervalSince1970 + $0.seconds } ?? job?.end
        if let assignment {
            let assignment = try CellAssignment(contentsOf: URL(filePath: assignment))
            return try RankedCell.execute(CellRun(assignment: assignment, job: job, end: end, isFollowed: true))
        }
        guard let tasks, let number = task ?? job?.task else {
            throw ValidationError("run-cell: which task of \(tasks ?? "") is this? Say it with --task, or with SLURM_ARRAY_TASK_ID")
        }
        let list = try BatchTasks(contentsOf: URL(filePath: tasks))
        let assignment = try CellAssignment(contentsOf: try list.assignment(number, file: tasks))
        let tally = FailureTally(folder: URL(filePath: tasks).deletingLastPathComponent(), most: list.maxFailures)
        try Self.counted(by: tally, runID: ShortKey.of(try assignment.spec.runKey())) {
            try RankedCell.execute(CellRun(assignment: assignment, job: job, end: end, isFollowed: false))
        }
    }

    /// A run that is one of too many that failed is the last of its submission to be begun.
    private static func counted(by tally: FailureTally, runID: String, _ body: () throws -> Void) throws {
        guard !tally.isFull else {
            tally.hold(runID)
            Talk.say("\(tally.count) runs of this submission failed or diverged: run \(runID) is not begun (--max-failures)")
            throw ExitCode(75)
        }
        do {
            try body()
        } catch {
            // Of ranks the first counts.
            let isInterrupted = (error as? RunFailure)?.status == .interrupted || (error as? ExitCode)?.rawValue == 75
            if !isInterrupted, !Talk.isSilent { tally.note(runID) }
            throw error
        }
    }
}
