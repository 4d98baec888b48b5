import Foundation
import Testing

/// A sweep on a real cluster: whatever becomes of its jobs, the database is in the end that of the same sweep at home.
@Suite(
    .serialized, .enabled(if: Workplace.binary != nil, Workplace.missing), .enabled(if: SlurmCluster.isInstalled, SlurmCluster.missing), OnSlurmCluster()
)
struct SlurmTests {
    static let two = #"{"method": "galore", "rank": 4, "update_interval": 37}, {"method": "relora", "rank": 4, "merge_interval": 90, "restart_warmup_steps": 2}"#
    static let one = #"{"method": "galore", "rank": 4, "update_interval": 37}"#
    /// Updates of a run that can be caught at work.
    static let long = 2500

    @Test func aSweepGoesAwayAndComesBack() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: Self.two, steps: 60, slurm: #""array_limit": 1"#, extra: #", "seeds": [1, 2]"#)
            let shown = try here.place.run("sweep", "c.json", "--db", ClusterPlace.away, "--on", "slurm", "--dry-run")
            #expect(shown.status == 0 && shown.output.contains("4 runs in 1 array would be submitted to main"), "\(shown.output)\(shown.talk)")
            #expect(try here.jobs().isEmpty, "a dry run submits nothing")
            let first = try here.submit()
            #expect(first.talk.contains("4 runs submitted"), "\(first.talk)")
            let second = try here.submit()
            #expect(second.talk.contains("nothing submitted"), "what is on its way is not submitted again: \(second.talk)")
            #expect(try here.waitForEnd())
            #expect(try here.jobs().count == 4)
            // The next look finds nothing to do, takes over what was recorded, and compares.
            let third = try here.submit()
            #expect(third.output.contains("galore") && third.output.contains("relora"), "\(third.output)\(third.talk)")
            #expect(try here.jobs().count == 4)
            try here.runAtHome()
            try here.expectEqual()
            let status = try here.place.run("status", here.name, "--db", ClusterPlace.away)
            #expect(status.status == 0 && status.output.contains("4 finished"), "\(status.output)")
            // Started again by hand, a finished run ends well at once.
            let id = try #require(try here.jobs().first?.first)
            #expect(try here.slurm("scontrol requeue \(id)").status == 0)
            #expect(try here.waitForEnd())
            #expect(try here.jobs().first { $0[0] == id }.map { $0[1] } == "COMPLETED")
            try here.collect()
            try here.expectEqual()
            #expect(try here.one("SELECT count(*) FROM disagreement") == "0")
        }
    }

    /// By hand, and by the signal that comes before the time is over: both save, both come back.
    @Test func aRequeuedRunGoesOn() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: Self.one, steps: Self.long)
            try here.submit()
            #expect(here.waitForCheckpoint())
            let id = try #require(try here.jobs().first?.first)
            #expect(try here.slurm("scontrol requeue \(id)").status == 0)
            #expect(try Processes.waits(60) { try here.isRunning() && here.files("claim-").count == 2 }, "it is started again")
            #expect(here.waitForCheckpoint())
            #expect(try here.slurm("scancel --batch --signal=USR1 \(id)").status == 0)
            #expect(Processes.waits(60) { here.files("claim-").count == 3 }, "it asks to be started again")
            #expect(try here.waitForEnd())
            try here.submit()
            #expect(try Int(here.one("SELECT count(*) FROM resumption")) ?? 0 >= 1)
            try here.runAtHome()
            try here.expectEqual()
        }
    }

    @Test func aPreemptedRunComesBack() throws {
        try ClusterPlace.with { here in
            // Long enough to be at work still when the queue has looked at the other job.
            try here.configure(methods: Self.one, steps: 5 * Self.long)
            try here.submit()
            #expect(here.waitForCheckpoint())
            // All of both nodes.
            #expect(try here.slurm("sbatch -p high -N2 --ntasks=2 --exclusive --job-name=\(here.jobName) --time=1 --wrap='sleep 2' -o /dev/null").status == 0)
            #expect(try Processes.waits(180) { try here.jobs().contains { $0.last == "" && $0[4] == "1" } }, "Slurm itself requeues it: \(here.seen)")
            #expect(try here.waitForEnd())
            try here.submit()
            #expect(here.files("claim-").count == 2)
            try here.runAtHome()
            try here.expectEqual()
        }
    }

    @Test func aCancelledSweepKeepsItsCheckpointsAndStaysAway() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: Self.two, steps: Self.long, slurm: #""array_limit": 1"#)
            try here.submit()
            #expect(here.waitForCheckpoint())
            let waiting = try here.place.run("status", here.name, "--db", ClusterPlace.away)
            let home = try here.place.run("sweep", "c.json", "--db", ClusterPlace.away)
            #expect(home.status == 74 && home.talk.contains("2 jobs of the sweep"), "nobody trains them twice: \(home.talk)")
            #expect(waiting.output.contains("waiting: JobArrayTaskLimit") && waiting.output.contains("1 running"), "\(waiting.output)")
            let cancelled = try here.place.run("cancel", here.name, "--db", ClusterPlace.away)
            #expect(cancelled.status == 0 && cancelled.talk.contains("1 job taken back") && cancelled.talk.contains("1 job at work told to save"), "\(cancelled.talk)")
            #expect(try Processes.waits(30) { try here.open().isEmpty })
            #expect(here.files("step-").contains { $0.hasSuffix(".safetensors") }, "the checkpoint stays")
            // Longer than a requeued job waits.
            Thread.sleep(forTimeInterval: 7)
            #expect(try here.open().isEmpty, "it does not come back: \(here.seen)")
            let status = try here.place.run("status", here.name, "--db", ClusterPlace.away)
            #expect(status.output.contains("1 interrupted") && status.output.contains("1 cancelled"), "\(status.output)")
            // Asked for again, it goes on.
            #expect(try here.submit().talk.contains("2 runs submitted"))
            #expect(try here.waitForEnd(150))
            try here.submit()
            #expect(try Int(here.one("SELECT count(*) FROM resumption")) ?? 0 >= 1)
            try here.runAtHome()
            try here.expectEqual()
        }
    }

    /// One node's daemon dies while the process there goes on; meanwhile another run meets its real time limit.
    @Test func aDeadNodeAndATimeLimitCostNothing() throws {
        try ClusterPlace.with { limited in
            // Slurm's shortest limit is a minute, and the signal comes half a minute before. A process that stands still can't be done by then.
            try limited.configure(methods: Self.one, steps: Self.long, slurm: #""time": "1""#)
            try limited.submit()
            #expect(limited.waitForCheckpoint())
            let slow = try #require(limited.process(ofClaim: 1))
            kill(slow, SIGSTOP)
            #expect(Processes.waits(10) { Processes.isStopped(slow) })
            var isTold = false
            func look() -> Bool {
                // Slurm may wake whom it tells.
                if !isTold, limited.isPending(SIGUSR1, in: slow) || !Processes.isStopped(slow) {
                    isTold = true
                    kill(slow, SIGCONT)
                }
                return isTold
            }
            try Self.loseANode { _ = look() }
            #expect(Processes.waits(60, for: look), "the job is told before its time is over: \(limited.seen)")
            #expect(try limited.waitForEnd(120))
            try limited.submit()
            #expect(limited.files("claim-").count == 2)
            try limited.runAtHome()
            try limited.expectEqual()
        }
    }

    /// - Parameter meanwhile: done again and again while something is waited for.
    private static func loseANode(meanwhile: () -> Void) throws {
        try ClusterPlace.with { here in
            try here.configure(methods: one, steps: long, slurm: #""partition": "last""#)
            try here.submit()
            #expect(here.waitForCheckpoint())
            let first = try #require(here.process(ofClaim: 1))
            try here.cluster.tell("kill-node n2")
            // As a machine whose network was cut: it goes on when it is back.
            kill(first, SIGSTOP)
            let id = try #require(try here.jobs().first?.first)
            #expect(try Processes.waits(90) { meanwhile(); return try here.jobs().first.map { $0[1] == "PENDING" } ?? false }, "the cluster gives the node up: \(here.seen)")
            // Nothing but the one node is in its partition.
            try here.slurm("scontrol update jobid=\(id) Partition=main")
            #expect(Processes.waits(60) { meanwhile(); return here.files("claim-").count == 2 }, "a second attempt begins: \(here.seen)")
            kill(first, SIGCONT)
            #expect(Processes.waits(60) { !Processes.isAlive(first) }, "the first finds out and ends")
            #expect(here.files("log-1").contains { ((try? here.place.read(ClusterPlace.away + ".runs/" + $0)) ?? "").contains("superseded") })
            try here.cluster.tell("start-node n2")
            #expect(try here.waitForEnd(120))
            try here.submit()
            #expect(try here.one("SELECT count(*) FROM disagreement") == "0")
            try here.runAtHome()
            try here.expectEqual()
        }
    }

    @Test func aRunWhoseMemoryWasTooSmallGetsMore() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: Self.one, steps: Self.long, slurm: #""memory": "20M""#)
            try here.submit()
            #expect(try Processes.waits(60) { try here.open().isEmpty && !here.jobs().isEmpty })
            let status = try here.place.run("status", here.name, "--db", ClusterPlace.away)
            #expect(status.output.contains("out of memory with 20 MB"), "\(status.output)")
            try here.submit(expecting: 2)
            #expect(try here.jobs().count == 1, "it is not tried again by itself")
            try here.submit("--retry-failed")
            #expect(try here.slurm("squeue -h -t all -o %m --name=\(here.jobName)").output.contains("256M"))
        }
    }

    /// Jobs see nothing of each other, and whoever submitted them is gone.
    @Test func noMoreFailuresThanAllowed() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: #"{"method": "full_rank", "lr": 50}"#, steps: 60, slurm: #""array_limit": 1"#, extra: #", "seeds": [1, 2, 3]"#)
            try here.submit("--max-failures", "1")
            #expect(try here.waitForEnd())
            let status = try here.place.run("status", here.name, "--db", ClusterPlace.away)
            #expect(status.output.contains("1 diverged") && status.output.contains("2 held back"), "\(status.output)")
            #expect(try here.submit().talk.contains("2 runs submitted"), "what was held back is missing, and what diverged is left alone")
            #expect(try here.waitForEnd())
            try here.submit(expecting: 2)
            #expect(try here.one("SELECT count(*) FROM run WHERE status = 'diverged'") == "3")
        }
    }

    @Test func statusAnswersWithoutAController() throws {
        try ClusterPlace.with { here in
            // A controller that is gone is waited for, and the run is to be at work still.
            try here.configure(methods: Self.one, steps: 10 * Self.long)
            try here.submit()
            #expect(here.waitForCheckpoint())
            try here.cluster.tell("stop-controller")
            let status = try here.place.run("status", here.name, "--db", ClusterPlace.away)
            #expect(status.status == 0 && status.output.contains("1 running") && status.talk.contains("the queue can't be seen"), "\(status.output)\(status.talk)")
            try here.submit(expecting: 74)
            try here.cluster.tell("start-controller")
            #expect(try Processes.waits(60) { try here.isRunning() || here.open().isEmpty })
            #expect(try here.waitForEnd())
            try here.submit()
            #expect(try here.one("SELECT status FROM run") == "finished")
        }
    }

    @Test func impossibleRequestsAreSaidBefore() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: Self.one, steps: 3, slurm: #""memory": "900G""#)
            let refused = try here.submit(expecting: 74)
            #expect(refused.talk.contains("1 run asks for 1 core, 921600 MB") && refused.talk.contains("configuration is not available"), "\(refused.talk)")
            #expect(try here.jobs().isEmpty)
            let unknown = try here.submit("--set", "slurm.partition=nope", expecting: 74)
            #expect(unknown.talk.contains("no partition 'nope'") && unknown.talk.contains("high, last, main"), "\(unknown.talk)")
        }
    }

    /// One model by two processes that srun starts in its job.
    @Test(.enabled(if: Ranks.isPossible, Ranks.missing)) func aRunOfTwoRanksHasTheBitsOfOne() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: Self.two, steps: 20, shards: 2)
            try here.submit("--set", "ranks=2")
            #expect(try here.waitForEnd())
            try here.submit("--set", "ranks=2")
            #expect(try here.one("SELECT min(ranks) FROM environment") == "2")
            try here.runAtHome()
            try here.expectEqual()
        }
    }

    /// A script of one's own is used as it is, and the one that is printed is one to begin with.
    @Test func theScriptCanBeOnesOwn() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: Self.one, steps: 3)
            let printed = try here.place.run("sweep", "c.json", "--on", "slurm", "--print-script")
            #expect(printed.status == 0 && printed.output.hasPrefix("#!/bin/bash\n"), "\(printed.talk)")
            let own = printed.output.replacing("# What must be there", with: "echo from a script of our own\n# What must be there")
            try here.place.write(own, to: "own.sh")
            try here.submit("--template", "own.sh")
            #expect(try here.waitForEnd())
            let log = try #require(here.files("job-").first { $0.hasSuffix(".log") })
            #expect(try here.place.read(ClusterPlace.away + ".runs/" + log).contains("from a script of our own"))
            #expect(try here.place.read(ClusterPlace.away + ".runs/sweeps/\(here.name)/submission-1/job.sh") == own)
            try here.submit()
            #expect(try here.one("SELECT status FROM run") == "finished")
        }
    }
}
