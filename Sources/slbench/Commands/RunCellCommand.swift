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
            end with 75, SIGUSR1 the same and ask Slurm to start the job again. A run that is finished ends with 0 at once. A task of several
            runs carries them out one after the other, each in a process of its own.
            """, shouldDisplay: false)

    @Option(help: "The assignment, a JSON file. The run stops when stdin ends.")
    var assignment: String?

    @Option(help: "The tasks of a batch job, a JSON file.")
    var tasks: String?

    @Option(help: "Which of the tasks; $SLURM_ARRAY_TASK_ID if not given.")
    var task: Int?

    @Option(help: "Which run of the task, from 1; all of them if not given.")
    var part: Int?

    @Flag(help: "The file of --tasks says what the last job of a sweep does: take over what its runs recorded, and write its report.")
    var conclude = false

    @Flag(help: "The file of --tasks is made: what the machine of this job has and can do.")
    var inspect = false

    @Option(
        help: "Time until the job is ended, e.g. 4h: a checkpoint is left before. What Slurm says if not given.",
        transform: DurationArgument.init(parsing:))
    var deadline: DurationArgument?

    func validate() throws {
        if (assignment == nil) == (tasks == nil) { throw ValidationError("run-cell: one of --assignment and --tasks is needed") }
        if task != nil || part != nil || conclude || inspect, tasks == nil { throw ValidationError("run-cell: --task, --part, --conclude and --inspect are about --tasks") }
    }

    func run() throws {
        let job = BatchJob()
        let end = deadline.map { Date().timeIntervalSince1970 + $0.seconds } ?? job?.end
        if let assignment {
            let assignment = try CellAssignment(contentsOf: URL(filePath: assignment))
            if let kernels = assignment.kernels { try KernelPin.take(kernels) }
            return try CellRun(assignment: assignment, job: job, end: end, isFollowed: true).execute()
        }
        if let tasks, conclude { return try ClosingRun.execute(tasks) }
        if let tasks, inspect { return try NodeInspection.write(to: URL(filePath: tasks)) }
        guard let tasks, let number = task ?? job?.task else {
            throw ValidationError("run-cell: which task of \(tasks ?? "") is this? Say it with --task, or with SLURM_ARRAY_TASK_ID")
        }
        let list = try BatchTasks(contentsOf: URL(filePath: tasks))
        let assignments = try list.assignments(number, file: tasks)
        let tally = FailureTally(folder: URL(filePath: tasks).deletingLastPathComponent(), most: list.maxFailures)
        guard let part = part ?? (assignments.count == 1 ? 1 : nil) else {
            return try PackedTask(tasks: tasks, number: number, assignments: assignments, tally: tally, job: job, end: deadline == nil ? nil : end).execute()
        }
        guard assignments.indices.contains(part - 1) else {
            throw ValidationError("run-cell: --part \(part): task \(number) has 1 to \(assignments.count)")
        }
        let assignment = try CellAssignment(contentsOf: assignments[part - 1])
        if let kernels = assignment.kernels { try KernelPin.take(kernels) }
        try Self.counted(by: tally, runID: ShortKey.of(try assignment.spec.runKey())) {
            try CellRun(assignment: assignment, job: job, end: end, isFollowed: false).execute()
        }
    }

    /// A run that is one of too many that failed is the last of its submission to be begun.
    private static func counted(by tally: FailureTally, runID: String, _ body: () throws -> Void) throws {
        guard !tally.isFull else {
            tally.hold(runID, "not begun: \(tally.words)")
            Talk.say("run \(runID) is not begun: \(tally.words)")
            throw ExitCode(75)
        }
        tally.release(runID)
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
