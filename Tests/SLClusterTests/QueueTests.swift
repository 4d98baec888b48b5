import SLCluster
import SLSpec
import Testing

/// What `squeue` prints.
struct QueueTests {
    private func line(_ fields: String...) -> String { fields.joined(separator: "\u{1F}") }

    @Test func linesAreRead() throws {
        let entry = try #require(QueueEntry(line: line("41", "3", "PENDING", "Resources", "", "2026-11-28T14:15:01", "slbench ab|c 1")))
        #expect(entry.id == JobID(job: 41, task: 3) && entry.id.description == "41_3")
        #expect(entry.state.phase == .waiting && entry.reason == "Resources" && entry.nodes == nil && entry.start == "2026-11-28T14:15:01")
        #expect(entry.comment == "slbench ab|c 1")
        let single = try #require(QueueEntry(line: line("42", "N/A", "RUNNING", "None", "n1", "N/A", "")))
        #expect(single.id == JobID(job: 42) && single.state.phase == .working && single.reason == nil && single.nodes == "n1" && single.start == nil)
    }

    @Test(arguments: ["", "JOBID PARTITION", "x\u{1F}1\u{1F}PENDING\u{1F}a\u{1F}b\u{1F}c\u{1F}d", "41\u{1F}3"]) func otherLinesArePassedOver(text: String) {
        #expect(QueueEntry(line: text) == nil)
    }

    @Test(arguments: [
        ("PENDING", JobState.Phase.waiting), ("CONFIGURING", .waiting), ("REQUEUE_HOLD", .waiting), ("RUNNING", .working), ("COMPLETING", .working),
        ("SUSPENDED", .working), ("A_STATE_OF_TOMORROW", .working), ("COMPLETED", .ended), ("FAILED", .ended), ("NODE_FAIL", .ended), ("OUT_OF_MEMORY", .ended),
    ])
    func statesHavePhases(word: String, phase: JobState.Phase) { #expect(JobState(word).phase == phase) }

    /// The controller is asked by which signal those jobs ended that are ours and ended by one.
    @Test func signalsAreAskedFor() throws {
        let commands = FakeCommands { program, arguments in
            program == "squeue"
                ? [
                    self.line("7", "1", "FAILED", "JobLaunchFailure", "n0", "N/A", "ours"), self.line("7", "2", "FAILED", "NonZeroExitCode", "n0", "N/A", "ours"),
                    self.line("8", "1", "FAILED", "JobLaunchFailure", "n0", "N/A", "another's"),
                ].joined(separator: "\n") + "\n"
                : "JobId=9 ArrayJobId=7 ArrayTaskId=1 JobState=FAILED Reason=JobLaunchFailure ExitCode=0:9 RunTime=00:00:03\n"
        }
        let queue = try JobQueue(commands, user: "0") { $0.comment == "ours" }
        #expect(queue.entries[JobID(job: 7, task: 1)]?.signal == 9)
        #expect(queue.entries[JobID(job: 7, task: 2)]?.signal == nil && queue.entries.count == 3)
        #expect(commands.said.map { $0.first ?? "" } == ["squeue", "scontrol"] && commands.said.last?.last == "7_1")
        #expect(commands.said[0].contains("-r") && commands.said[0].contains("all"))
    }

    @Test func endsBySignalAreRead() {
        #expect(JobQueue.signal(inJob: "JobState=FAILED ExitCode=75:0 X=1") == nil)
        #expect(JobQueue.signal(inJob: "ExitCode=0:9") == 9)
        #expect(JobQueue.signal(inJob: "nothing") == nil)
    }

    @Test func factsAreRead() throws {
        let configuration = "Configuration data as of 2026\nKillWait                = 30 sec\nMaxArraySize            = 1001\nSLURM_CONF = /etc/slurm.conf\n"
        let nodes = [line("main*", "1-00:00:00", "64"), line("main*", "1-00:00:00", "32+"), line("long", "infinite", "128")].joined(separator: "\n")
        let commands = FakeCommands { program, _ in program == "scontrol" ? configuration : nodes }
        let facts = try ClusterFacts(commands, partition: nil)
        #expect(facts == ClusterFacts(maxArraySize: 1001, killWait: 30, longest: SlurmTime(seconds: 86_400), nodeCores: 32, partitions: ["main"]))
        #expect(try ClusterFacts(commands, partition: "long").longest == nil)
        #expect(try ClusterFacts(commands, partition: "long,main").nodeCores == 32)
        let error = #expect(throws: ClusterError.self) { try ClusterFacts(commands, partition: "lang") }
        #expect(error?.problem.contains("'lang'") == true && error?.fix == "it has: long, main")
    }
}
