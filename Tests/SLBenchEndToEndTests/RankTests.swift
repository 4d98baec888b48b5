import Foundation
import Testing

/// Real processes, connected by MPI.
@Suite(.serialized, .enabled(if: Ranks.isPossible, Ranks.missing)) struct RankTests {
    private static let methods = """
        "full_rank", {"method": "low_rank", "rank": 4}, {"method": "relora", "rank": 4, "merge_interval": 3, "restart_warmup_steps": 1},
         {"method": "galore", "rank": 4, "update_interval": 2}, {"method": "sltrain", "rank": 4}
        """

    private static func config(methods: String = methods, steps: Int = 6, checkpoint: String = "") -> String {
        Workplace.config(methods: methods, steps: steps, extra: #", "threads": 1"# + checkpoint)
            .replacing(#""batch_size": 4,"#, with: #""batch_size": 4, "gradient_accumulation": 4, "shards": 4, "grad_clip": 0.5,"#)
    }

    private func query(_ place: Workplace, _ sql: String, _ database: String) throws -> String {
        try place.run("query", sql, "--db", database, "--format", "csv").output
    }

    @Test func theSumHasTheSameBitsForEveryNumberOfRanks() throws {
        try inWorkplace { place in
            var digests: Set<String> = []
            for count in [1, 2, 3, 4] {
                let end = try place.ranked("ranks \(count) bench-exchange --elements 300001 --rounds 1 --shards 12 --pieces 65536,0 --reductions tree --oversubscribe --format csv")
                // Two of twelve would each own half a subtree.
                guard [1, 3].contains(count) else {
                    #expect(end.status == 64 && end.talk.contains("allowed: 1, 3, 6, 12 ranks"), "\(end.talk)")
                    #expect(end.talk.components(separatedBy: "can't share").count == 2, "one of them speaks: \(end.talk)")
                    continue
                }
                #expect(end.status == 0, "\(end.talk)")
                let lines = end.output.split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
                let column = try #require(lines.first?.firstIndex(of: "digest"))
                #expect(lines.count == 3, "\(end.output)")
                digests.formUnion(lines.dropFirst().map { $0[column] })
            }
            #expect(digests.count == 1)
        }
    }

    /// Five methods whose updates are of five kinds; one process, two and four.
    @Test func aRunHasTheSameBitsForEveryNumberOfRanks() throws {
        try inWorkplace { place in
            try place.write(Self.config(), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--db", "alone.sqlite", "--no-report").status == 0)
            for count in [1, 2, 4] {
                for method in ["full_rank", "low_rank", "relora", "galore", "sltrain"] {
                    let end = try place.ranked("ranks \(count) train tiny.json --only method=\(method) --db of\(count).sqlite --oversubscribe")
                    #expect(end.status == 0, "\(end.talk)")
                    #expect(end.output.components(separatedBy: method).count == 2, "one of them shows the result: \(end.output)")
                }
                #expect(try place.facts("of\(count).sqlite") == place.facts("alone.sqlite"), "\(count) ranks")
                #expect(try query(place, "SELECT count(*) FROM run_result", "of\(count).sqlite").contains("5"))
            }
            // What is done is done, whoever has done it.
            let again = try place.ranked("ranks 2 train tiny.json --only method=galore --db alone.sqlite --oversubscribe")
            #expect(again.status == 0 && again.talk.contains("nothing to run"), "\(again.talk)")
        }
    }

    /// Sharded gradients have the bits of one process that keeps them all; so has the library's own sum of two addends, which have one order.
    @Test func theOtherWaysToAddGradients() throws {
        try inWorkplace { place in
            let config = Workplace.config(methods: #""full_rank", {"method": "galore", "rank": 4, "update_interval": 2}"#, steps: 6, extra: #", "threads": 1"#)
                .replacing(#""batch_size": 4,"#, with: #""batch_size": 4, "gradient_accumulation": 2, "shards": 2,"#)
            try place.write(config, to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--db", "alone.sqlite", "--no-report").status == 0)
            func ends(_ database: String) throws -> String { try query(place, "SELECT train_loss, weights_sha256 FROM run_result ORDER BY train_loss", database) }
            let ways = [
                "layers": "--set training.update=per_layer --set training.shard_optimizer=true", "sum": "--set training.exchange=all_reduce",
                "shared": "--set training.exchange=all_reduce --set training.shard_optimizer=true",
            ]
            for (name, options) in ways {
                for method in ["full_rank", "galore"] {
                    let end = try place.ranked("ranks 2 train tiny.json --only method=\(method) --db \(name).sqlite --oversubscribe --set ranks=2 \(options)")
                    #expect(end.status == 0, "\(end.talk)")
                }
                #expect(try ends("\(name).sqlite") == ends("alone.sqlite"), "\(options)")
                // So many processes, no others.
                let other = try place.ranked("ranks 1 train tiny.json --only method=galore --db other.sqlite --oversubscribe --set ranks=2 \(options)")
                #expect(other.status == 64 && other.talk.contains("the run is one of 2 ranks"), "\(other.talk)")
            }
        }
    }

    private static let long = config(methods: #"{"method": "galore", "rank": 4, "update_interval": 7}"#, steps: 3000, checkpoint: #", "checkpoint": {"every_steps": 100}"#)

    /// A rank is killed, or the launcher is told to stop: all of them are gone soon, and another number of ranks goes on with the same bits.
    @Test(arguments: ["kill -KILL $(pgrep -P $launcher | tail -n 1)", "kill -USR1 $launcher", "kill -USR2 $launcher", "kill -TERM $launcher"])
    func whatEndsOneEndsAllAndTheRunGoesOn(signal: String) throws {
        try inWorkplace { place in
            try place.write(Self.long, to: "tiny.json")
            #expect(try place.run("train", "tiny.json", "--db", "alone.sqlite").status == 0)
            let end = try place.ranked(
                """
                mpirun -n 2 "$SLBENCH" train tiny.json --db cut.sqlite --oversubscribe & launcher=$!
                for try in $(seq 600); do ls cut.sqlite.runs/*/step-* >/dev/null 2>&1 && break; sleep 0.1; done
                ranks=$(pgrep -P $launcher)
                \(signal)
                for try in $(seq 600); do kill -0 $launcher 2>/dev/null || break; sleep 0.1; done
                wait $launcher; status=$?
                for rank in $ranks; do
                    # One that has ended and that nobody has asked about is no process any more.
                    state=$(sed 's/.*) //' /proc/$rank/stat 2>/dev/null | cut -c 1)
                    if [[ -n $state && $state != Z ]]; then echo "left: $rank $state"; fi
                done
                exit $status
                """)
            #expect(!end.output.contains("left"), "no rank stays")
            if signal.contains("USR") {
                #expect(end.status == 75, "\(end.talk)")
                #expect(end.talk.contains("run the same command again to go on"))
                #expect(try query(place, "SELECT status FROM run", "cut.sqlite").contains("interrupted"))
            } else {
                #expect(end.status != 0, "\(end.talk)")
            }
            let others = signal.contains("KILL") ? 4 : signal.contains("USR2") ? 2 : 1
            let again = try place.ranked("ranks \(others) train tiny.json --db cut.sqlite --oversubscribe")
            #expect(again.status == 0, "\(again.talk)")
            #expect(try query(place, "SELECT count(*) FROM resumption", "cut.sqlite").contains("1"))
            #expect(try place.facts("cut.sqlite") == place.facts("alone.sqlite"))
        }
    }

    /// One rank's own trouble ends all with its class, and is told with its number.
    @Test func oneRanksTroubleEndsAll() throws {
        try inWorkplace { place in
            try place.write(Self.config(methods: #""full_rank""#), to: "tiny.json")
            // Another program's library: what the second rank opens is none of ours.
            try place.write("not a library", to: "broken.so")
            let end = try place.ranked(
                """
                timeout -k 5 120 mpirun -n 1 "$SLBENCH" train tiny.json --oversubscribe \
                    : -n 1 -x SLBENCH_MPI_LIBRARY=$PWD/broken.so "$SLBENCH" train tiny.json --oversubscribe
                """)
            #expect(end.status != 0 && end.status != 124, "\(end.status) \(end.talk)")
            #expect(end.talk.contains("rank 1: ranks: MPI can't be opened"), "\(end.talk)")
        }
    }

    @Test func whatIsWrongForAllIsSaidOnce() throws {
        try inWorkplace { place in
            try place.write(Self.config(methods: #""full_rank""#), to: "tiny.json")
            func end(_ command: String, _ status: Int32, _ words: String) throws {
                let end = try place.ranked(command)
                #expect(end.status == status, "\(command): \(end.status) \(end.talk)")
                #expect(end.talk.components(separatedBy: words).count == 2, "\(command): \(end.talk)")
            }
            try end("ranks 2 train none.json", 66, "there is no such config file")
            try end("ranks 2 train tiny.json --set training.stepz=1", 78, "did you mean")
            try end("ranks 3 train tiny.json --oversubscribe", 64, "3 ranks can't share training.shards 4")
            try end("ranks 2 train tiny.json --threads 64", 64, "--oversubscribe after slbench's command")
            let unequal = """
                timeout -k 5 120 mpirun -n 1 "$SLBENCH" train tiny.json --oversubscribe \
                    : -n 1 -x SLBENCH_VECTOR_UNITS=baseline "$SLBENCH" train tiny.json --oversubscribe
                """
            try end(unequal, 78, "rank 1: baseline")
        }
    }

    /// Launched alone, or where MPI is missing: the program does not need it.
    @Test func oneAloneOpensNoLibrary() throws {
        try inWorkplace { place in
            try place.write(Self.config(methods: #""full_rank""#), to: "tiny.json")
            #expect(try place.shell("SLBENCH_MPI_LIBRARY=/no/where.so \"$SLBENCH\" train tiny.json").status == 0)
            let missing = try place.ranked("SLBENCH_MPI_LIBRARY=/no/where.so ranks 2 train tiny.json")
            #expect(missing.status == 66 && missing.talk.contains("/no/where.so is missing") && missing.talk.contains("libopenmpi-dev"), "\(missing.talk)")
        }
    }
}
