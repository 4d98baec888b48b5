import Foundation
import Testing

/// `slbench estimate --nodes`.
@Suite(.enabled(if: Workplace.binary != nil, Workplace.missing)) struct ScaleTests {
    private struct Row: Decodable {
        var model, method: String
        var nodes, ranks, threads_per_rank, micro_batch, sent_gradient_bytes, node_memory_bytes, rank_memory_bytes: Int
        var tokens_per_second, days, node_hours, communication_seconds: Double
    }

    private func rows(_ place: Workplace, _ arguments: String...) throws -> [Row] {
        let outcome = try place.run(["estimate", "--format", "json", "--method", "full_rank,sltrain", "--gflops-per-core", "100"] + arguments)
        return try JSONDecoder().decode([Row].self, from: Data(outcome.output.utf8))
    }

    @Test func recipesAreSharedByNodes() throws {
        try inWorkplace { place in
            let all = try rows(place, "--nodes", "1,2,64")
            #expect(all.count == 4 * 2 * 3 && Set(all.map(\.model)) == ["60m", "130m", "350m", "1b"])
            let mine = all.filter { $0.model == "350m" && $0.method == "full_rank" }
            #expect(mine.map(\.ranks) == [8, 16, 512] && mine.map(\.micro_batch) == [8, 8, 1] && mine.allSatisfy { $0.threads_per_rank == 8 })
            #expect(mine.allSatisfy { $0.sent_gradient_bytes == 4 * 367_969_280 && $0.node_memory_bytes == 8 * $0.rank_memory_bytes })
            for row in all { #expect(abs(row.node_hours / (24 * row.days * Double(row.nodes)) - 1) < 1e-9) }
            let alone = try rows(place, "--nodes", "1", "--ranks-per-node", "1", "--model", "60m")
            #expect(alone.allSatisfy { $0.communication_seconds == 0 })
            let network = try rows(place, "--nodes", "2", "--ranks-per-node", "1", "--model", "60m", "--network", "1", "--latency", "0")
            let faster = try rows(place, "--nodes", "2", "--ranks-per-node", "1", "--model", "60m", "--network", "2", "--latency", "0")
            for (slow, fast) in zip(network, faster) {
                // Half of the bytes out and half back, at 1 GB/s and at 2.
                #expect(abs(slow.communication_seconds - fast.communication_seconds - Double(slow.sent_gradient_bytes) / 2e9) < 1e-9)
            }
        }
    }

    @Test func tokensPerSecondAreTheDenseModelsOwn() throws {
        try inWorkplace { place in
            let outcome = try place.run(
                "estimate", "--nodes", "1", "--cores", "1", "--ranks-per-node", "1", "--model", "60m", "--method", "full_rank", "--tokens-per-second", "100",
                "--format", "json")
            let row = try #require(try JSONDecoder().decode([Row].self, from: Data(outcome.output.utf8)).first)
            // The optimizer's work once in 131072 tokens comes on top.
            #expect(row.tokens_per_second > 98 && row.tokens_per_second < 100)
        }
    }

    @Test func mistakesSayWhatIsAllowed() throws {
        try inWorkplace { place in
            let cases: [(arguments: [String], words: String)] = [
                (["--nodes", "128"], "Allowed with 8 ranks a node: 1, 2, 4, 8, 16, 32, 64."), (["--nodes", "3"], "Allowed with 8 ranks a node: 1, 2"),
                (["--nodes", "2", "--shards", "8"], "8 shards are shared by ranks in a power of two. Allowed with 8 ranks a node: 1."),
                (["--nodes", "x"], "Allowed with 8 ranks a node"), (["--nodes", "0"], "Allowed with 8 ranks a node"),
                (["--nodes", "1", "--shards", "4"], "none; fewer ranks a node"), (["--nodes", "1", "--shards", "12"], "a power of two up to 512"),
                (["--nodes", "1", "--ranks-per-node", "5"], "a divisor of the 64 cores"), (["--nodes", "1", "--network", "25gb"], "Did you mean '25gbe'?"),
                (["--nodes", "1", "--network=-1"], "GB/s above 0"), (["--nodes", "1", "--model", "7b"], "With --nodes: 60m, 130m, 350m, 1b"),
                (["--nodes", "1", "--rank", "4"], "the published recipe decides"), (["--cores", "4"], "--cores needs --nodes"),
                (["--nodes", "1", "--gflops-per-core", "0"], "a number above 0"),
                (["--nodes", "1", "--gflops-per-core", "9", "--tokens-per-second", "9"], "one of them says"),
                (["--nodes", "1", "--report", "scale.json"], "scale.json"),
            ]
            for (arguments, words) in cases {
                let outcome = try place.run(["estimate"] + arguments)
                #expect(outcome.status == 64 && outcome.talk.contains(words), "\(arguments): \(outcome.talk)")
            }
        }
    }

    /// The file says how it was made and what of it is measured, and takes no other file's place.
    @Test func theReportSaysWhatIsMeasured() throws {
        try inWorkplace { place in
            let arguments = ["estimate", "--nodes", "1,4", "--model", "60m,1b", "--method", "full_rank,lost", "--report", "out/scale.md"]
            for _ in 1...2 { #expect(try place.run(arguments).status == 0) }
            let text = try place.read("out/scale.md")
            #expect(text.hasPrefix("# The published recipes at scale\n\n`slbench estimate --nodes 1,4 "))
            for words in ["Measured: ", "GFLOP/s of one core of this machine (", "Modelled: ", "Exact by formula", "## 60m: 10000 updates, 1.31B tokens", "## 1b: ", "| 1 node | 4 nodes |"] {
                #expect(text.contains(words), "\(words)")
            }
            #expect(text.components(separatedBy: "| full_rank |").count == 2 * 6 + 1)
            try place.write("mine", to: "notes.md")
            let refused = try place.run("estimate", "--nodes", "1", "--report", "notes.md")
            #expect(refused.status != 0 && refused.talk.contains("stays as it is"))
            #expect(try place.read("notes.md") == "mine")
        }
    }

    @Test func stepsAreMeasuredMethodByMethod() throws {
        try inWorkplace { place in
            let outcome = try place.run(
                "estimate", "--nodes", "1", "--cores", "1", "--ranks-per-node", "1", "--model", "60m", "--method", "sltrain", "--measure-steps", "1")
            #expect(outcome.status == 0 && outcome.talk.contains("60m sltrain: ") && outcome.output.contains("Measured: 1 step of every method at 60m"), "\(outcome.talk)")
        }
    }
}
