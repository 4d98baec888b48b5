import Foundation
import SLCluster
import SLSpec
import Testing

/// What is asked of the cluster, and what is kept of it.
struct SubmissionTests {
    private func cell(
        _ name: String, bytes: Int = 1_000_000_000, seconds: Double = 100, cause: SubmissionCause = .new, step: Int = 0, former: Int? = nil, checkpoint: Int = 0
    ) -> ClusterCell {
        ClusterCell(
            runKey: name + name, runID: name, cause: cause, step: step, predictedBytes: bytes, estimatedSeconds: seconds, updateSeconds: 0, checkpointBytes: checkpoint,
            formerMemory: former)
    }

    @Test(arguments: [
        // 1 GB + 10 % = 1049.04 MB of 2²⁰ bytes.
        (1_000_000_000, 1280), (1, 256), (244_032_232, 256), (244_032_233, 512),
    ])
    func memoryIsThePredictionWithItsMargin(bytes: Int, megabytes: Int) {
        #expect(ResourceClass(cell("a", bytes: bytes), threads: 2, spec: SlurmSpec()).memory.megabytes == megabytes)
    }

    private static let times: [(Double, Int)] = [(0, 5), (199, 5), (201, 10), (3600, 120), (21_600, 720), (691_200, 17_280), (.infinity, 10_000_800)]

    @Test(arguments: times)
    func timeIsTheEstimateWithItsMargin(seconds: Double, minutes: Int) {
        #expect(ResourceClass(cell("a", seconds: seconds), threads: 2, spec: SlurmSpec()).time.seconds == minutes * 60)
    }

    @Test func requestsCanBeSetAndHaveALimit() {
        let spec = SlurmSpec(time: SlurmTime(seconds: 7200), memory: SlurmMemory(megabytes: 5000))
        let set = ResourceClass(cell("a"), threads: 3, spec: spec)
        #expect(set == ResourceClass(cores: 3, memory: SlurmMemory(megabytes: 5000), time: SlurmTime(seconds: 7200)))
        #expect(ResourceClass(cell("a", seconds: 1e6), threads: 3, spec: SlurmSpec(), longest: SlurmTime(seconds: 3600)).time.seconds == 3600)
    }

    @Test func tooLittleMemoryBecomesHalfAsMuchAgain() {
        let again = cell("a", cause: .outOfMemory, former: 1280)
        #expect(ResourceClass(again, threads: 1, spec: SlurmSpec()).memory.megabytes == 2048)
        #expect(ResourceClass(again, threads: 1, spec: SlurmSpec(memory: SlurmMemory(megabytes: 1000))).memory.megabytes == 2048, "what was set was too little")
        #expect(ResourceClass(cell("a", cause: .lost, former: 1280), threads: 1, spec: SlurmSpec()).memory.megabytes == 1280)
    }

    @Test func cellsOfOneRequestFormAnArray() {
        let cells = [cell("a"), cell("b", bytes: 3_000_000_000), cell("c"), cell("d"), cell("e", bytes: 3_000_000_000)]
        let arrays = PlannedArray.of(cells, threads: 1, spec: SlurmSpec(), longest: nil, maxArraySize: 1001)
        #expect(arrays.map { $0.cells.map(\.runID) } == [["a", "c", "d"], ["b", "e"]])
        let short = PlannedArray.of(cells, threads: 1, spec: SlurmSpec(), longest: nil, maxArraySize: 3)
        #expect(short.map { $0.cells.map(\.runID) } == [["a", "c"], ["d"], ["b", "e"]])
        #expect(PlannedArray.of(cells, threads: 1, spec: SlurmSpec(), longest: nil, maxArraySize: 0).count == 5)
        #expect(PlannedArray.of([], threads: 1, spec: SlurmSpec(), longest: nil, maxArraySize: 1001).isEmpty)
    }

    /// Short cells one after the other, as far as the job's time allows; the jobs of an array ask for the time of the longest.
    @Test func shortCellsArePacked() {
        let cells = [cell("a"), cell("b"), cell("c", bytes: 3_000_000_000), cell("d"), cell("e"), cell("f")]
        func runs(_ arrays: [PlannedArray]) -> [[[String]]] { arrays.map { $0.elements.map { $0.map(\.runID) } } }
        let packed = PlannedArray.of(cells, threads: 1, spec: SlurmSpec(), longest: nil, maxArraySize: 1001, pack: 2)
        #expect(runs(packed) == [[["a", "b"], ["d", "e"], ["f"]], [["c"]]])
        // 100 s and 100 s with their margin are 5 minutes to the second; three are 7.5.
        #expect(packed.map(\.resources.time.seconds) == [300, 300] && packed[0].words == "5 runs in 3 jobs" && packed[1].words == "1 run")
        let three = PlannedArray.of(cells, threads: 1, spec: SlurmSpec(), longest: nil, maxArraySize: 1001, pack: 3)
        #expect(three[0].resources.time.seconds == 600 && three[0].elements.map(\.count) == [3, 2])
        let limited = PlannedArray.of(cells, threads: 1, spec: SlurmSpec(), longest: SlurmTime(seconds: 320), maxArraySize: 1001, pack: 9)
        #expect(limited[0].elements.map(\.count) == [2, 2, 1], "no more than its time allows")
        let set = PlannedArray.of(cells, threads: 1, spec: SlurmSpec(time: SlurmTime(seconds: 120)), longest: nil, maxArraySize: 1001, pack: 9)
        #expect(set[0].elements.map(\.count) == [1, 1, 1, 1, 1], "one that does not fit goes on in another job")
        let short = PlannedArray.of(cells, threads: 1, spec: SlurmSpec(), longest: nil, maxArraySize: 3, pack: 2)
        #expect(runs(short) == [[["a", "b"], ["d", "e"]], [["f"]], [["c"]]])
        let commands = FakeCommands { _, _ in "7\n" }
        #expect((try? submitter(on: commands).submit(packed[0], token: "t", index: 0)) != nil && commands.said.first?.contains("--array=1-3") == true)
    }

    private func submitter(_ spec: SlurmSpec = SlurmSpec(), facts: ClusterFacts = ClusterFacts(), on commands: FakeCommands) -> Submitter {
        Submitter(commands: commands, spec: spec, sweep: "s", folder: SubmissionFolder(url: URL(filePath: "/x/submission-1")), facts: facts)
    }

    @Test func resourcesAreOptionsOfSbatch() throws {
        let commands = FakeCommands { _, _ in "a plugin says hello\n41;north\n" }
        let spec = SlurmSpec(
            partition: "main", account: "phys", qos: "q", constraint: "a&b", exclusive: true, arrayLimit: 2, options: ["--mail-type=END"])
        let array = PlannedArray.of([cell("a", checkpoint: 2_000_000_000), cell("b")], threads: 4, spec: spec, longest: nil, maxArraySize: 1001)[0]
        let answer = try submitter(spec, on: commands).submit(array, token: "t 1", index: 0)
        #expect(answer.job == 41 && answer.cluster == "north")
        let said = try #require(commands.said.first)
        for option in [
            "--parsable", "--job-name=slbench-s", "--comment=t 1", "--array=1-2%2", "--cpus-per-task=4", "--mem=1280M", "--time=00:05:00", "--signal=B:USR1@80",
            "--requeue", "--open-mode=append", "--output=/x/submission-1/job-%A_%a.log", "--partition=main", "--account=phys", "--qos=q", "--constraint=a&b",
            "--exclusive", "--mail-type=END",
        ] { #expect(said.contains(option), "\(option) is missing in \(said)") }
        #expect(Array(said.suffix(2)) == ["/x/submission-1/job.sh", "/x/submission-1/tasks-1.json"])
    }

    /// Ranks may lie on several nodes, and each has memory and cores of its own.
    @Test func ranksAreTasks() throws {
        let commands = FakeCommands { _, _ in "7\n" }
        let array = PlannedArray.of([cell("a")], threads: 3, ranks: 4, spec: SlurmSpec(), longest: nil, maxArraySize: 1001)[0]
        _ = try submitter(on: commands).submit(array, token: "t", index: 0)
        for option in ["--ntasks=4", "--cpus-per-task=3", "--mem-per-cpu=427M"] { #expect(commands.said[0].contains(option), "\(option)") }
        #expect(!commands.said[0].contains { $0.hasPrefix("--mem=") || $0.hasPrefix("--nodes=") })
        #expect(array.resources.words.hasPrefix("4 ranks of 3 cores, 1280 MB"))
        let script = BatchScript(program: "/opt/slbench", ranks: 4)
        #expect(script.text.contains(#"exec srun -K1 --mpi=pmix --cpus-per-task="$SLURM_CPUS_PER_TASK" /opt/slbench run-cell --tasks "$@""#))
        #expect(!BatchScript(program: "/opt/slbench").text.contains("srun"))
    }

    /// The job that comes last waits for all the others, and asks for what the cluster's rules want of every job.
    @Test func theLastJobWaitsForTheOthers() throws {
        let commands = FakeCommands { _, _ in "50\n" }
        let spec = SlurmSpec(partition: "main", account: "phys", qos: "q", exclusive: true, options: ["--mail-type=END"])
        let submitter = submitter(spec, facts: ClusterFacts(longest: SlurmTime(seconds: 600)), on: commands)
        #expect(try submitter.submitClosing(after: [41, 43], token: "t").job == 50)
        let said = try #require(commands.said.first)
        for option in [
            "--dependency=afterany:41:43", "--job-name=slbench-s-collect", "--comment=t", "--nodes=1", "--ntasks=1", "--cpus-per-task=1", "--mem=1024M", "--time=00:10:00",
            "--partition=main", "--account=phys", "--qos=q", "--mail-type=END", "--output=/x/submission-1/collect-%j.log", "--requeue",
        ] { #expect(said.contains(option), "\(option) is missing in \(said)") }
        #expect(!said.contains { $0.hasPrefix("--array") || $0.hasPrefix("--signal") || $0 == "--exclusive" })
        #expect(Array(said.suffix(3)) == ["/x/submission-1/job.sh", "/x/submission-1/closing.json", "--conclude"])
    }

    @Test func anInspectionTakesAMinute() throws {
        let commands = FakeCommands { _, _ in "51\n" }
        #expect(try submitter(on: commands).submitInspection(URL(filePath: "/x/node.json"), token: "t", cores: 3).job == 51)
        for option in ["--time=00:01:00", "--cpus-per-task=3", "--no-requeue", "--job-name=slbench-doctor"] { #expect(commands.said[0].contains(option), "\(option)") }
        #expect(Array(commands.said[0].suffix(3)) == ["/x/submission-1/job.sh", "/x/node.json", "--inspect"])
    }

    /// Where a cluster has no arrays, each run is a job.
    @Test func jobsWithoutArraysAreToldTheirTask() throws {
        let commands = FakeCommands { _, _ in "42\n" }
        let facts = ClusterFacts(maxArraySize: 0)
        let arrays = PlannedArray.of([cell("a"), cell("b")], threads: 4, spec: SlurmSpec(), longest: nil, maxArraySize: 0)
        _ = try submitter(facts: facts, on: commands).submit(arrays[1], token: "t", index: 1)
        #expect(commands.said[0].contains { $0.hasPrefix("--array") } == false)
        #expect(Array(commands.said[0].suffix(3)) == ["/x/submission-1/tasks-2.json", "--task", "1"])
    }

    @Test func impossibleRequestsAreNamed() throws {
        let commands = FakeCommands { _, _ throws(ClusterError) in
            throw ClusterError(command: "sbatch", problem: "allocation failure: Requested node configuration is not available")
        }
        let array = PlannedArray.of([cell("a"), cell("b")], threads: 4, spec: SlurmSpec(), longest: nil, maxArraySize: 1001)[0]
        let error = #expect(throws: ClusterError.self) { try submitter(on: commands).check(array, index: 0) }
        #expect(error?.problem.contains("2 runs ask for 4 cores, 1280 MB") == true && error?.problem.contains("not available") == true && error?.fix != nil)
        #expect(commands.said[0][1] == "--test-only")
    }

    @Test func anAnswerWithoutANumberIsNone() {
        let commands = FakeCommands { _, _ in "Submitted\n" }
        let array = PlannedArray.of([cell("a")], threads: 4, spec: SlurmSpec(), longest: nil, maxArraySize: 1001)[0]
        let error = #expect(throws: ClusterError.self) { try submitter(on: commands).submit(array, token: "t", index: 0) }
        #expect(error?.isUnanswered == true, "it may have been taken")
    }

    @Test func whatAJobSaysOfItselfIsNotHandedOn() {
        let cleaned = SlurmCommands.cleaned([
            "PATH": "/bin", "SLURM_CONF": "/c", "SLURM_MEM_PER_CPU": "100", "SLURM_JOB_ID": "4", "SQUEUE_FORMAT": "%i", "SBATCH_ACCOUNT": "phys",
        ])
        #expect(cleaned == ["PATH": "/bin", "SLURM_CONF": "/c", "SBATCH_ACCOUNT": "phys", "SLURM_TIME_FORMAT": "standard"])
    }

    // MARK: What is kept

    private func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-cluster-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private func record(_ tasks: [(run: String, cause: SubmissionCause, step: Int)], job: Int?, token: String = "t", refusal: String? = nil) -> SubmissionRecord {
        SubmissionRecord(
            sweep: "s", database: "/r.sqlite", submittedAt: "2026-11-28T14:00:00Z",
            arrays: [
                .init(
                    token: token, resources: ResourceClass(cores: 1, memory: SlurmMemory(megabytes: 256), time: SlurmTime(seconds: 300)),
                    tasks: tasks.enumerated().map { .init(number: $0 + 1, runKey: $1.run + "key", runID: $1.run, cause: $1.cause, step: $1.step) }, isArray: true,
                    job: job, refusal: refusal)
            ])
    }

    @Test func submissionsAreFoundAgain() throws {
        try inFolder { folder in
            #expect(SubmissionHistory(sweep: "s", runs: folder).isEmpty)
            for number in 1...10 {
                let place = SubmissionHistory(sweep: "s", runs: folder).next
                #expect(place.url.lastPathComponent == "submission-\(number)")
                try place.write(record([("a", .lost, 3)], job: 40 + number))
            }
            let history = SubmissionHistory(sweep: "s", runs: folder)
            let entries = try #require(history.entries()["a"])
            #expect(entries.compactMap(\.id) == (41...50).map { JobID(job: $0, task: 1) })
            #expect(SubmissionHistory.losses(entries, step: 3) == 11 && SubmissionHistory.losses(entries, step: 4) == 1, "it got further")
            #expect(SubmissionHistory(sweep: "another", runs: folder).isEmpty)
        }
    }

    /// The command ended between the cluster's taking a job and the noting of its number.
    @Test func aJobWhoseNumberWasNotNotedIsFoundByItsToken() throws {
        try inFolder { folder in
            try SubmissionHistory(sweep: "s", runs: folder).next.write(record([("a", .new, 0), ("b", .new, 0)], job: nil, token: "slbench x 1"))
            let queue = JobQueue([
                QueueEntry(id: JobID(job: 77, task: 1), state: JobState("RUNNING"), comment: "slbench x 1"),
                QueueEntry(id: JobID(job: 78, task: 1), state: JobState("RUNNING"), comment: "slbench y 1"),
            ])
            var history = SubmissionHistory(sweep: "s", runs: folder)
            try history.recognize(queue)
            #expect(history.entries()["b"]?.last?.id == JobID(job: 77, task: 2))
            #expect(SubmissionHistory(sweep: "s", runs: folder).entries()["a"]?.last?.id == JobID(job: 77, task: 1), "it is noted for good")
        }
    }

    @Test func whatWasRefusedWasNotSubmitted() throws {
        try inFolder { folder in
            try SubmissionHistory(sweep: "s", runs: folder).next.write(record([("a", .new, 0)], job: nil, refusal: "QOSMaxSubmitJobPerUserLimit"))
            #expect(SubmissionHistory(sweep: "s", runs: folder).entries().isEmpty)
        }
    }

    @Test func theViewJoinsQueueAndRecords() throws {
        try inFolder { folder in
            try SubmissionHistory(sweep: "s", runs: folder).next.write(record([("a", .new, 0), ("b", .new, 0), ("c", .new, 0), ("d", .new, 0)], job: 7))
            let queue = JobQueue([
                QueueEntry(id: JobID(job: 7, task: 1), state: JobState("RUNNING"), nodes: "n0"),
                QueueEntry(id: JobID(job: 7, task: 2), state: JobState("PENDING"), reason: "Priority"),
                QueueEntry(id: JobID(job: 7, task: 4), state: JobState("PENDING"), reason: "launch failed requeued held"),
            ])
            func run(_ id: String, _ status: RunStatus?) -> RunStanding {
                RunStanding(runID: id, size: "9m", method: "m", rank: nil, seed: 1, status: status, step: 5, steps: 10, silentSeconds: 1)
            }
            let runs = [run("a", .running), run("b", nil), run("c", .running), run("d", .finished), run("e", nil)]
            let view = ClusterView(runs, history: SubmissionHistory(sweep: "s", runs: folder), queue: queue)
            #expect(view.cells.map(\.state) == [.working(isSilent: false), .waiting, .lost, .finished(hasGhost: true), .new])
            #expect(view.isOpen && view.ghosts == [JobID(job: 7, task: 4)] && view.cells[0].queue?.nodes == "n0")
            var guessed = run("c", .interrupted)
            guessed.failure = "interrupted: The process 7 on n1 \(RunFailure.withoutAWord)."
            #expect(ClusterView([guessed, run("a", .interrupted)], history: SubmissionHistory(sweep: "s", runs: folder), queue: JobQueue([])).cells.map(\.state) == [.lost, .interrupted])
            let blind = ClusterView(runs, history: SubmissionHistory(sweep: "s", runs: folder), queue: nil)
            #expect(blind.cells.map(\.state) == [.working(isSilent: false), .unknown, .working(isSilent: false), .finished(hasGhost: false), .new])
        }
    }

    /// Runs of one job come one after the other: what the queue says of the job is true of one of them.
    @Test func runsOfOneJobWaitForEachOther() throws {
        try inFolder { folder in
            var given = record([("a", .new, 0), ("b", .new, 0), ("c", .new, 0), ("d", .new, 0)], job: 7)
            for index in given.arrays[0].tasks.indices { given.arrays[0].tasks[index].number = index < 3 ? 1 : 2 }
            given.closing = .init(token: "slbench x collect", job: 9)
            try SubmissionHistory(sweep: "s", runs: folder).next.write(given)
            let history = SubmissionHistory(sweep: "s", runs: folder)
            #expect(history.submissions[0].record == given && history.closing?.job == 9)
            func run(_ id: String, _ status: RunStatus?) -> RunStanding {
                RunStanding(runID: id, size: "9m", method: "m", rank: nil, seed: 1, status: status, step: 5, steps: 10, silentSeconds: 1)
            }
            func view(_ state: String, _ statuses: [RunStatus?]) -> ClusterView {
                let queue = JobQueue([
                    QueueEntry(id: JobID(job: 7, task: 1), state: JobState(state), nodes: "n0"), QueueEntry(id: JobID(job: 9), state: JobState("PENDING"), reason: "Dependency"),
                ])
                return ClusterView(
                    zip(["a", "b", "c", "d"], statuses).map { run($0, $1) }, history: history, queue: queue, hasFailed: { $0.task.runID == "a" && statuses[0] == .failed })
            }
            let working = view("RUNNING", [.failed, .running, nil, .finished])
            #expect(working.cells.map(\.state) == [.failed, .working(isSilent: false), .waiting, .finished(hasGhost: false)])
            #expect(working.cells.map(\.behind) == [0, 0, 1, 0] && working.closing?.job == 9 && working.closing?.entry?.reason == "Dependency")
            #expect(working.cells[1].last?.others.map(\.task.runID) == ["a", "c"] && working.cells[3].last?.others.isEmpty == true)
            // The job is gone with the second: the third was never begun, and is no loss.
            let ended = view("FAILED", [.finished, .running, nil, .finished])
            #expect(ended.cells.map(\.state) == [.finished(hasGhost: false), .lost, .heldBack, .finished(hasGhost: false)])
            // The job of a finished run is none without a purpose while it has others.
            #expect(view("PENDING", [.finished, .interrupted, nil, nil]).cells.map(\.state) == [.finished(hasGhost: false), .waiting, .waiting, .lost])
            #expect(view("PENDING", [.finished, .finished, .finished, nil]).ghosts.map(\.description) == ["7_1"])
            let unseen = ClusterView(["a", "b", "c"].map { run($0, nil) }, history: history, queue: nil)
            #expect(unseen.cells.map(\.state) == [.unknown, .unknown, .unknown] && unseen.closing?.entry == nil)
        }
    }

    /// What was submitted before there was a last job has none.
    @Test func aRecordWithoutALastJobIsRead() throws {
        try inFolder { folder in
            let given = record([("a", .new, 0)], job: 7)
            let place = SubmissionHistory(sweep: "s", runs: folder).next
            try place.write(given)
            #expect(try !String(contentsOf: place.record, encoding: .utf8).contains("closing"))
            #expect(place.read() == given && SubmissionHistory(sweep: "s", runs: folder).closing == nil)
            try place.write(ClosingTask(sweep: "s", database: "/r.sqlite", report: nil))
            #expect(try RecordJSON.decoder().decode(ClosingTask.self, from: Data(contentsOf: place.closing)) == ClosingTask(sweep: "s", database: "/r.sqlite", report: nil))
        }
    }

    @Test func theLastJobIsFoundByItsToken() throws {
        try inFolder { folder in
            var given = record([("a", .new, 0)], job: 7)
            given.closing = .init(token: "slbench x collect")
            try SubmissionHistory(sweep: "s", runs: folder).next.write(given)
            var history = SubmissionHistory(sweep: "s", runs: folder)
            #expect(history.closing == nil)
            try history.recognize(JobQueue([QueueEntry(id: JobID(job: 12), state: JobState("PENDING"), comment: "slbench x collect")]))
            #expect(history.closing?.job == 12 && SubmissionHistory(sweep: "s", runs: folder).closing?.job == 12)
        }
    }

    // MARK: The script

    @Test func theScriptIsPlainBash() throws {
        try inFolder { folder in
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let script = BatchScript(program: "/opt/my tools/slbench")
            let file = folder.appending(path: "job.sh")
            try Data(script.text.utf8).write(to: file)
            #expect(try BatchScript(contentsOf: file.path) == script, "what it writes it takes")
            #expect(script.text.split(separator: "\n").last == #"exec '/opt/my tools/slbench' run-cell --tasks "$@""#)
            let bash = Process()
            bash.executableURL = URL(filePath: "/bin/bash")
            bash.arguments = ["-n", file.path]
            try bash.run()
            bash.waitUntilExit()
            #expect(bash.terminationStatus == 0)
        }
    }

    @Test(arguments: ["", "echo", "#!/bin/bash\necho done\n", "#!/bin/bash\nslbench run-cell --tasks \"$1\"\n", "#!/bin/bash\n# exec slbench run-cell --tasks \"$@\"\n"])
    func otherScriptsAreRefused(text: String) throws {
        try inFolder { folder in
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let file = folder.appending(path: "job.sh")
            try Data(text.utf8).write(to: file)
            #expect(throws: DataError.self) { try BatchScript(contentsOf: file.path) }
        }
    }

    // MARK: Cancelling

    @Test func workingJobsAreToldToSaveThemselves() throws {
        let commands = FakeCommands { _, _ in "" }
        let (waiting, working) = ([JobID(job: 1, task: 1)], [JobID(job: 1, task: 2)])
        try Cancellation(commands: commands).cancel(waiting: waiting, working: working, atOnce: false)
        #expect(commands.said == [["scancel", "--state=PENDING", "1_1"], ["scancel", "--state=RUNNING", "--batch", "--signal=USR2", "1_1", "1_2"]])
        let atOnce = FakeCommands { _, _ in "" }
        try Cancellation(commands: atOnce).cancel(waiting: waiting, working: working, atOnce: true)
        #expect(atOnce.said.last == ["scancel", "1_1", "1_2"])
    }

    @Test func aJobThatEndedMeanwhileIsNoError() throws {
        let late = FakeCommands { _, _ throws(ClusterError) in
            throw ClusterError(command: "scancel", problem: "scancel: error: Kill job error on job id 1_2: Job/step already completing or completed")
        }
        try Cancellation(commands: late).cancel(waiting: [], working: [JobID(job: 1, task: 2)], atOnce: false)
        let down = FakeCommands { _, _ throws(ClusterError) in throw ClusterError(command: "scancel", problem: "Unable to contact slurm controller") }
        #expect(throws: ClusterError.self) { try Cancellation(commands: down).cancel(waiting: [], working: [JobID(job: 1, task: 2)], atOnce: false) }
    }
}
