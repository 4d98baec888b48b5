import ArgumentParser
import SLCluster
import SLHarness
import SLSpec
import SLStore

struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Take a sweep's jobs back from a cluster.",
        discussion: """
            Jobs that wait are gone. Runs at work stop after the current update, leave a checkpoint and are gone too; they don't come back
            by themselves, and `slbench sweep CONFIG --on slurm` goes on with them. With --now the cluster ends them: what they can't save within
            its KillWait since their last checkpoint is lost.

              slbench cancel 60m --only method=galore
            """)

    @Argument(help: "The sweep's name.")
    var sweep: String

    @OptionGroup var database: DatabaseOptions

    @Option(help: "Only these cells: method=sltrain, size=9m|60m,seed=1. May be repeated: either holds.")
    var only: [String] = []

    @Flag(help: "End runs at work at once.")
    var now = false

    func validate() throws {
        for words in only {
            do { _ = try CellFilter(words) } catch { throw ValidationError("--only: \(error)") }
        }
    }

    func run() throws {
        let path = database.path()
        let store = try Stores.reading(path)
        let session = ClusterSession(name: sweep, path: path)
        let runs = try store.standing(sweep: sweep)
        guard session.isOnCluster else {
            throw FileError(file: path, problem: "nothing of the sweep '\(sweep)' was submitted to a cluster", fix: "a sweep at home is stopped by Ctrl-C")
        }
        // Nobody submits meanwhile.
        let lock = try SweepLock(sweep: sweep, folder: session.runs.url, database: path)
        try withExtendedLifetime(lock) { try cancel(session, runs, chosen: Set(chosen(runs, store).map(\.runID))) }
    }

    private func chosen(_ runs: [RunStanding], _ store: ResultStore) throws -> [RunStanding] {
        guard !only.isEmpty else { return runs }
        let specs = try store.specs(sweep: sweep)
        let ids = Set(try RunChoice.matching(only, specs.map { $0.spec }).map { specs[$0].runID })
        return runs.filter { ids.contains($0.runID) }
    }

    private func cancel(_ session: ClusterSession, _ runs: [RunStanding], chosen: Set<String>) throws {
        let queue = try session.queue()
        var history = session.history
        try history.recognize(queue)
        let view = session.view(runs, history, queue)
        let cells = view.cells.filter { chosen.contains($0.standing.runID) }
        var (waiting, working): ([JobID], [JobID]) = ([], [])
        // Whatever its run says, a job that the queue knows is taken back, a finished run's too.
        for entry in cells.compactMap(\.queue) {
            switch entry.state.phase {
            case .waiting: waiting.append(entry.id)
            case .working: working.append(entry.id)
            case .ended: break
            }
        }
        waiting = Self.distinct(waiting)
        working = Self.distinct(working)
        sayOthers(cells)
        // Of a sweep that is taken back as a whole nothing is left to come last after.
        let closing = only.isEmpty ? view.closing?.entry.flatMap { $0.state.phase == .waiting ? [$0.id] : nil } ?? [] : []
        guard !(waiting + working + closing).isEmpty else { return Talk.say("nothing of \(sweep) is in the queue") }
        try Cancellation(commands: session.commands).cancel(waiting: waiting + closing, working: working, atOnce: now)
        if !closing.isEmpty { Talk.say("the job that was to collect at the end is taken back") }
        sayTaken(waiting.count, working.count)
    }

    /// Runs of one job are of one job.
    private static func distinct(_ jobs: [JobID]) -> [JobID] {
        var seen: Set<JobID> = []
        return jobs.filter { seen.insert($0).inserted }
    }

    /// A job that holds several runs ends for all of them.
    private func sayOthers(_ cells: [ClusterView.Cell]) {
        let chosen = Set(cells.map(\.standing.runID))
        let others = cells.filter { $0.queue?.state.phase != .ended && $0.queue != nil }.flatMap { $0.last?.others ?? [] }.map(\.task.runID)
        let taken = Set(others).subtracting(chosen).sorted()
        if !taken.isEmpty { Talk.say("in the same jobs, and taken back with them: \(taken.joined(separator: ", "))") }
    }

    private func sayTaken(_ waiting: Int, _ working: Int) {
        func jobs(_ count: Int) -> String { "\(count) \(count == 1 ? "job" : "jobs")" }
        if waiting > 0 { Talk.say("\(jobs(waiting)) taken back before the start") }
        if working > 0 {
            Talk.say("\(jobs(working)) at work told to \(now ? "end at once" : "save and end after the current update"); `slbench status \(sweep)` shows when they have")
        }
    }
}
