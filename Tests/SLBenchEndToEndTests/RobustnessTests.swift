import Foundation
import Testing

/// Streams that can't be written, limits, and what the environment says.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct RobustnessTests {
    private func swept(_ place: Workplace) throws {
        try place.write(Workplace.config(methods: #""full_rank""#), to: "tiny.json")
        #expect(try place.run("sweep", "tiny.json", "--no-report").status == 0)
    }

    @Test(arguments: ["2>&-", "2>/dev/full", "2> >(exec true)", "0<&- 2>&-"]) func talkNeverEndsASweep(streams: String) throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #""full_rank", "low_rank""#), to: "tiny.json")
            let outcome = try place.shell("\"$SLBENCH\" sweep tiny.json \(streams)")
            #expect(outcome.status == 0 && outcome.output.contains("low_rank"))
            #expect(try place.run("query", "SELECT count(*) FROM comparison", "--format", "csv").output.contains("2"))
            #expect(try place.run("db", "check").status == 0, "nothing but SQLite has written into the database")
        }
    }

    @Test func resultsThatCannotBeWrittenAreAnError() throws {
        try inWorkplace { place in
            try swept(place)
            let commands = [
                "query 'SELECT 1'", "report tiny", "status", "--help", "docs config", "plan tiny.json", "methods", "export $ID --to csv",
                "sweep tiny.json", "--generate-completion-script bash", "check tiny",
            ]
            for command in commands {
                for stream in [">/dev/full", ">&-"] {
                    let outcome = try place.shell("ID=$(\"$SLBENCH\" query 'SELECT run_id FROM run' --format csv | tail -1 | tr -d '\\r'); \"$SLBENCH\" \(command) \(stream)")
                    let own: Int32 = command.hasPrefix("check") ? 3 : 74
                    #expect(outcome.status == 74 || outcome.status == own, "\(command) \(stream): \(outcome.status)")
                    #expect(outcome.talk.contains("could not be written to stdout"), "\(command) \(stream): \(outcome.talk)")
                }
            }
            // The report is written all the same.
            #expect(try place.read("results/tiny.md").contains("full_rank"))
        }
    }

    @Test func aReaderThatHasSeenEnoughIsNoError() throws {
        try inWorkplace { place in
            let outcome = try place.shell("\"$SLBENCH\" docs config | head -1; exit ${PIPESTATUS[0]}")
            #expect(outcome.talk.isEmpty && (outcome.status == 141 || outcome.status == 0))
            let gone = try place.shell("\"$SLBENCH\" docs schema > >(exec true); :; set -o pipefail; \"$SLBENCH\" docs config | true; exit 0")
            #expect(gone.talk.isEmpty)
        }
    }

    @Test func anErrorsOwnCodeSurvivesASilentStderr() throws {
        try inWorkplace { place in
            for stream in ["2>&-", "2>/dev/full"] {
                for (command, code) in [("sweep nowhere.json", 66), ("swep", 64), ("sweep", 64), ("methods galor >/dev/full", 78)] as [(String, Int32)] {
                    let outcome = try place.shell("\"$SLBENCH\" \(command) \(stream)")
                    #expect(outcome.status == code, "\(command) \(stream)")
                }
            }
        }
    }

    @Test(arguments: [
        ("SLBENCH_THREADS=-3", "SLBENCH_THREADS='-3'"), ("SLBENCH_THREADS=0", "from 1 to 1024"), ("SLBENCH_THREADS=1e9", "SLBENCH_THREADS"),
        ("SLBENCH_THREADS=abc", "SLBENCH_THREADS"), ("OPENBLAS_NUM_THREADS=many", "OPENBLAS_NUM_THREADS='many'"), ("COLUMNS=-5", "COLUMNS"),
        ("LINES=3.5", "LINES"), ("SLBENCH_DB=~no-such-user/r.sqlite", "SLBENCH_DB"),
    ])
    func variablesAreChecked(variable: String, words: String) throws {
        try inWorkplace { place in
            for command in ["doctor", "status", "sweep x.json"] {
                let outcome = try place.shell("env '\(variable)' \"$SLBENCH\" \(command)")
                #expect(outcome.status == 64 && outcome.talk.contains(words), "\(variable) \(command): \(outcome.status) \(outcome.talk)")
            }
        }
    }

    @Test func emptyAndNarrowVariablesDoNoHarm() throws {
        try inWorkplace { place in
            try swept(place)
            #expect(try place.shell("SLBENCH_DB= SLBENCH_THREADS= HOME= COLUMNS= \"$SLBENCH\" query 'SELECT count(*) FROM run'").status == 0)
            for columns in [0, 1, 7, 39, 40] { #expect(try place.shell("COLUMNS=\(columns) \"$SLBENCH\" sweep --help").status == 0) }
            let home = try place.shell("HOME=$PWD \"$SLBENCH\" query 'SELECT count(*) FROM run' '--db=~/results/slbench.sqlite'")
            #expect(home.status == 0, "\(home.talk)")
            let nobody = try place.shell("\"$SLBENCH\" query 'SELECT 1' --db '~no-such-user/x'")
            #expect(nobody.status == 64 && nobody.talk.contains("no-such-user"))
        }
    }

    @Test(arguments: ["99999999999999999999d", "1e999", "0s", "-5", "1h30", "nan", "inf", "3651d", "½h"]) func timesAreChecked(time: String) throws {
        try inWorkplace { place in
            try place.write(Workplace.config(), to: "tiny.json")
            let outcome = try place.run("sweep", "tiny.json", "--timeout=\(time)")
            #expect(outcome.status == 64 && outcome.talk.contains("--timeout") && outcome.talk.contains("3650d"), "\(outcome.talk)")
        }
    }

    @Test(arguments: ["ulimit -v 400000", "ulimit -v 250000", "ulimit -n 16", "ulimit -n 4", "ulimit -f 100"]) func lowLimitsAreRefusedInTime(limit: String) throws {
        try inWorkplace { place in
            try place.write(Workplace.config(), to: "tiny.json")
            let outcome = try place.shell("\(limit); exec timeout 120 \"$SLBENCH\" sweep tiny.json")
            #expect(outcome.status == 74 && outcome.talk.contains("too low a limit"), "\(limit): \(outcome.status) \(outcome.talk)")
            let name = limit.split(separator: " ").prefix(2).joined(separator: " ")
            #expect(outcome.talk.contains(name))
        }
    }

    @Test func doctorShowsTheLimits() throws {
        try inWorkplace { place in
            let outcome = try place.shell("ulimit -n 16; ulimit -v 500000; exec timeout 120 \"$SLBENCH\" doctor --threads 1")
            #expect(outcome.status == 3 && outcome.output.contains("ulimit -n 1024") && outcome.output.contains("ulimit -v unlimited"))
        }
    }

    @Test func withoutTemporaryFolderTheReportStands() throws {
        try inWorkplace { place in
            try swept(place)
            let outcome = try place.shell("TMPDIR=/nonexistent \"$SLBENCH\" report tiny -o r.md && TMPDIR=/dev/null \"$SLBENCH\" db merge other.sqlite results/slbench.sqlite")
            #expect(outcome.status == 0, "\(outcome.talk)")
            #expect(try place.read("r.md").contains("full_rank"))
        }
    }

    /// Ctrl-C while a picture hangs: the report is written without pictures, and nothing stays behind.
    @Test func signalsWorkToTheEnd() throws {
        try inWorkplace { place in
            try place.write("#!/bin/sh\nsleep 1000 &\necho $! > '\(place.folder.path)/child'\nwait\n", to: "bin/gnuplot")
            let script = """
                chmod +x bin/gnuplot; export PATH="$PWD/bin:$PATH"
                "$SLBENCH" sweep tiny.json & program=$!
                for i in $(seq 600); do test -s child && break; sleep 0.1; done
                kill -INT $program; wait $program; status=$?
                kill -0 $(cat child) 2>/dev/null && grep -q '^State:.[^Z]' /proc/$(cat child)/status && echo alive
                exit $status
                """
            try place.write(Workplace.config(methods: #""full_rank""#), to: "tiny.json")
            let outcome = try place.shell(script)
            #expect(outcome.status == 75 && !outcome.output.contains("alive"), "\(outcome.status) \(outcome.talk)")
            #expect(try place.read("results/tiny.md").contains("told to stop"))
            // `report` on its own writes nothing then: what stands there is better.
            let report = try place.shell(script.replacing("sweep tiny.json", with: "report tiny -o alone.md").replacing("for i", with: "rm -f child; for i"))
            #expect(report.status == 75 && !FileManager.default.fileExists(atPath: place.folder.appending(path: "alone.md").path))
        }
    }
}
