import Foundation
import Testing

/// The real program as a batch system runs it: signals, restarts, two processes at one run, and what is collected afterwards.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct BatchRunTests {
    private static let methods = #"{"method": "galore", "rank": 4, "update_interval": 7}, {"method": "relora", "rank": 4, "merge_interval": 9, "restart_warmup_steps": 2}"#

    private static func config(steps: Int = 120, methods: String = methods) -> String {
        Workplace.config(methods: methods, steps: steps, extra: #", "checkpoint": {"every_steps": 5}, "threads": 1"#)
    }

    /// Saved, stopped, and gone on to the bits of a run left alone; then finished is finished.
    @Test(arguments: [SIGTERM, SIGUSR1, SIGUSR2]) func aSignalLeavesACheckpointAndTheNextJobGoesOn(signal: Int32) throws {
        try inWorkplace { place in
            let batch = try BatchWorkplace(place, config: Self.config())
            let (process, _, talk) = try batch.job(1, environment: ["PATH": "/nowhere"])
            try Workplace.start(process)
            #expect(try Processes.waits(60) { try batch.hasCheckpoint(1) })
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            let said = try String(contentsOf: talk, encoding: .utf8)
            #expect(process.terminationReason == .exit && process.terminationStatus == 75, "\(said)")
            #expect(said.contains("a checkpoint is there") && said.contains("step 1/120"))
            let files = try batch.files(1)
            #expect(files.contains("claim-1") && files.contains("attempt-1.sqlite") && files.contains("log-1"))
            // Without scontrol a mark asks for the job's start; SIGTERM and SIGUSR2 ask for none.
            #expect(files.contains("requeue-1") == (signal == SIGUSR1))
            #expect(try batch.collect().status == 0)
            #expect(try batch.one("SELECT count(*) FROM run WHERE status = 'interrupted'") == "1")

            let again = try batch.finish(1)
            #expect(again.status == 0, "\(again.talk)")
            #expect(try !batch.files(1).contains("requeue-1"))
            let finished = try batch.finish(1)
            #expect(finished.status == 0 && finished.talk.contains("is finished already"))
            #expect(try batch.finish(2).status == 0)
            #expect(try batch.collect().status == 0)
            #expect(try place.facts(batch.database) == place.facts("whole/r.sqlite"))
            #expect(try batch.one("SELECT count(*) FROM resumption") == "1")
            #expect(try batch.one("SELECT count(*) FROM attempt") == "3")
            // Nothing is collected twice, and what is collected can go.
            let rows = try batch.one("SELECT group_concat(run_id || attempt || heartbeat_at) FROM run")
            #expect(try batch.collect("tiny", "--prune").output.contains("2 finished; 0 taken over, files of 2 removed"))
            #expect(try batch.one("SELECT group_concat(run_id || attempt || heartbeat_at) FROM run") == rows)
            #expect(try !batch.files(1).contains { $0.hasPrefix("attempt-") } && batch.files(1).contains("weights.safetensors"))
            #expect(try batch.finish(1).talk.contains("is finished already"))
            #expect(try batch.collect("nobody").status == 74)
        }
    }

    /// Slurm is asked by the name of the element, never by its number alone: that of the last element is the whole array's.
    @Test func theBatchSystemIsAskedToStartTheJobAgain() throws {
        try inWorkplace { place in
            let batch = try BatchWorkplace(place, config: Self.config(steps: 1_000_000, methods: #""full_rank""#), isRunAtHome: false)
            try place.write("#!/bin/sh\necho \"$@\" > \"\(place.folder.path)/asked\"\n", to: "bin/scontrol")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place.folder.appending(path: "bin/scontrol").path)
            let slurm = [
                "PATH": place.folder.appending(path: "bin").path + ":/bin:/usr/bin", "SLURM_JOB_ID": "77", "SLURM_ARRAY_JOB_ID": "77",
                "SLURM_ARRAY_TASK_ID": "1", "SLURM_RESTART_COUNT": "4",
            ]
            for (signals, isAsked) in [([SIGUSR1], true), ([SIGUSR2], false), ([SIGTERM, SIGUSR1], false)] {
                try? FileManager.default.removeItem(at: place.folder.appending(path: "asked"))
                let (process, _, talk) = try batch.job(1, environment: slurm)
                try Workplace.start(process)
                // A log of its own says when it trains.
                #expect(try Processes.waits(60) { try String(contentsOf: talk, encoding: .utf8).contains(", loss ") })
                for signal in signals { kill(process.processIdentifier, signal) }
                process.waitUntilExit()
                #expect(process.terminationStatus == 75)
                #expect((try? place.read("asked")) == (isAsked ? "requeue 77_1\n" : nil))
                #expect(try !batch.files(1).contains { $0.hasPrefix("requeue-") })
            }
            #expect(try batch.collect().status == 0)
            #expect(try batch.one("SELECT max(job_id) FROM attempt") == "77_1")
        }
    }

    /// The end of a job's time is an interruption and no failure, though no signal came.
    @Test func aRunEndsBeforeItsJobDoes() throws {
        try inWorkplace { place in
            let batch = try BatchWorkplace(place, config: Self.config(steps: 1_000_000, methods: #""full_rank""#), isRunAtHome: false)
            let end = String(Int(Date().timeIntervalSince1970) + 25)
            let outcome = try batch.finish(1, environment: ["SLURM_JOB_END_TIME": end, "SLURM_JOB_ID": "5", "PATH": "/nowhere"])
            #expect(outcome.status == 75, "\(outcome.talk)")
            #expect(try batch.files(1).contains("requeue-1"))
            #expect(try batch.collect().status == 0)
            #expect(try batch.one("SELECT status || ' ' || failure_reason FROM run") == "interrupted interrupted")
        }
    }

    /// A host that was lost and comes back: its process finds that another has the run and touches nothing.
    @Test func aProcessThatLostItsRunWritesNothing() throws {
        try inWorkplace { place in
            let batch = try BatchWorkplace(place, config: Self.config(steps: 400, methods: #""full_rank""#))
            let (lost, _, talk) = try batch.job(1)
            try Workplace.start(lost)
            #expect(try Processes.waits(60) { try batch.hasCheckpoint(1) })
            // Between two writes: what a write that has begun still brings to its end is nothing new.
            var isQuiet = false
            while !isQuiet, lost.isRunning {
                kill(lost.processIdentifier, SIGSTOP)
                isQuiet = try !batch.files(1).contains { $0.hasSuffix("-journal") || $0.hasSuffix(".partial") }
                if !isQuiet { kill(lost.processIdentifier, SIGCONT) }
                usleep(20_000)
            }
            try #require(lost.isRunning, "it finished before it could be stopped")
            let second = try batch.finish(1)
            #expect(second.status == 0, "\(second.talk)")
            let before = try Data(contentsOf: batch.folder(1).appending(path: "attempt-1.sqlite"))
            let files = try batch.files(1)
            kill(lost.processIdentifier, SIGCONT)
            lost.waitUntilExit()
            #expect(lost.terminationStatus == 75)
            #expect(try String(contentsOf: talk, encoding: .utf8).contains("superseded: attempt 2"))
            #expect(try Data(contentsOf: batch.folder(1).appending(path: "attempt-1.sqlite")) == before)
            #expect(try batch.files(1) == files && !files.contains { $0.hasPrefix("step-") })
            #expect(try batch.collect().status == 0)
            #expect(try place.facts(batch.database) == place.facts("whole/r.sqlite"))
        }
    }

    /// Two processes begin the same run at once: one of them has it.
    @Test func ofTwoProcessesOneTrains() throws {
        try inWorkplace { place in
            let batch = try BatchWorkplace(place, config: Self.config(steps: 600, methods: #""full_rank""#))
            let jobs = try (0..<2).map { _ in try batch.job(1).process }
            for job in jobs { try Workplace.start(job) }
            for job in jobs { job.waitUntilExit() }
            #expect(jobs.map(\.terminationStatus).sorted() == [0, 75])
            #expect(try batch.files(1).filter { $0.hasPrefix("claim-") } == ["claim-1", "claim-2"])
            #expect(try batch.collect().status == 0)
            #expect(try place.facts(batch.database) == place.facts("whole/r.sqlite"))
        }
    }

    /// Killed at any moment, and collected at any moment: nothing is lost, nothing repeated, no bit is another.
    @Test func killedJobsGiveTheBitsOfASweepAtHome() throws {
        try inWorkplace { place in
            let batch = try BatchWorkplace(place, config: Self.config())
            for (place, milliseconds) in [250, 420, 330, 510].enumerated() {
                let (process, _, _) = try batch.job(1 + place % 2)
                try Workplace.start(process)
                usleep(UInt32(milliseconds) * 1000)
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                let collected = try batch.collect()
                #expect(collected.status == 0, "\(collected.talk)")
            }
            // A file that the last one left is torn off: the one before it serves.
            if try batch.files(1).contains("attempt-3.sqlite") {
                #expect(truncate(try batch.folder(1).appending(path: "attempt-3.sqlite").path, 3000) == 0)
                let collected = try batch.collect()
                #expect(collected.status == 0 && collected.talk.contains("not used: "))
            }
            for task in 1...2 {
                let outcome = try batch.finish(task)
                #expect(outcome.status == 0, "\(outcome.talk)")
            }
            #expect(try batch.collect().status == 0)
            #expect(try place.facts(batch.database) == place.facts("whole/r.sqlite"))
            #expect(try place.run("db", "check", "--db", batch.database).output.contains("sound"))
        }
    }

    /// Several runs as one job: one that is killed stops none after it, and a job that is told to stop begins none.
    @Test func runsOfOneTaskComeOneAfterTheOther() throws {
        try inWorkplace { place in
            let batch = try BatchWorkplace(place, config: Self.config())
            let files = try (1...2).map { try batch.folder($0).appending(path: "assignment.json").path }
            try place.write(String(decoding: JSONEncoder().encode(["tasks": ["1": files]]), as: UTF8.self), to: "tasks.json")
            let runs = files.map { URL(filePath: $0).deletingLastPathComponent() }
            func names(_ run: Int) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: runs[run].path) }
            func hasCheckpoint(_ run: Int) throws -> Bool { try names(run).contains { $0.hasPrefix("step-") && $0.hasSuffix(".safetensors") } }
            func exists(_ mark: String, _ run: Int) -> Bool { FileManager.default.fileExists(atPath: place.folder.appending(path: "\(mark)-\(runs[run].lastPathComponent)").path) }
            // Told to stop at its first run.
            let (told, _, talk) = try batch.job(1)
            try Workplace.start(told)
            #expect(try Processes.waits(60) { try hasCheckpoint(0) })
            kill(told.processIdentifier, SIGTERM)
            told.waitUntilExit()
            let said = try String(contentsOf: talk, encoding: .utf8)
            #expect(told.terminationReason == .exit && told.terminationStatus == 75, "\(said)")
            #expect(try names(0).contains("claim-1") && !names(1).contains("claim-1"))
            #expect(exists("held", 1) && !exists("held", 0))
            // Its first run is killed.
            let (process, _, _) = try batch.job(1)
            try Workplace.start(process)
            #expect(try Processes.waits(60) { try names(0).contains("attempt-2.sqlite") })
            #expect(Processes.waits(60) { Processes.children(of: process).contains { kill($0, SIGKILL) == 0 } })
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == 2)
            #expect(exists("failed", 0) && !exists("failed", 1) && !exists("held", 1))
            #expect(try batch.collect().status == 0)
            #expect(try batch.one("SELECT group_concat(status || coalesce(' ' || failure_reason, '')) FROM (SELECT * FROM run ORDER BY status)") == "\"failed crashed,finished\"")
            // Started again the job passes over both; submitted again the first goes on.
            let passed = try batch.finish(1)
            #expect(passed.status == 2 && passed.talk.contains("failed before the job was started again") && passed.talk.contains("is finished already"), "\(passed.talk)")
            try FileManager.default.removeItem(at: place.folder.appending(path: "failed-\(runs[0].lastPathComponent)"))
            let again = try batch.finish(1)
            #expect(again.status == 0, "\(again.talk)")
            #expect(try batch.collect().status == 0)
            #expect(try place.facts(batch.database) == place.facts("whole/r.sqlite"))
            #expect(try batch.finish(1, ["--part", "3"]).status == 64)
        }
    }

    /// A job makes no data: it would do so beside all others.
    @Test func aJobPreparesNothing() throws {
        try inWorkplace { place in
            let batch = try BatchWorkplace(place, config: Self.config(steps: 3, methods: #""full_rank""#), isRunAtHome: false)
            try FileManager.default.removeItem(at: place.folder.appending(path: "data"))
            let outcome = try batch.finish(1)
            #expect(outcome.status == 66 && outcome.talk.contains("prepare it first"), "\(outcome.talk)")
        }
    }

    /// What was begun at home goes on as a job, from its checkpoint.
    @Test func aRunBegunAtHomeGoesOnAsAJob() throws {
        try inWorkplace { place in
            try place.write(Self.config(methods: #""full_rank""#), to: "tiny.json")
            let (process, _, _) = try place.process(["sweep", "tiny.json", "--db", "shared/r.sqlite", "--no-report"])
            try Workplace.start(process)
            let runs = place.folder.appending(path: "shared/r.sqlite.runs")
            #expect(Processes.waits(60) {
                (FileManager.default.enumerator(atPath: runs.path)?.compactMap { $0 as? String } ?? []).contains { $0.contains("/step-") && $0.hasSuffix(".safetensors") }
            })
            kill(process.processIdentifier, SIGTERM)
            process.waitUntilExit()
            #expect(process.terminationStatus == 75)
            let batch = try BatchWorkplace(place, config: Self.config(methods: #""full_rank""#))
            #expect(try batch.finish(1).status == 0)
            #expect(try batch.collect().status == 0)
            #expect(try place.facts(batch.database) == place.facts("whole/r.sqlite"))
            #expect(try batch.one("SELECT count(*) FROM resumption") == "1")
        }
    }
}

/// Machines that share nothing.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct ShardTests {
    @Test func twoPartsMergedAreTheWholeSweep() throws {
        try inWorkplace { place in
            let config = Workplace.config(
                methods: #""full_rank", {"method": "sltrain", "rank": 4}, {"method": "galore", "rank": 4}"#, steps: 6, extra: #", "threads": 1, "seeds": [1, 2]"#)
            try place.write(config, to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--db", "whole/r.sqlite", "--no-report").status == 0)
            for part in ["1/2", "2/2"] {
                let outcome = try place.run("sweep", "tiny.json", "--shard", part)
                #expect(outcome.status == 0, "\(outcome.talk)")
            }
            let parts = ["results/slbench-1-of-2.sqlite", "results/slbench-2-of-2.sqlite"]
            func rows(_ sql: String, _ database: String) throws -> String { try place.run("query", sql, "--db", database, "--format", "csv").output }
            for part in parts { #expect(try rows("SELECT count(*) FROM run", part).contains("3")) }
            #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: "results/tiny.md").path))
            #expect(try place.run("db", "merge", "merged.sqlite", parts[0], parts[1]).status == 0)
            for sql in [
                "SELECT run_id, status FROM run JOIN sweep_run USING (run_id) ORDER BY position",
                "SELECT run_id, step, loss, gradient_norm FROM step_sample ORDER BY run_id, step",
                "SELECT run_id, step, loss FROM evaluation ORDER BY run_id, step", "SELECT run_id, weights_sha256 FROM run_result ORDER BY run_id",
            ] { #expect(try rows(sql, "merged.sqlite") == rows(sql, "whole/r.sqlite")) }
            #expect(try place.run("sweep", "tiny.json", "--db", "merged.sqlite", "--no-report").status == 0)
            #expect(try place.run("sweep", "tiny.json", "--shard", "3/2").status == 64)
        }
    }
}
