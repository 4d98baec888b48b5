import ArgumentParser
import Foundation
import SLCluster
import SLHarness
import SLSpec
import SLStore

/// Submits what is missing of a sweep as jobs of a cluster, and ends.
///
/// What is to be submitted is written down before the cluster hears of it, and every number that it answers after that. A command that is
/// killed in between leaves an array without a number; the next one finds its jobs by the token in their comments. Should a cluster
/// keep no comments, a run can be queued twice: the job that starts later takes the run over by its claim, the other stops, and nothing is
/// trained twice.
struct ClusterSweep {
    let config: SweepConfig
    /// The database.
    let path: String
    let execution: ExecutionOptions
    let choice: RunChoice
    let options: ClusterOptions
    /// Where the job that comes last writes the report; `nil` for none.
    var report: String?
    var commands: any ClusterCommands = SlurmCommands()

    private var spec: SlurmSpec { config.slurm ?? SlurmSpec() }
    private var session: ClusterSession { ClusterSession(name: config.name, path: path, commands: commands) }
    private var template: String? { options.template ?? spec.template }

    /// The script that would be submitted.
    ///
    /// - Throws: `DataError` when the user's own can't be used, `ExitCode` when nobody knows where this program is.
    func script() throws -> BatchScript {
        if let template { return try BatchScript(contentsOf: template) }
        guard let program = ProgramFile.location else { throw ExitCode(70) }
        return BatchScript(program: program.path, ranks: config.ranks)
    }

    /// Everything that a plan needs to know of the cluster.
    private func surroundings() throws -> (facts: ClusterFacts, threads: Int) {
        let facts = try ClusterFacts(commands, partition: spec.partition)
        let asked = execution.parallel.threads ?? config.threads ?? Program.threadsByVariable
        let threads = asked ?? facts.nodeCores ?? MachineProbe.usableCores
        if asked == nil {
            Talk.say("\(threads) threads a run: all cores of the smallest node of \(facts.partitions.joined(separator: ", ")); --threads says another number")
        }
        return (facts, threads)
    }

    private func preparation(_ threads: Int) -> SweepPreparation { SweepPreparation(config: config, threads: threads, runsHere: false) }

    // MARK: Showing

    /// Prints the plan, what each class of cells would ask for, and node-hours.
    func show() throws {
        let (facts, threads) = try surroundings()
        let preparation = preparation(threads)
        let (specs, text, missing) = try preparation.specsForPlan()
        let plan = try preparation.plan(specs, ledger: try PlanCommand.ledger(path, anywhere: true), choice: choice)
        if let missing { Talk.say(ErrorPresentation.words(missing)) }
        let queue = try session.queue()
        let store = FileManager.default.fileExists(atPath: path) ? try ResultStore(readOnlyPath: path) : nil
        let runs = (try? store?.standing(sweep: config.name)) ?? []
        let arrays = arrays(of: cells(plan, threads, view: session.view(standings(plan, runs), session.history, queue)), threads, facts)
        let table = try PlanTable.readable(plan, jobs: 1, isNamed: missing == nil, evidence: config.evidence, database: store)
        print(([table] + text).joined(separator: "\n"))
        print(ClusterTable.plan(arrays, facts: facts, spec: spec))
        if !arrays.isEmpty, !options.noCollectJob {
            let closing = submitter(session.history.next, facts).closingResources
            print("a job of \(closing.words) would take over what they recorded when all have ended" + (report.map { ", and write \($0)" } ?? ""))
        }
    }

    /// Runs that the database does not know yet are new.
    private func standings(_ plan: SweepPlan, _ known: [RunStanding]) -> [RunStanding] {
        let byID = Dictionary(known.map { ($0.runID, $0) }, uniquingKeysWith: { $1 })
        return plan.cells.map { cell in
            byID[cell.runID]
                ?? RunStanding(
                    runID: cell.runID, size: cell.spec.model.name, method: cell.spec.method, rank: cell.spec.rank, seed: Int(cell.spec.seed),
                    status: cell.status, step: 0, steps: cell.spec.training.steps)
        }
    }

    // MARK: Submitting

    /// What became of it.
    struct Ended {
        var submitted = 0
        var view: ClusterView
        var runKeys: [String]
        var predictions: [PredictionRecord]
    }

    /// - Throws: `ClusterError` when the cluster does not answer or refuses; what it took until then is noted.
    func run() throws -> Ended {
        let script = try script()
        let (facts, threads) = try surroundings()
        let preparation = preparation(threads)
        let specs = try preparation.specs()
        let queue = try session.queue()
        // The database is one that other machines may open, from its first moment on.
        try? FileManager.default.createDirectory(at: session.history.folder, withIntermediateDirectories: true)
        let store = try ResultStore(path: path)
        session.collect(Collector(database: path))
        for key in try store.closeAbandonedRuns() { Talk.say("run \(ShortKey.of(key)): its process is gone; it will be run again") }
        let plan = try preparation.plan(specs, ledger: StoreLedger(store: store, isOfAnyHost: true), choice: choice)
        let planned = try specs.map { try $0.spec.runKey() }
        if let words = SweepSession.dropped(try store.finishedRuns(of: plan.name, besides: planned), name: plan.name) { Talk.say(words) }
        let predictions = plan.predictions.map(\.record)
        let keys = try store.registerSweep(name: plan.name, specs: specs.map(\.spec), predictions: predictions, evidence: config.evidence)
        var history = session.history
        try history.recognize(queue)
        let standings = try store.standing(sweep: plan.name)
        let chosen = cells(plan, threads, view: session.view(standings, history, queue))
        let arrays = arrays(of: chosen, threads, facts)
        try checkDisk(plan, chosen)
        if !arrays.isEmpty {
            let record = try submit(arrays, plan, store, script, to: history.next, facts, threads: threads)
            if !options.noCollectJob { try submitClosing(record, submitter(history.next, facts), history, queue) }
        }
        // Of the chosen cells alone, and as they stood before.
        let ids = Set(plan.cells.map(\.runID))
        var view = session.view(standings, history, queue)
        view.cells.removeAll { !ids.contains($0.standing.runID) }
        return Ended(submitted: chosen.count, view: view, runKeys: keys, predictions: predictions)
    }

    /// The cells that are to be submitted, in the order in which a sweep at home would run them.
    private func cells(_ plan: SweepPlan, _ threads: Int, view: ClusterView) -> [ClusterCell] {
        let seen = Dictionary(view.cells.map { ($0.standing.runID, $0) }, uniquingKeysWith: { $1 })
        return RunOrder.interleaved(plan.cells).compactMap { cell in
            guard let sight = seen[cell.runID], case .submit(let cause) = NextStep(sight.state, losses: sight.losses, retriesFailed: choice.retryFailed) else {
                return nil
            }
            let left = 1 - Double(sight.standing.step) / Double(max(1, cell.spec.training.steps))
            return ClusterCell(
                runKey: cell.runKey, runID: cell.runID, cause: cause, step: sight.standing.step,
                predictedBytes: cell.memory.total + cell.probeBytes + MemoryGuard.overheadBytes(threads: threads), estimatedSeconds: cell.time.seconds * max(0.02, left),
                updateSeconds: cell.time.seconds / Double(max(1, cell.spec.training.steps)), checkpointBytes: cell.disk.checkpointBytes,
                formerMemory: sight.formerMemory)
        }
    }

    private func arrays(of cells: [ClusterCell], _ threads: Int, _ facts: ClusterFacts) -> [PlannedArray] {
        PlannedArray.of(cells, threads: threads, ranks: config.ranks, spec: spec, longest: facts.longest, maxArraySize: facts.maxArraySize, pack: options.pack ?? 1)
    }

    private func submitter(_ folder: SubmissionFolder, _ facts: ClusterFacts) -> Submitter {
        Submitter(commands: commands, spec: spec, sweep: config.name, folder: folder, facts: facts)
    }

    /// All cells may be at work at once, as far as the config does not bound them.
    private func checkDisk(_ plan: SweepPlan, _ cells: [ClusterCell]) throws {
        let submitted = Set(cells.map(\.runKey))
        var fitting = plan
        fitting.cells = plan.cells.filter { submitted.contains($0.runKey) }
        for index in fitting.cells.indices { fitting.cells[index].action = .run }
        let (path, runs) = (path, session.runs)
        try DiskGuard(
            jobs: min(cells.count, spec.arrayLimit ?? cells.count), freeBytes: { MachineProbe.freeDiskBytes(at: path) },
            existingBytes: { DiskGuard.bytes(in: runs.folder($0.runID)) }
        ).check(fitting, place: URL(filePath: path).deletingLastPathComponent().path)
    }

    /// - Returns: what was submitted, with its jobs.
    private func submit(
        _ arrays: [PlannedArray], _ plan: SweepPlan, _ store: ResultStore, _ script: BatchScript, to folder: SubmissionFolder, _ facts: ClusterFacts, threads: Int
    ) throws -> SubmissionRecord {
        let submitter = submitter(folder, facts)
        try script.write(to: folder.script)
        for (index, array) in arrays.enumerated() { try submitter.check(array, index: index) }
        try writeTasks(arrays, plan, store, folder, threads: threads)
        var record = SubmissionRecord(
            sweep: plan.name, database: session.runs.url.path, submittedAt: Date().formatted(.iso8601),
            arrays: arrays.enumerated().map { index, array in
                .init(
                    token: "\(ClusterSession.tokenPrefix)\(UUID().uuidString.lowercased()) \(index + 1)", resources: array.resources,
                    tasks: array.elements.enumerated().flatMap { place, cells in
                        cells.map { .init(number: place + 1, runKey: $0.runKey, runID: $0.runID, cause: $0.cause, step: $0.step) }
                    },
                    isArray: submitter.hasArrays)
            })
        try folder.write(record)
        for (index, array) in arrays.enumerated() {
            do throws(ClusterError) {
                let answer = try submitter.submit(array, token: record.arrays[index].token, index: index)
                (record.arrays[index].job, record.arrays[index].cluster) = (answer.job, answer.cluster)
                Talk.say("job \(answer.job): \(array.words) of \(array.resources.words)")
            } catch {
                // One that was not answered may have been taken; its token tells.
                if !error.isUnanswered { for later in index..<arrays.count { record.arrays[later].refusal = error.problem } }
                try folder.write(record)
                throw error
            }
            try folder.write(record)
        }
        return record
    }

    /// The job that comes last waits for all jobs of the sweep, those of earlier submissions too, and takes the place of the one that would have come
    /// last without it. Without it `status` and `collect` do the same: that it was not taken is no error.
    private func submitClosing(_ record: SubmissionRecord, _ submitter: Submitter, _ history: SubmissionHistory, _ queue: JobQueue) throws {
        var record = record
        let open = history.entries().values.joined().compactMap(\.id).filter { queue.entries[$0].map { $0.state.phase != .ended } ?? false }
        let jobs = Set(open.map(\.job) + record.arrays.compactMap(\.job)).sorted()
        let token = "\(ClusterSession.tokenPrefix)\(UUID().uuidString.lowercased()) collect"
        record.closing = .init(token: token)
        try submitter.folder.write(ClosingTask(sweep: record.sweep, database: URL(fileURLWithPath: path).standardizedFileURL.path, report: report))
        try submitter.folder.write(record)
        do throws(ClusterError) {
            let job = try submitter.submitClosing(after: jobs, token: token).job
            record.closing?.job = job
            Talk.say("job \(job): takes over what they recorded when all have ended" + (report.map { ", and writes \($0)" } ?? ""))
            if let former = history.closing.map({ JobID(job: $0.job) }), queue.entries[former]?.state.phase == .waiting {
                // Left in the queue it would collect once more.
                try? Cancellation(commands: commands).cancel(waiting: [former], working: [], atOnce: true)
            }
        } catch {
            Talk.say(
                "no job takes over what they recorded when all have ended (\(error.command): \(error.problem)); "
                    + "`slbench status \(record.sweep)` does whenever it is called")
        }
        try submitter.folder.write(record)
    }

    private func writeTasks(_ arrays: [PlannedArray], _ plan: SweepPlan, _ store: ResultStore, _ folder: SubmissionFolder, threads: Int) throws {
        let planned = Dictionary(plan.cells.map { ($0.runKey, $0) }, uniquingKeysWith: { $1 })
        let assignment = SweepRun(
            plan: plan, ledger: StoreLedger(store: store), path: path, threads: threads, checkpoint: config.checkpoint, options: execution,
            replacesFinished: false, ranks: config.ranks
        ).assignment
        let kernels = spec.kernels
        let writer = TaskWriter(plan: plan, store: store, path: path) { cell in
            var told = assignment(cell)
            told.kernels = kernels
            return told
        }
        for (index, array) in arrays.enumerated() {
            var tasks = BatchTasks(tasks: [:], maxFailures: execution.maxFailures)
            for (number, cells) in array.elements.enumerated() {
                tasks.tasks[String(number + 1)] = try cells.compactMap { planned[$0.runKey] }.map { try writer.write($0).path }
            }
            try tasks.write(to: folder.tasks(array: index))
        }
    }
}
