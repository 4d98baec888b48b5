import Foundation
import Testing

/// What is submitted beside one job for each run.
extension SlurmTests {
    /// Nobody is logged in any more: the database and the report are there all the same, and whoever collects as well changes nothing.
    @Test func theLastJobCollectsAndReports() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: Self.two, steps: 60)
            let shown = try here.place.run("sweep", "c.json", "--db", ClusterPlace.away, "--on", "slurm", "--dry-run")
            #expect(shown.output.contains("1024 MB, time limit 00:30:00 would take over what they recorded"), "\(shown.output)")
            let without = try here.place.run("sweep", "c.json", "--db", ClusterPlace.away, "--on", "slurm", "--dry-run", "--no-collect-job")
            #expect(!without.output.contains("take over"), "\(without.output)")
            let submitted = try here.place.run("sweep", "c.json", "--db", ClusterPlace.away, "--on", "slurm", "--report", "away/end.md")
            #expect(submitted.status == 0 && submitted.talk.contains("takes over what they recorded when all have ended, and writes"), "\(submitted.talk)")
            let status = try here.place.run("status", here.name, "--db", ClusterPlace.away)
            #expect(status.output.contains("collects at the end (Dependency)") || !here.files("finished").isEmpty || status.output.contains("2 finished"), "\(status.output)")
            #expect(try here.waitForEnd() && here.waitForLast())
            #expect(try here.one("SELECT count(*) FROM run WHERE status = 'finished'") == "2")
            #expect(try here.place.read("away/end.md").contains("galore"))
            let log = try #require(here.files("collect-").first { $0.hasSuffix(".log") })
            #expect(try here.place.read(ClusterPlace.away + ".runs/" + log).contains("2 finished"))
            // A file of which other machines may have a part in memory has no write-ahead log.
            #expect(try here.place.shell("head -c 19 \(ClusterPlace.away) | tail -c 1 | od -An -tu1").output.trimmingCharacters(in: .whitespacesAndNewlines) == "1")
            let rows = try here.one("SELECT group_concat(run_id || attempt || heartbeat_at) FROM run")
            try here.collect()
            #expect(try here.one("SELECT group_concat(run_id || attempt || heartbeat_at) FROM run") == rows)
            try here.runAtHome()
            try here.expectEqual()
        }
    }

    /// Signalled in its first run, with one that diverges between the others: what is left goes on in the job that is started again.
    @Test func shortRunsShareAJob() throws {
        try ClusterPlace.with { here in
            try here.configure(
                methods: #"{"method": "galore", "rank": 4, "update_interval": 37}, {"method": "full_rank", "lr": 50}, {"method": "relora", "rank": 4, "merge_interval": 90, "restart_warmup_steps": 2}"#,
                steps: Self.long)
            let shown = try here.place.run("sweep", "c.json", "--db", ClusterPlace.away, "--on", "slurm", "--dry-run", "--pack", "3")
            #expect(shown.output.contains("3 runs in 1 array would be submitted to main"), "\(shown.output)")
            let submitted = try here.submit("--pack", "3", "--no-collect-job")
            #expect(submitted.talk.contains("3 runs in 1 job of 1 core"), "\(submitted.talk)")
            #expect(here.waitForCheckpoint())
            let status = try here.place.run("status", here.name, "--db", ClusterPlace.away)
            #expect(status.output.contains("1 running, 2 waiting") && status.output.contains("waiting: 2 runs of its job before it"), "\(status.output)")
            let id = try #require(try here.jobs().first?.first)
            #expect(try here.slurm("scancel --batch --signal=USR1 \(id)").status == 0)
            #expect(Processes.waits(60) { here.files("claim-2").count == 1 }, "it goes on with the run that it was at: \(here.seen)")
            #expect(try here.waitForEnd())
            #expect(try here.jobs().count == 1)
            try here.submit("--pack", "3", expecting: 2)
            #expect(try here.jobs().count == 1, "what diverged is left alone")
            #expect(try here.one("SELECT group_concat(status) FROM (SELECT status FROM run ORDER BY status)") == "\"diverged,finished,finished\"")
            #expect(here.files("held-").isEmpty && here.files("failed-").count == 1)
            #expect(try here.place.run("sweep", "c.json", "--db", ClusterPlace.home, "--no-report").status == 2)
            try here.expectEqual()
        }
    }

    @Test func ranksAreNotPacked() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: Self.one, steps: 3, shards: 2)
            let refused = try here.submit("--pack", "2", "--set", "ranks=2", expecting: 64)
            #expect(refused.talk.contains("the ranks of a job are started once"), "\(refused.talk)")
            let home = try here.place.run("sweep", "c.json", "--pack", "2")
            #expect(home.status == 64 && home.talk.contains("--pack is about --on slurm"), "\(home.talk)")
        }
    }

    private static let hasAVX2 = ((try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "").contains(" avx2")

    /// Whatever the node would choose; and where it can't, the run says so and stays to be submitted.
    @Test(.enabled(if: hasAVX2, "a processor without AVX2")) func kernelsArePinned() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: Self.one, steps: 10, slurm: #""kernels": "haswell""#)
            try here.submit("--no-collect-job")
            #expect(try here.waitForEnd())
            try here.submit()
            #expect(try here.one("SELECT status FROM run") == "finished")
            #expect(try here.one("SELECT blas_core || ' ' || vector_units FROM environment") == "Haswell avx2")
            let impossible = try here.place.run(
                "sweep", "c.json", "--db", "other/r.sqlite", "--on", "slurm", "--no-report", "--no-collect-job", "--set", "slurm.kernels=neoversen1")
            #expect(impossible.status == 0, "\(impossible.talk)")
            #expect(try here.waitForEnd())
            let status = try here.place.run("status", here.name, "--db", "other/r.sqlite")
            #expect(status.output.contains("1 lost"), "\(status.output)")
            #expect(try here.place.shell("cat other/r.sqlite.runs/sweeps/*/submission-1/job-*.log").output.contains("can't run neoversen1"))
        }
    }

    /// By the script of a sweep; a node that never comes is not waited for without end.
    @Test func doctorLooksAtANode() throws {
        try ClusterPlace.with { here in
            let found = try here.place.run("doctor", "--on", "slurm", "--db", ClusterPlace.away, "--wait", "120s", "--format", "json")
            #expect(found.status == 0, "\(found.talk)")
            for what in ["node", "program", "cpu", "memory", "vector units", "blas", "MPI", "srun --mpi", "shared folder"] {
                #expect(found.output.contains("\"\(what)\""), "\(what) is missing: \(found.output)")
            }
            #expect(found.output.contains("a second written") && found.output.contains("of which the job has 1024 MB"), "\(found.output)")
            #expect(here.files("doctor-").isEmpty, "nothing stays")
            // The only node of its partition has no core left.
            try here.configure(methods: Self.one, steps: 3, slurm: #""partition": "last""#)
            #expect(try here.slurm("sbatch -p last --exclusive --time=1 --job-name=\(here.jobName) -o /dev/null --wrap='sleep 50'").status == 0)
            #expect(try Processes.waits(30) { try here.isRunning() })
            let late = try here.place.run("doctor", "--on", "slurm", "--config", "c.json", "--db", ClusterPlace.away, "--wait", "5s")
            #expect(late.status == 75 && late.talk.contains("PENDING") && late.talk.contains("it is taken back"), "\(late.talk)")
            #expect(try Processes.waits(20) { try here.slurm("squeue -h -o %i --name=slbench-doctor").output.isEmpty })
            #expect(try here.place.run("doctor", "--wait", "5s").status == 64)
        }
    }
}
