import Foundation
import SLHarness
import SLSpec
import Synchronization
import Testing

/// What a run's process is told by a batch system, and by whoever submitted it.
@Suite struct BatchJobTests {
    @Test func theElementOfAnArrayIsNamedByItsArray() {
        let element = BatchJob(
            environment: [
                "SLURM_JOB_ID": "4711", "SLURM_ARRAY_JOB_ID": "4711", "SLURM_ARRAY_TASK_ID": "3", "SLURM_RESTART_COUNT": "2",
                "SLURM_JOB_END_TIME": "1700000000", "SLURM_CPUS_ON_NODE": "4",
            ], processors: 8)
        #expect(element?.id == "4711_3" && element?.task == 3 && element?.restarts == 2 && element?.end == 1.7e9 && element?.isExclusive == false)
        let single = BatchJob(environment: ["SLURM_JOB_ID": "12", "SLURM_CPUS_ON_NODE": "8"], processors: 8)
        #expect(single?.id == "12" && single?.task == nil && single?.restarts == 0 && single?.end == nil && single?.isExclusive == true)
        #expect(BatchJob(environment: ["SLURM_JOB_ID": "", "PATH": "/bin"]) == nil)
    }

    @Test func tasksAreFoundByTheirNumbers() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("slbench-tasks-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try BatchTasks(tasks: ["1": ["/a/assignment.json", "/c/assignment.json"], "2": ["b/assignment.json"], "4": []]).write(to: file)
        let tasks = try BatchTasks(contentsOf: file)
        #expect(try tasks.assignments(1, file: "t").map(\.path) == ["/a/assignment.json", "/c/assignment.json"])
        for task in 2...4 { #expect(throws: DataError.self) { try tasks.assignments(task, file: "t") } }
        try Data("{}".utf8).write(to: file)
        #expect(throws: DataError.self) { try BatchTasks(contentsOf: file) }
    }

    @Test func pathsOfAnAssignmentAreAbsolute() throws {
        let spec = try Sample.spec("full_rank")
        var given = CellAssignment(
            spec: spec, data: DataSpec(corpus: "text/a.txt", tokenizer: "sentencepiece:400", validation: "/b.txt"), dataDirectory: ".slbench",
            database: "results/r.sqlite", sweep: "s", threads: 1, checkpointFolder: "../runs/x", attemptFile: nil, initialWeights: "w.safetensors")
        given.records = .attempts
        let absolute = given.absolute(in: "/home/u/work")
        #expect(absolute.database == "/home/u/work/results/r.sqlite" && absolute.dataDirectory == "/home/u/work/.slbench")
        #expect(absolute.checkpointFolder == "/home/u/runs/x" && absolute.initialWeights == "/home/u/work/w.safetensors")
        #expect(absolute.data.corpus == "/home/u/work/text/a.txt" && absolute.data.tokenizer == "sentencepiece:400" && absolute.data.validation == "/b.txt")
        #expect(absolute.records == .attempts && absolute.absolute(in: "/elsewhere").database == absolute.database)
        var named = given
        named.data = DataSpec(corpus: "synthetic", tokenizer: "bytes")
        #expect(named.absolute(in: "/x").data == named.data)
    }

    /// Writer and reader are one program, though not always of one day: what is said later than a job was queued must be one that may be missing.
    @Test func anAssignmentIsReadAsItWasWritten() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("slbench-assignment-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let given = CellAssignment(
            spec: try Sample.spec("full_rank"), data: DataSpec(corpus: "/t.txt"), dataDirectory: "/d", database: "/r", sweep: "s", threads: 3,
            checkpointFolder: "/c", checkpoint: CheckpointPolicy(everySteps: 7), timeout: 5, attemptFile: "/a", initialWeights: "/w", records: .attempts,
            firstAttempt: 4, dataIsPrepared: true, ranks: 2, oversubscribes: true, kernels: .haswell)
        try given.write(to: file)
        let read = try CellAssignment(contentsOf: file)
        #expect(read.spec == given.spec && read.data == given.data && read.checkpoint == given.checkpoint && read.kernels == .haswell)
        #expect(read.records == .attempts && read.firstAttempt == 4 && read.dataIsPrepared && read.ranks == 2 && read.oversubscribes)
        #expect(read.timeout == 5 && read.attemptFile == "/a" && read.initialWeights == "/w" && read.sweep == "s" && read.threads == 3)
        var fields = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        #expect(fields.removeValue(forKey: "kernels") != nil)
        let older = try RecordJSON.decoder().decode(CellAssignment.self, from: JSONSerialization.data(withJSONObject: fields))
        #expect(older.kernels == nil && older.spec == given.spec)
    }

    /// A checkpoint must be left before the job's end, however long updates and checkpoints take.
    @Test func theDeadlineLearnsWhatMustFit() {
        let now = Mutex(1000.0)
        let deadline = JobDeadline(end: 1106) { now.withLock { $0 } }
        func after(_ seconds: Double) -> Bool {
            now.withLock { $0 += seconds }
            return deadline.isDue()
        }
        #expect(!after(0) && !after(10) && !after(25) && !deadline.isReached)
        // 1036: another pause of 25 s and a checkpoint of 25 s would end at 1086, and 20 s are kept.
        #expect(after(1) && deadline.isReached)
        now.withLock { $0 = 0 }
        #expect(deadline.isDue())
    }

    @Test func aLogThatNobodyFollowsHasALineAMinute() {
        let now = Mutex(0.0)
        let lines = Mutex<[String]>([])
        var plain = PlainProgress(clock: { now.withLock { $0 } }) { line in lines.withLock { $0.append(line) } }
        plain.note(CellProgress(activity: "preparing", step: 0, totalSteps: 100))
        for step in 1...100 {
            now.withLock { $0 += 10 }
            plain.note(CellProgress(activity: "training", step: step, totalSteps: 100, loss: 4, tokensPerSecond: 1234))
        }
        plain.note(CellProgress(
            activity: "evaluating", step: 100, totalSteps: 100,
            evaluation: EvaluationSample(step: 100, loss: 2, perplexity: 7.389, bitsPerByte: nil, tokens: 1, seconds: 1)))
        let said = lines.withLock { $0 }
        #expect(said.first == "preparing, step 0/100" && said[1] == "step 1/100, loss 4.0000, 1234 tokens/s")
        #expect(said[2] == "step 7/100, loss 4.0000, 1234 tokens/s, 15:30 left")
        #expect(said.last == "step 100/100, evaluation loss 2.0000, perplexity 7.39" && said.count == 20)
        #expect(said[said.count - 2] == "step 100/100, loss 4.0000, 1234 tokens/s")
    }
}
