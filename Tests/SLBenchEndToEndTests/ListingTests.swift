import Foundation
import Testing

@Suite(.enabled(if: Workplace.binary != nil, Workplace.missing)) struct ListingTests {
    static let commands = ["sweep", "plan", "validate", "report", "query", "estimate", "methods", "verify", "doctor"]

    @Test(arguments: commands) func helpTeaches(command: String) throws {
        try inWorkplace { place in
            let help = try place.run(command, "--help")
            #expect(help.status == 0)
            #expect(help.output.contains("OVERVIEW") && help.output.contains("USAGE: slbench \(command)"))
        }
    }

    @Test func everyCommandIsListed() throws {
        try inWorkplace { place in
            let help = try place.run("--help").output
            for command in Self.commands { #expect(help.contains("  \(command) ")) }
            #expect(!help.contains("run-cell"))
            #expect(try place.run("--version").output.hasPrefix("slbench "))
        }
    }

    /// Published parameter counts to the unit, the papers' memory figures to three decimals.
    @Test func estimatesReproduceThePublishedFigures() throws {
        try inWorkplace { place in
            let output = try place.run("estimate", "--model", "60m,130m,350m,1b,7b", "--format", "json").output
            let rows = try JSONDecoder().decode([EstimateRow].self, from: Data(output.utf8))
            // Every method with AdamW, where a figure with 8-bit states is published with these, and dense weights with every other optimizer.
            #expect(rows.count { $0.optimizer == "adamw" } == 5 * Set(rows.map(\.method)).count)
            #expect(
                rows.filter { $0.optimizer == "adamw8bit" }.map { "\($0.model) \($0.method)" } == [
                    "60m q_galore", "130m q_galore", "350m q_galore", "1b q_galore", "7b full_rank", "7b galore",
                ])
            let others = rows.filter { !$0.optimizer.hasPrefix("adamw") }
            #expect(others.count == 5 * Set(others.map(\.optimizer)).count && others.allSatisfy { $0.method == "full_rank" })
            func row(_ model: String, _ method: String) throws -> EstimateRow { try #require(rows.first { $0.model == model && $0.method == method }) }
            let expected: [(String, String, Int, Double)] = [
                ("60m", "full_rank", 58_073_600, 0.348), ("60m", "low_rank", 42_770_944, 0.257), ("60m", "relora", 68_067_840, 0.307),
                ("60m", "galore", 58_073_600, 0.280), ("60m", "sltrain", 43_529_832, 0.267), ("60m", "lost", 44_009_472, 0.264),
                ("130m", "sltrain", 96_545_796, 0.600), ("350m", "sltrain", 194_293_544, 1.238),
                ("1b", "sltrain", 645_547_960, 4.163), ("7b", "sltrain", 3_144_735_808, 21.459), ("7b", "galore", 6_738_415_616, 22.882),
                ("130m", "full_rank", 134_105_856, 0.805), ("130m", "low_rank", 93_997_824, 0.564), ("130m", "galore", 134_105_856, 0.611),
                ("130m", "relora", 178_932_480, 0.734), ("350m", "full_rank", 367_969_280, 2.208), ("350m", "low_rank", 185_222_144, 1.111),
                ("350m", "relora", 487_605_248, 1.716), ("350m", "galore", 367_969_280, 1.389), ("1b", "full_rank", 1_339_082_752, 8.034),
                ("1b", "galore", 1_339_082_752, 4.763), ("1b", "relora", 1_817_221_120, 6.072), ("7b", "full_rank", 6_738_415_616, 40.430),
            ]
            for (model, method, parameters, memory) in expected {
                let row = try row(model, method)
                #expect(row.total_parameters == parameters, "\(model) \(method)")
                #expect(abs(Double(row.paper_memory_bytes) / 1e9 - memory) < 0.0005, "\(model) \(method): \(row.paper_memory_bytes)")
            }
            #expect(try row("350m", "galore").published_memory_gb == 1.59)
        }
    }

    /// By model, method and optimizer: a paper's figure counted as here, and one counted otherwise.
    @Test func publishedMemoryStandsBesideTheFormula() throws {
        let published: [(row: String, alike: Double?, otherwise: Double?)] = [
            ("60m full_rank muon", 0.23, nil), ("1b full_rank stable_spam", 8.04, nil), ("7b full_rank scale", 13.74, nil),
            ("60m full_rank adafactor", nil, nil), ("1b fira adamw", 4.76, 6.98), ("60m apollo adamw", 0.28, 0.24),
            ("60m lora adamw", nil, 0.36), ("1b q_galore adamw8bit", nil, 3.08), ("7b full_rank adamw8bit", nil, 26),
            ("7b apollo adamw", nil, nil), ("60m cola adamw", nil, nil), ("60m ldadam adamw", nil, nil),
        ]
        try inWorkplace { place in
            let output = try place.run("estimate", "--model", "60m,130m,350m,1b,7b", "--format", "json").output
            let rows = try JSONDecoder().decode([EstimateRow].self, from: Data(output.utf8))
            for (name, alike, otherwise) in published {
                let row = try #require(rows.first { $0.name == name })
                #expect(row.published_memory_gb == alike && row.published_memory_otherwise_gb == otherwise, "\(name)")
            }
            for row in rows { checkDifference(row) }
        }
    }

    private func checkDifference(_ row: EstimateRow) {
        let isPublished = row.published_memory_gb != nil
        #expect((row.difference_gb != nil) == isPublished && (row.published_memory_source != nil) == isPublished, "\(row.name)")
        guard let published = row.published_memory_gb, let difference = row.difference_gb else { return }
        #expect(abs(Double(row.paper_memory_bytes) / 1e9 - published - difference) < 1e-9, "\(row.name)")
    }

    /// Where figures and formulas differ, and why, stands below the table.
    @Test func estimatesSayWhyTheyDiffer() throws {
        try inWorkplace { place in
            let all = try place.run("estimate", "--model", "60m,7b").output
            #expect(all.contains("published: SCALE (Glentis et al. 2025, arXiv 2506.16659)"))
            #expect(all.contains("60m full_rank muon: the formula gives 0.298 G, the paper prints 0.23 (one moment of every tensor"))
            #expect(all.contains("60m full_rank adam_mini: optimizer state is 50.1 % of AdamW's, the paper says 50.0 %"))
            #expect(all.contains("7b apollo: published at rank 256: 16.14 G"))
            #expect(all.contains("counted otherwise: Fira (Chen et al. 2024, arXiv 2410.01623), Table 3 (memory counts gradients, too)"))
            let one = try place.run("estimate", "--model", "7b", "--method", "apollo", "--rank", "256", "--format", "csv").output
            #expect(one.contains(",16.14,"))
            let none = try place.run("estimate", "--model", "60m", "--method", "full_rank", "--optimizer", "came").output
            #expect(none.contains("—: nothing is published for the row"))
            // Companded codes have a scale for 32 elements in place of 256, of two moments.
            let eight = try place.run("estimate", "--model", "60m", "--method", "full_rank", "--optimizer", "adamw8bit,adamw8bit_companded", "--format", "json")
            let bytes = try JSONDecoder().decode([EstimateRow].self, from: Data(eight.output.utf8)).map(\.paper_memory_bytes)
            #expect(bytes.count == 2)
            if let first = bytes.first, let last = bytes.last {
                #expect(abs(Double(last - first) / (58_073_600 * 2 * 4 * (1.0 / 32 - 1.0 / 256)) - 1) < 0.001)
            }
            #expect(try place.run("estimate", "--optimizer", "adamw-8bit").talk.contains("Did you mean 'adamw8bit'?"))
        }
    }

    @Test func methodsNameTheAuthorsFlags() throws {
        try inWorkplace { place in
            let text = try place.run("methods", "sltrain").output
            #expect(text.contains("sp_ratio") && text.contains("lora_alpha"))
            #expect(try place.run("methods", "--format", "csv").output.contains("update_proj_gap"))
        }
    }
}

private struct EstimateRow: Decodable {
    let model: String
    let method: String
    let optimizer: String
    let total_parameters: Int
    let trainable_parameters: Int
    let paper_memory_bytes: Int
    let published_memory_gb: Double?
    let difference_gb: Double?
    let published_memory_source: String?
    let published_memory_otherwise_gb: Double?

    var name: String { "\(model) \(method) \(optimizer)" }
}
